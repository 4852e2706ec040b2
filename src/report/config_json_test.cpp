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

TEST(ConfigJson, SaysWhatIsGivenListedAndLaidOut) {
  Config config;
  Config::Quantization& quantization = config.quantization;
  quantization.tensors = {{"x", GivenScale{0.1F, 3}}, {"y.*", Range{-1, 2.5F}}};
  quantization.layout.dedicated_pairs = true;
  quantization.constraints.ops_to_exclude = {"a", "b.*"};
  const Json before = json_of(config)["quantization"];
  EXPECT_EQ(before["reduce_range"], "auto");
  EXPECT_EQ(before["tensors"].dump(), R"({"x":{"scale":0.1,"zero_point":3},"y.*":{"min":-1,"max":2.5}})");
  EXPECT_EQ(before["recipes"]["dedicated_qdq_pairs"], true);
  EXPECT_EQ(before["ops_to_exclude"], (Json{"a", "b.*"}));
  quantization.constraints.reduce_range = false;
  EXPECT_EQ(json_of(config)["quantization"]["reduce_range"], false);
}

}  // namespace
}  // namespace halftone
