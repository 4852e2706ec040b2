#include "progress_bar.h"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "halftone/error.h"
#include "interrupt.h"

namespace halftone::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A stream whose text can be read.
class MemoryStream {
 public:
  MemoryStream() : stream_(open_memstream(&text_, &size_)) {}
  ~MemoryStream() {
    std::fclose(stream_);
    std::free(text_);
  }
  MemoryStream(const MemoryStream&) = delete;
  MemoryStream& operator=(const MemoryStream&) = delete;
  std::FILE* stream() { return stream_; }
  std::string text() {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

StageState stage_at(std::uint64_t done, std::uint64_t total) {
  StageState stage;
  stage.name = "calibrate";
  stage.done = done;
  stage.total = total;
  return stage;
}

TEST(ProgressLine, ShowsShareAndTimeLeft) {
  EXPECT_EQ(progress_line(stage_at(25, 100), 10, {}), "calibrate  ██████░░░░░░░░░░░░░░░░░░  25 %, 30.0 s left");
  EXPECT_THAT(progress_line(stage_at(100, 100), 10, {}), HasSubstr("100 %"));
  EXPECT_THAT(progress_line(stage_at(0, 100), 10, {}), Not(HasSubstr("left")));
}

TEST(ProgressLine, DoesNotGuessWithoutATotal) {
  EXPECT_EQ(progress_line(stage_at(0, 0), 10, {}), "calibrate …");
  EXPECT_EQ(progress_line(stage_at(1'234, 0), 10, {}), "calibrate  1,234");
}

TEST(ProgressLine, MoreStepsThanPromisedAreNoMoreThanAll) {
  EXPECT_THAT(progress_line(stage_at(150, 100), 10, {}), HasSubstr("100 %"));
}

TEST(ProgressLine, NeverBreaksTheLine) {
  StageState stage = stage_at(1, 2);
  stage.name = std::string(300, 'x') + "\n";
  EXPECT_EQ(display_width(progress_line(stage, 10, {.colour = false, .width = 60})), 59u);
}

TEST(LogProgress, WritesPlainLines) {
  MemoryStream stream;
  {
    LogProgress progress(Verbosity::normal, stream.stream());
    Stage stage(progress, "calibrate", 100);
    stage.advance(60);
    progress.warn("few samples");
    progress.warn("few samples");
    progress.detail("Pass x: 1 ms");
  }
  EXPECT_THAT(stream.text(), testing::Eq("calibrate: 100 steps\nwarning: few samples\n"));
  EXPECT_THAT(stream.text(), Not(HasSubstr("\x1b")));
}

TEST(LogProgress, SaysHowLongLongStagesTook) {
  MemoryStream stream;
  LogProgress progress(Verbosity::normal, stream.stream());
  progress.begin("load model", 0);
  progress.end(std::chrono::seconds(3));
  EXPECT_EQ(stream.text(), "load model …\nload model: done in 3.0 s\n");
}

TEST(LogProgress, TellsDetailsToThoseWhoWantThem) {
  MemoryStream stream;
  LogProgress progress(Verbosity::verbose, stream.stream());
  progress.detail("Pass x: 1 ms");
  EXPECT_EQ(stream.text(), "Pass x: 1 ms\n");
}

TEST(LogProgress, QuietMeansNothing) {
  MemoryStream stream;
  LogProgress progress(Verbosity::quiet, stream.stream());
  Stage stage(progress, "calibrate", 2);
  stage.advance();
  progress.warn("few samples");
  EXPECT_EQ(stream.text(), "");
  EXPECT_TRUE(progress.shown_warnings().empty());
}

TEST(TerminalProgress, LeavesAnEmptyLineBehind) {
  MemoryStream stream;
  {
    TerminalProgress progress(Verbosity::normal, stream.stream(), {});
    Stage outer(progress, "quantize");
    Stage inner(progress, "calibrate", 2);
    inner.advance();
    progress.warn("few samples");
  }
  EXPECT_THAT(stream.text(), HasSubstr("\r\x1b[2Kwarning: few samples\n"));
  EXPECT_TRUE(stream.text().ends_with("\r\x1b[2K")) << stream.text();
}

TEST(CommandProgress, CountsTheStepsOfAllThreads) {
  MemoryStream stream;
  LogProgress progress(Verbosity::normal, stream.stream());
  Stage stage(progress, "calibrate", 4'000);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int step = 0; step < 1'000; ++step) progress.advance(1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(progress.shown_warnings().empty());
}

TEST(CommandProgressDeathTest, TheFirstInterruptEndsTheWorkAtItsNextStep) {
  // In a process of its own: the flag stays set.
  EXPECT_EXIT(
      {
        watch_for_interrupts();
        LogProgress progress(Verbosity::quiet, stderr);
        progress.advance(1);
        std::raise(SIGINT);
        try {
          progress.advance(1);
        } catch (const Error& error) {
          std::exit(exit_status(error.code()));
        }
      },
      testing::ExitedWithCode(130), "");
}

TEST(CommandProgressDeathTest, TheSecondInterruptEndsTheProcess) {
  EXPECT_EXIT(
      {
        watch_for_interrupts();
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace halftone::cli
