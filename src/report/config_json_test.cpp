#include "report/config_json.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

TEST(ConfigJson, HasTheKeysOfTheConfigurationFile) {
  const Json json = json_of(Config{});
  EXPECT_EQ(json["target"]["isa"], "vnni");
  EXPECT_TRUE(json["model"]["backend"].is_null());
  EXPECT_EQ(json["quantization"]["calibration"]["samples"], 100);
  EXPECT_TRUE(json["quantization"]["calibration"]["range_method"].is_null());
  EXPECT_EQ(json["tuning"]["accuracy"]["decide"], "estimate");
  EXPECT_TRUE(json["tuning"]["min_speedup"].is_null());
  EXPECT_TRUE(json["quantization"]["ops"].is_object());
}

TEST(ConfigJson, SaysWhatTheUserDemandsOfSomeOps) {
  Config config;
  OpRule rule;
  rule.pattern = "Conv";
  rule.keep_float = true;
  rule.activation = SpecChoices{{}, {Scheme::symmetric}, {}, {RangeMethod::kl, RangeMethod::mse}};
  config.quantization.constraints.op_types = {rule};
  config.quantization.range_method = RangeMethod::percentile;
  config.model.inputs = {{"data", {1, 3, 224, 224}, DType::f32}};
  const Json json = json_of(config);
  EXPECT_EQ(json["quantization"]["op_types"].dump(),
            R"({"Conv":{"precision":"fp32","activation":{"scheme":["symmetric"],"algorithm":["kl","mse"]}}})");
  EXPECT_EQ(json["quantization"]["calibration"]["range_method"], "percentile");
  EXPECT_EQ(json["model"]["inputs"]["data"], "1x3x224x224:fp32");
}

}  // namespace
}  // namespace halftone
