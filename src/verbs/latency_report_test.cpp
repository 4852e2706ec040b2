#include "verbs/latency_report.h"

#include <gmock/gmock.h>

#include <limits>

#include "verbs/warning_log.h"

namespace halftone {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(LatencyReport, WarnsOnceWhereTheMedianIsFarFromTheMinimum) {
  WarningLog log(silent_progress());
  warn_of_unsteady_latency({1, 2, 2.5, 3, 2}, log);
  EXPECT_THAT(log.warnings(), IsEmpty());
  warn_of_unsteady_latency({1, 2.1, 2.5, 3, 2}, log);
  warn_of_unsteady_latency({1, 2.1, 2.5, 3, 2}, log);
  EXPECT_EQ(log.warnings().size(), 1);
  EXPECT_THAT(log.warnings(), Contains(HasSubstr("median 2.1 ms, minimum 1 ms")));
}

TEST(LatencyReport, KeepsAnOpenEndOfARatioOpen) {
  EXPECT_EQ(ratio_json({0.5, 0, std::numeric_limits<double>::infinity()}).dump(),
            R"({"p50":0.5,"low":0.0,"high":null})");
}

}  // namespace
}  // namespace halftone
