#include "adaptor/timed_pass.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

class Lines : public Progress {
 public:
  void begin(std::string_view stage, std::uint64_t) override { stages.emplace_back(stage); }
  void advance(std::uint64_t) override {}
  void end(std::chrono::duration<double>) override {}
  void warn(std::string_view) override {}
  void detail(std::string_view message) override { details.emplace_back(message); }

  std::vector<std::string> stages, details;
};

TEST(TimedPass, TellsItsTimeAndGivesTheResult) {
  Lines lines;
  EXPECT_EQ(timed_pass(lines, "count sheep", "", [] { return 7; }), 7);
  EXPECT_THAT(lines.details, ElementsAre(MatchesRegex("Pass count sheep: [0-9]+ ms")));
  EXPECT_THAT(lines.stages, IsEmpty());
}

TEST(TimedPass, IsAStageWherePeopleWait) {
  Lines lines;
  timed_stage(lines, "load model", "'m'", [] { return true; });
  EXPECT_THAT(lines.stages, ElementsAre("load model"));
  EXPECT_THAT(lines.details, ElementsAre(MatchesRegex("Pass load model: [0-9]+ ms")));
}

TEST(TimedPass, CountsPlaces) {
  Lines lines;
  const PassClock clock(lines, "fold batch norm");
  clock.tell(12);
  clock.tell(1);
  EXPECT_THAT(lines.details, ElementsAre(MatchesRegex("Pass fold batch norm: 12 places, [0-9]+ ms"),
                                         MatchesRegex("Pass fold batch norm: 1 place, [0-9]+ ms")));
}

TEST(TimedPass, ThatFailsNamesItselfInTheErrorAndTellsNoTime) {
  Lines lines;
  try {
    timed_pass(lines, "load model", "'m'", []() -> int { throw Error(ErrorCode::io, "gone"); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.context(), ElementsAre("load model 'm'"));
  }
  EXPECT_THAT(lines.details, IsEmpty());
}

}  // namespace
}  // namespace halftone
