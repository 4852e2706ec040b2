#include "configuration/validation.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::HasSubstr;

std::string problems_of(const Config& config) {
  try {
    validate(config);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::configuration);
    return error.message();
  }
  return "no problem";
}

TEST(Validation, AcceptsTheDefaults) { EXPECT_EQ(problems_of({}), "no problem"); }

TEST(Validation, ListsAllProblems) {
  Config config;
  config.target_isa = "sse";
  config.quantization.approach = "qot";
  config.quantization.calibration_samples = 0;
  config.accuracy.confidence = 2;
  config.accuracy.max_drop = "much";
  config.min_speedup = -1;
  config.threads = -3;
  const std::string problems = problems_of(config);
  EXPECT_THAT(problems, HasSubstr("the configuration has 7 problems:"));
  for (const char* key :
       {"target.isa: ", "quantization.approach: ", "quantization.calibration.samples: ", "tuning.accuracy.confidence: ",
        "tuning.accuracy.max_drop: ", "tuning.min_speedup: ", "threads: "}) {
    EXPECT_THAT(problems, HasSubstr(key));
  }
}

TEST(Validation, FindsWhatIsDescribedTwice) {
  Config config;
  config.model.inputs = {{"x", {1}, {}}, {"x", {2}, {}}};
  EXPECT_THAT(problems_of(config), HasSubstr("'x' is described twice"));
}

TEST(Validation, AnExpectationNeedsItsMetric) {
  Config config;
  config.evaluation.expect = "top1=0.7±0.1";
  EXPECT_EQ(problems_of(config), "no problem");
  config.evaluation.metrics = {"top5"};
  EXPECT_THAT(problems_of(config), HasSubstr("'top1' is not among the metrics"));
}

}  // namespace
}  // namespace halftone
