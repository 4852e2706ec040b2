#include "halftone/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace halftone {
namespace {

class RecordingProgress : public Progress {
 public:
  void begin(std::string_view stage, std::uint64_t total) override {
    calls.push_back("begin " + std::string(stage) + " " + std::to_string(total));
  }
  void advance(std::uint64_t steps) override { calls.push_back("advance " + std::to_string(steps)); }
  void end(std::chrono::duration<double> elapsed) override {
    calls.push_back("end");
    ended_after = elapsed.count();
  }
  void warn(std::string_view) override {}
  void detail(std::string_view) override {}

  std::vector<std::string> calls;
  double ended_after = -1;
};

class FailingProgress final : public RecordingProgress {
 public:
  void end(std::chrono::duration<double>) override { throw std::runtime_error("the terminal is gone"); }
};

TEST(Stage, BeginsAdvancesAndEnds) {
  RecordingProgress progress;
  {
    Stage stage(progress, "calibrating", 100);
    stage.advance();
    stage.advance(7);
    EXPECT_GE(stage.seconds(), 0.0);
  }
  EXPECT_THAT(progress.calls, testing::ElementsAre("begin calibrating 100", "advance 1", "advance 7", "end"));
  EXPECT_GE(progress.ended_after, 0.0);
}

TEST(Stage, EndsWhenAnErrorPasses) {
  RecordingProgress progress;
  try {
    const Stage stage(progress, "converting");
    throw std::runtime_error("no");
  } catch (const std::runtime_error&) {
  }
  EXPECT_THAT(progress.calls, testing::ElementsAre("begin converting 0", "end"));
}

TEST(Stage, SurvivesADisplayThatFailsAtTheEnd) {
  FailingProgress progress;
  EXPECT_NO_THROW({ Stage stage(progress, "saving"); });
}

TEST(SilentProgress, TakesEverything) {
  Stage stage(silent_progress(), "anything", 3);
  stage.advance(2);
  silent_progress().warn("w");
  silent_progress().detail("d");
  EXPECT_EQ(&silent_progress(), &silent_progress());
}

}  // namespace
}  // namespace halftone
