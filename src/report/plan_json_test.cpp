#include "report/plan_json.h"

#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

OpPlan float_op(std::string name, std::string type, std::string reason) {
  OpPlan op;
  op.name = std::move(name);
  op.type = std::move(type);
  op.reason = std::move(reason);
  return op;
}

OpPlan quantized_op(std::string name, std::string type) {
  OpPlan op;
  op.name = std::move(name);
  op.type = std::move(type);
  op.pattern = op.type;
  op.quantized = true;
  op.is_anchor = true;
  op.choice = OpChoice{};
  return op;
}

QuantizationPlan small_plan() {
  QuantizationPlan plan;
  plan.ops = {quantized_op("conv1", "Conv"), float_op("conv2", "Conv", "the user said so"),
              float_op("softmax", "Softmax", "no kernel")};
  plan.ops[0].weight = ConstantPlan{"w", 1, {}, QuantParams{DType::s8, {0.5F}, {0}, std::nullopt}};
  plan.tensors = {{"x", {}, QuantParams{DType::u8, {0.25F}, {3}, std::nullopt}, 0, false}};
  plan.conversions = {1, 2, 1};
  return plan;
}

TEST(PlanJson, CountsOpsByTypeAndGivesEachFloatOpItsReason) {
  const Json ops = ops_json(small_plan());
  EXPECT_EQ(ops["total"], 3);
  EXPECT_EQ(ops["quantized"], 1);
  EXPECT_EQ(ops["by_type"].dump(), R"({"Conv":{"total":2,"quantized":1},"Softmax":{"total":1,"quantized":0}})");
  EXPECT_EQ(ops["float"].dump(), R"([{"name":"conv2","type":"Conv","reason":"the user said so"},)"
                                 R"({"name":"softmax","type":"Softmax","reason":"no kernel"}])");
}

TEST(PlanJson, PlannedOpsCarryTheirChoice) {
  const Json planned = planned_json(small_plan());
  ASSERT_EQ(planned.size(), 1);
  EXPECT_EQ(planned[0]["name"], "conv1");
  EXPECT_EQ(planned[0]["choice"], json_of(OpChoice{}));
}

TEST(PlanJson, NamesTheConversions) {
  EXPECT_EQ(json_of(small_plan().conversions).dump(), R"({"quantize":1,"dequantize":2,"islands":1})");
}

TEST(PlanJson, AQuantizationConfigHoldsChoicesParametersAndHashes) {
  const Json config = quantization_config_json(small_plan(), {"aa", "bb", ">=1.0,<2.0", {"prepare"}});
  EXPECT_EQ(config["model_sha256"], "aa");
  EXPECT_EQ(config["prepared_sha256"], "bb");
  EXPECT_EQ(config["section"], ">=1.0,<2.0");
  EXPECT_EQ(config["tensors"]["x"]["scale"].dump(), R"(["0x1p-2"])");
  EXPECT_EQ(config["tensors"]["x"]["zero_point"].dump(), "[3]");
  EXPECT_EQ(config["ops"]["conv1"]["weight_parameters"]["tensor"], "w");
  EXPECT_EQ(config["ops"]["conv1"]["weight_parameters"]["scale"].dump(), R"(["0x1p-1"])");
  EXPECT_EQ(config["ops"]["conv2"].dump(), R"({"precision":"fp32","reason":"the user said so"})");
  EXPECT_TRUE(config["artefact"].is_null());
}

TEST(PlanJson, APlanWithoutParametersIsNoConfiguration) {
  QuantizationPlan plan = small_plan();
  plan.tensors[0].params.reset();
  EXPECT_THROW(quantization_config_json(plan, {}), Error);
}

}  // namespace
}  // namespace halftone
