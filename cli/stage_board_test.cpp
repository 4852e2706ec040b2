#include "stage_board.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace halftone::cli {
namespace {

TEST(StageBoard, TellsTheParentWhereTheChildWas) {
  StageBoard board;
  const pid_t child = fork();
  if (child == 0) {
    board.show("while at 'calibrate'");
    board.finish(4);
    _exit(0);
  }
  ASSERT_GT(child, 0);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(board.place(), "while at 'calibrate'");
  EXPECT_EQ(board.finished(), 4);
}

TEST(StageBoard, SaysNothingBeforeItIsTold) {
  const StageBoard board;
  EXPECT_EQ(board.place(), "");
  EXPECT_FALSE(board.finished());
}

TEST(StageBoard, CutsWhatIsTooLong) {
  StageBoard board;
  board.show(std::string(10'000, 'x'));
  EXPECT_EQ(board.place(), std::string(255, 'x'));
  board.show("short");
  EXPECT_EQ(board.place(), "short");
}

TEST(StageBoard, ShowsTheInnermostStageThatIsOpen) {
  StageBoard board;
  const auto progress = recorded_on(board, silent_progress());
  {
    const Stage outer(*progress, "load model", 1);
    EXPECT_EQ(board.place(), "while at 'load model'");
    { const Stage inner(*progress, "read", 1); }
    EXPECT_EQ(board.place(), "while at 'load model'");
  }
  EXPECT_EQ(board.place(), "after 'load model'");
}

}  // namespace
}  // namespace halftone::cli
