#include "report/recorded_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"
#include "halftone/error.h"
#include "report/plan_json.h"

namespace halftone {
namespace {

using testing::HasSubstr;

OpChoice product_choice() {
  OpChoice choice;
  choice.activation.range_method = RangeMethod::mse;
  choice.weight = QuantSpec{
      .dtype = DType::s8, .scheme = Scheme::symmetric, .granularity = Granularity::per_channel, .reduce_range = true};
  choice.float_output = true;
  choice.advice = Advice::closer_to_float;
  return choice;
}

/// A product with a corrected bias, an addition of a constant, and an op in float.
QuantizationPlan small_plan() {
  OpPlan product{.name = "product", .type = "Gemm", .pattern = "Gemm", .quantized = true, .is_anchor = true};
  product.choice = product_choice();
  product.weight = ConstantPlan{"w", 1, *product.choice->weight, QuantParams{DType::s8, {0.5F, 0.1F}, {0, 0}, 1}, {}};
  product.bias = ConstantPlan{"b", 2, {}, QuantParams{DType::s32, {0.25F, 0.3F}, {0, 0}, 0}, {0.125F, -1.0F / 3}};
  OpPlan sum{.name = "sum", .type = "Add", .pattern = "Add", .quantized = true, .is_anchor = true};
  sum.choice = OpChoice{};
  sum.constant_activations = {{"c", 1, {}, QuantParams{DType::u8, {0.75F}, {7}, std::nullopt}, {}}};
  OpPlan softmax{.name = "softmax", .type = "Softmax", .pattern = "Softmax", .reason = "no kernel"};
  QuantizationPlan plan;
  plan.ops = {product, sum, softmax};
  plan.tensors = {{"x", {}, QuantParams{DType::u8, {1.0F / 7}, {3}, std::nullopt}, 0, false}};
  return plan;
}

Json recorded() { return quantization_config_json(small_plan(), {"aa", "bb", ">=1.0", {"prepare"}}); }

/// The plan as it is made anew from the choices: nothing measured yet.
QuantizationPlan outline() {
  QuantizationPlan plan = small_plan();
  for (OpPlan& op : plan.ops) {
    for (std::optional<ConstantPlan>* constant : {&op.weight, &op.bias}) {
      if (!*constant) continue;
      (*constant)->params.reset();
      (*constant)->correction.clear();
    }
    for (ConstantPlan& constant : op.constant_activations) constant.params.reset();
  }
  for (TensorPlan& tensor : plan.tensors) tensor.params.reset();
  return plan;
}

TEST(RecordedPlan, HoldsEveryChoiceAndReason) {
  const TuneConfig config = recorded_choices(recorded());
  EXPECT_EQ(config.units.at("product").choice, product_choice());
  EXPECT_EQ(config.units.at("sum").choice, OpChoice{});
  EXPECT_FALSE(config.units.at("softmax").choice);
  EXPECT_EQ(config.units.at("softmax").reason, "no kernel");
}

TEST(RecordedPlan, GivesBackEveryParameterToTheLastBit) {
  QuantizationPlan plan = outline();
  restore_parameters(recorded(), plan);
  EXPECT_EQ(quantization_config_json(plan, {"aa", "bb", ">=1.0", {"prepare"}}), recorded());
  EXPECT_EQ(plan.ops[0].bias->correction, (std::vector<float>{0.125F, -1.0F / 3}));
  EXPECT_EQ(plan.tensors[0].params->scale.front(), 1.0F / 7);
}

TEST(RecordedPlan, KeepsTheLayoutOfConversions) {
  QuantizationPlan plan = small_plan();
  plan.layout = {.dedicated_pairs = true, .pairs_on_weights = false};
  const Json q_config = quantization_config_json(plan, {"aa", "bb", ">=1.0", {"prepare"}});
  EXPECT_EQ(recorded_choices(q_config).layout, plan.layout);
  Json older = q_config;
  older.erase("layout");
  EXPECT_EQ(recorded_choices(older).layout, ConversionLayout{});
}

TEST(RecordedPlan, PartsTensorsThatWereRescaledFromTheirGroup) {
  QuantizationPlan plan = small_plan();
  const QuantParams other{DType::u8, {0.5F}, {3}, std::nullopt};
  plan.tensors = {{"x", {}, plan.tensors[0].params, 0, false},
                  {"y", {}, other, 0, false},
                  {"z", {}, plan.tensors[0].params, 0, false},
                  {"other", {}, other, 1, false}};
  const Json q_config = quantization_config_json(plan, {"aa", "bb", ">=1.0", {"prepare"}});
  restore_parameters(q_config, plan);
  EXPECT_EQ(plan.tensors[0].group, 0);
  EXPECT_EQ(plan.tensors[1].group, 2);
  EXPECT_EQ(plan.tensors[2].group, 0);
  EXPECT_EQ(plan.tensors[3].group, 1);
}

/// What restoring a record that was changed in one place says.
std::string message_of(const std::string& pointer, const Json& value) {
  Json changed = recorded();
  changed[Json::json_pointer(pointer)] = value;
  QuantizationPlan plan = outline();
  try {
    recorded_choices(changed);
    restore_parameters(changed, plan);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_data);
    return error.message();
  }
  return "nothing was thrown";
}

TEST(RecordedPlan, NamesTheKeyThatIsBroken) {
  EXPECT_THAT(message_of("/ops", 3), HasSubstr("'q_config.ops' is no map"));
  EXPECT_THAT(message_of("/ops/product/quant_mode", "statik"), HasSubstr("q_config.ops.product.quant_mode"));
  EXPECT_THAT(message_of("/ops/product/weight", 1), HasSubstr("'q_config.ops.product.weight' has no 'dtype'"));
  EXPECT_THAT(message_of("/ops/product/float_output", "yes"), HasSubstr("neither true nor false"));
  EXPECT_THAT(message_of("/ops/product/weight_parameters/tensor", "v"), HasSubstr("not 'w'"));
  EXPECT_THAT(message_of("/ops/product/weight_parameters/scale", Json::array({"0x1p"})), HasSubstr("is no number"));
  EXPECT_THAT(message_of("/ops/product/weight_parameters/scale", Json::array({"0x1p0"})), HasSubstr("other numbers"));
  EXPECT_THAT(message_of("/ops/product/bias_parameters", nullptr), HasSubstr("has no 'bias_parameters'"));
  EXPECT_THAT(message_of("/ops/sum/constant_parameters", Json::array()), HasSubstr("other constants"));
  EXPECT_THAT(message_of("/tensors/x/zero_point", Json::array({1e9})), HasSubstr("no whole number"));
  EXPECT_THAT(message_of("/tensors/x/zero_point", Json::array({9'000'000'000})), HasSubstr("out of range"));
  EXPECT_THAT(message_of("/tensors", Json::object()), HasSubstr("has no 'x'"));
  EXPECT_THAT(message_of("/ops/softmax", recorded()["ops"]["sum"]), HasSubstr("quantizes the op 'softmax'"));
}

TEST(RecordedResult, MustBeOneOfTheVerb) {
  const auto file = std::filesystem::path(testing::TempDir()) / ("recorded." + std::to_string(getpid()) + ".json");
  const auto message = [&](const std::string& text) {
    write_file(file, text);
    try {
      read_result(file, {"quantize"});
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_data);
      return error.message();
    }
    return std::string("nothing was thrown");
  };
  EXPECT_THAT(message("{"), HasSubstr("no JSON object"));
  EXPECT_THAT(message("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(message("{}"), HasSubstr("has no 'command'"));
  EXPECT_THAT(message(R"({"command": "plan"})"), HasSubstr("halftone plan"));
  EXPECT_EQ(message(R"({"command": "quantize"})"), "nothing was thrown");
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace halftone
