#include "halftone/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "halftone/error.h"
#include "planning/test_network.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Plan, QuantizesAProductsInputWeightAndOutput) {
  const GraphView graph = Network().dense("d", "x", "y").output("y").build();
  const QuantizationPlan plan = plan_without_data(graph, {"Dense"});
  const OpPlan& dense = op_named(plan, "d");
  EXPECT_TRUE(dense.quantized);
  EXPECT_THAT(dense.quantized_inputs, ElementsAre(0));
  ASSERT_TRUE(dense.weight && dense.bias);
  EXPECT_EQ(dense.weight->tensor, "d.w");
  EXPECT_EQ(dense.bias->spec.dtype, DType::s32);
  EXPECT_FALSE(plan.find_tensor("x")->produced_quantized);
  EXPECT_TRUE(plan.find_tensor("y")->produced_quantized);
  EXPECT_EQ(plan.conversions.quantize, 1);
  EXPECT_EQ(plan.conversions.dequantize, 1);
  EXPECT_EQ(plan.conversions.islands, 1);
}

TEST(Plan, LeavesTheLastResultInFloatWhereTheKernelCan) {
  const GraphView graph = Network().dense("d", "x", "y").output("y").build();
  const QuantizationPlan plan = plan_without_data(graph, {"Dense"}, /*float_output=*/true);
  EXPECT_EQ(plan.find_tensor("y"), nullptr);
  EXPECT_EQ(plan.conversions.dequantize, 0);
}

TEST(Plan, KeepsFloatBetweenFloatOpsAndSaysWhy) {
  const GraphView graph = Network()
                              .op("a", "Add", {"x", "x"}, {"p"}, arithmetic())
                              .dense("d", "p", "q")
                              .op("s", "Add", {"q", "q"}, {"y"}, arithmetic())
                              .output("y")
                              .build();
  const QuantizationPlan plan = plan_without_data(graph, {"Dense", "Add"});
  EXPECT_THAT(op_named(plan, "a").reason, HasSubstr("inputs arrive in float"));
  EXPECT_THAT(op_named(plan, "s").reason, HasSubstr("nothing that reads its result"));
  EXPECT_TRUE(op_named(plan, "d").quantized);
}

TEST(Plan, CarriesInt8ThroughArithmeticBetweenProducts) {
  const GraphView graph = Network()
                              .dense("d1", "x", "p")
                              .op("a", "Add", {"p", "x"}, {"q"}, arithmetic())
                              .dense("d2", "q", "y")
                              .output("y")
                              .build();
  const QuantizationPlan plan = plan_without_data(graph, {"Dense", "Add"});
  EXPECT_TRUE(op_named(plan, "a").quantized);
  EXPECT_THAT(op_named(plan, "a").quantized_inputs, ElementsAre(0, 1));
  EXPECT_EQ(plan.conversions.islands, 1);
  EXPECT_EQ(plan.conversions.quantize, 1);
}

TEST(Plan, GivesTheCapabilitysReasonForAnOpWithoutKernel) {
  const GraphView graph =
      Network().dense("d", "x", "p").op("t", "Tanh", {"p"}, {"y"}, arithmetic()).output("y").build();
  EXPECT_EQ(op_named(plan_without_data(graph, {"Dense"}), "t").reason, "no kernel for Tanh");
}

TEST(Plan, SharesOneScaleBetweenWhatAMoverReadsAndWrites) {
  const GraphView graph = Network()
                              .dense("d1", "x", "p")
                              .dense("d2", "x", "q")
                              .op("c", "Concat", {"p", "q"}, {"r"}, mover())
                              .dense("d3", "r", "y")
                              .output("y")
                              .build();
  const Capability capability = capability_of(graph, {"Dense", "Concat"});
  const CalibrationTable table = table_of({{"x", {-1, 1}}, {"p", {-2, 2}}, {"q", {-4, 1}}, {"y", {0, 1}}});
  const QuantizationPlan plan = make_plan(graph, capability, default_config(graph, capability, std::nullopt), &table);
  EXPECT_EQ(plan.find_tensor("p")->group, plan.find_tensor("r")->group);
  EXPECT_EQ(plan.find_tensor("q")->params, plan.find_tensor("r")->params);
  EXPECT_FLOAT_EQ(plan.find_tensor("r")->params->scale.front(), 6.0F / 255);
  EXPECT_THAT(plan.observed_tensors(), ElementsAre("p", "q", "x", "y"));
}

/// Two products' results and a constant, joined twice: t = join(join(p, k), q), and a product reads t.
GraphView joined_twice() {
  return Network()
      .constant("k", {-2})
      .dense("d1", "x", "p")
      .dense("d2", "x", "q")
      .op("c1", "Concat", {"p", "k"}, {"r"}, mover())
      .op("m", "Reshape", {"r"}, {"s"}, mover())
      .op("c2", "Concat", {"s", "q"}, {"t"}, mover())
      .dense("d3", "t", "y")
      .output("y")
      .build();
}

/// Ranges of p and q, and whatever else such a plan needs.
QuantizationPlan plan_of_join(const GraphView& graph, const Capability& capability, std::vector<float> p,
                              std::vector<float> q) {
  const CalibrationTable table =
      table_of({{"x", {-1, 1}}, {"p", std::move(p)}, {"q", std::move(q)}, {"y", {0, 1}}, {"z", {0, 1}}});
  return make_plan(graph, capability, default_config(graph, capability, std::nullopt), &table);
}

float scale_of(const QuantizationPlan& plan, const std::string& tensor) {
  return plan.find_tensor(tensor)->params->scale.front();
}

GraphView joined() {
  return Network()
      .dense("d1", "x", "p")
      .dense("d2", "x", "q")
      .op("c", "Concat", {"p", "q"}, {"r"}, mover())
      .dense("d3", "r", "y")
      .dense("d4", "p", "z")
      .output("y")
      .output("z")
      .build();
}

TEST(Plan, RescalesWhatWouldLoseABitBySharingAScale) {
  const GraphView graph = joined();
  const Capability capability = capability_of(graph, {"Dense", "Concat"});
  const QuantizationPlan plan = plan_of_join(graph, capability, {0, 2}, {0, 4});
  EXPECT_FLOAT_EQ(scale_of(plan, "p"), 2.0F / 255);
  EXPECT_FLOAT_EQ(scale_of(plan, "r"), 4.0F / 255);
  EXPECT_NE(plan.find_tensor("p")->group, plan.find_tensor("r")->group);
  EXPECT_EQ(plan.find_tensor("q")->group, plan.find_tensor("r")->group);
  EXPECT_THAT(op_named(plan, "c").quantized_inputs, ElementsAre(0, 1));

  const QuantizationPlan closer = plan_of_join(graph, capability, {0, 2.1F}, {0, 4});
  EXPECT_EQ(closer.find_tensor("p")->group, closer.find_tensor("r")->group);
}

TEST(Plan, NeverRescalesWhereTheBackendOnlyMoves) {
  const GraphView graph = joined();
  Capability capability = capability_of(graph, {"Dense", "Concat"});
  capability.units[2].choices[0].runs = Runs::moves;
  const QuantizationPlan plan = plan_of_join(graph, capability, {0, 1}, {0, 4});
  EXPECT_FLOAT_EQ(scale_of(plan, "p"), 4.0F / 255);
}

TEST(Plan, NeverRescalesFromOneTypeToAnother) {
  const GraphView graph = joined();
  Capability capability = capability_of(graph, {"Dense", "Concat"});
  capability.units[3].choices[0].activation.dtype = DType::s8;  // d3 asks for another type of r than d4 of p
  const QuantizationPlan plan = plan_of_join(graph, capability, {0, 1}, {0, 4});
  EXPECT_EQ(plan.find_tensor("p")->params, plan.find_tensor("r")->params);
}

TEST(Plan, CoversWhatIsRescaledIntoATensorThroughAnyNumberOfJoins) {
  const GraphView graph = joined_twice();
  const Capability capability = capability_of(graph, {"Dense", "Concat", "Reshape"});
  const QuantizationPlan plan = plan_of_join(graph, capability, {-1, 1}, {0, 40});
  EXPECT_FLOAT_EQ(scale_of(plan, "p"), 3.0F / 255);  // with the constant, -2, that is joined by moving
  EXPECT_EQ(plan.find_tensor("p")->group, plan.find_tensor("s")->group);
  EXPECT_FLOAT_EQ(scale_of(plan, "q"), 42.0F / 255);
  EXPECT_EQ(plan.find_tensor("q")->params, plan.find_tensor("t")->params);
  EXPECT_THAT(plan.observed_tensors(), ElementsAre("p", "q", "x", "y"));
}

TEST(Plan, RescalesWhatJoinsInARowWouldCoarsenByABitTogether) {
  const GraphView graph = joined_twice();
  const Capability capability = capability_of(graph, {"Dense", "Concat", "Reshape"});
  // Ranges of p, r and t: 4, 6, 9.
  const QuantizationPlan plan = plan_of_join(graph, capability, {0, 4}, {0, 7});
  EXPECT_FLOAT_EQ(scale_of(plan, "p"), 4.0F / 255);
  EXPECT_FLOAT_EQ(scale_of(plan, "r"), 9.0F / 255);
  EXPECT_EQ(plan.find_tensor("r")->group, plan.find_tensor("t")->group);
}

TEST(Plan, LeavesAJoinInFloatWhenCalibrationHasNotSeenAPart) {
  const GraphView graph = joined();
  const Capability capability = capability_of(graph, {"Dense", "Concat"});
  const CalibrationTable table = table_of({{"x", {-1, 1}}, {"q", {0, 40}}, {"y", {0, 1}}, {"z", {0, 1}}});
  const QuantizationPlan plan = make_plan(graph, capability, default_config(graph, capability, std::nullopt), &table);
  EXPECT_THAT(op_named(plan, "c").reason, HasSubstr("calibration has not seen tensor 'p'"));
}

TEST(Plan, WidensTheSharedRangeForAConstantThatMovesAlong) {
  const GraphView graph = Network()
                              .constant("k", {0, 10})
                              .dense("d1", "x", "p")
                              .op("c", "Concat", {"p", "k"}, {"r"}, mover())
                              .dense("d2", "r", "y")
                              .output("y")
                              .build();
  const Capability capability = capability_of(graph, {"Dense", "Concat"});
  const CalibrationTable table = table_of({{"x", {-1, 1}}, {"p", {0, 2}}, {"y", {0, 1}}});
  const QuantizationPlan plan = make_plan(graph, capability, default_config(graph, capability, std::nullopt), &table);
  EXPECT_FLOAT_EQ(plan.find_tensor("r")->params->scale.front(), 10.0F / 255);
  const OpPlan& concat = op_named(plan, "c");
  ASSERT_EQ(concat.constant_activations.size(), 1u);
  EXPECT_EQ(concat.constant_activations[0].params, plan.find_tensor("r")->params);
}

TEST(Plan, TakesTheRangeThatAFunctionFixesWithoutAskingForStatistics) {
  OpMeaning sigmoid = arithmetic();
  sigmoid.fixed_output_range = Range{0, 1};
  const GraphView graph = Network()
                              .dense("d1", "x", "p")
                              .op("s", "Sigmoid", {"p"}, {"q"}, sigmoid)
                              .dense("d2", "q", "y")
                              .output("y")
                              .build();
  const Capability capability = capability_of(graph, {"Dense", "Sigmoid"});
  const CalibrationTable table = table_of({{"x", {-1, 1}}, {"p", {-3, 3}}, {"y", {0, 1}}});
  const QuantizationPlan plan = make_plan(graph, capability, default_config(graph, capability, std::nullopt), &table);
  EXPECT_FLOAT_EQ(plan.find_tensor("q")->params->scale.front(), 1.0F / 255);
  EXPECT_EQ(plan.find_tensor("q")->params->zero_point.front(), 0);
  EXPECT_THAT(plan.observed_tensors(), ElementsAre("p", "x", "y"));
}

TEST(Plan, LeavesInFloatWhatCalibrationHasNotSeen) {
  const GraphView graph = Network().dense("d1", "x", "p").dense("d2", "p", "y").output("y").build();
  const Capability capability = capability_of(graph, {"Dense"});
  const CalibrationTable table = table_of({{"x", {-1, 1}}, {"p", {0, 2}}});
  const QuantizationPlan plan = make_plan(graph, capability, default_config(graph, capability, std::nullopt), &table);
  EXPECT_THAT(op_named(plan, "d2").reason, HasSubstr("calibration has not seen tensor 'y'"));
  EXPECT_TRUE(op_named(plan, "d1").quantized);
}

TEST(Plan, ScalesABiasByInputAndWeight) {
  const GraphView graph = Network().dense("d", "x", "y").output("y").build();
  const Capability capability = capability_of(graph, {"Dense"});
  const CalibrationTable table = table_of({{"x", {0, 2.55F}}, {"y", {0, 1}}});
  const QuantizationPlan plan = make_plan(graph, capability, default_config(graph, capability, std::nullopt), &table);
  const OpPlan& dense = op_named(plan, "d");
  ASSERT_EQ(dense.weight->params->scale.size(), 2u);
  EXPECT_FLOAT_EQ(dense.weight->params->scale[0], 2.0F / 127);
  EXPECT_FLOAT_EQ(dense.weight->params->scale[1], 4.0F / 127);
  EXPECT_FLOAT_EQ(dense.bias->params->scale[1], 0.01F * 4.0F / 127);
}

TEST(Plan, RefusesStatisticsWithNaN) {
  const GraphView graph = Network().dense("d", "x", "y").output("y").build();
  const Capability capability = capability_of(graph, {"Dense"});
  const CalibrationTable table = table_of({{"x", {-1, std::nanf("")}}, {"y", {0, 1}}});
  try {
    make_plan(graph, capability, default_config(graph, capability, std::nullopt), &table);
    FAIL() << "NaN went through";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_data);
    EXPECT_THAT(error.message(), HasSubstr("tensor 'x' held 1 NaN"));
  }
}

TEST(Plan, KeepsWhatTheConfigurationKeepsInFloat) {
  const GraphView graph = Network().dense("d1", "x", "p").dense("d2", "p", "y").output("y").build();
  const Capability capability = capability_of(graph, {"Dense"});
  TuneConfig config = default_config(graph, capability, std::nullopt);
  config.units["d2"] = {std::nullopt, "sensitive"};
  const QuantizationPlan plan = make_plan(graph, capability, config, nullptr);
  EXPECT_EQ(op_named(plan, "d2").reason, "sensitive");
  EXPECT_EQ(plan.quantized_ops(), 1u);
}

TEST(DefaultConfig, TakesTheRangeMethodAskedForWhereTheBackendHasIt) {
  const GraphView graph = Network().dense("d", "x", "y").output("y").build();
  Capability capability = capability_of(graph, {"Dense"});
  OpChoice mse = capability.units[0].choices[0];
  mse.activation.range_method = RangeMethod::mse;
  capability.units[0].choices.push_back(mse);
  EXPECT_EQ(default_config(graph, capability, RangeMethod::mse).units.at("d").choice, mse);
  EXPECT_EQ(default_config(graph, capability, RangeMethod::kl).units.at("d").choice, capability.units[0].choices[0]);
}

/// The same, with a choice of taking ranges at run time for products.
Capability with_dynamic(Capability capability, const GraphView& graph) {
  for (UnitCapability& unit : capability.units) {
    if (!graph.op(unit.unit.anchor()).meaning.is_product || unit.choices.empty()) continue;
    OpChoice dynamic = static_int8(true, true);
    dynamic.quant_mode = QuantMode::dynamic;
    dynamic.advice = Advice::closer_to_float;
    unit.choices.push_back(dynamic);
  }
  return capability;
}

TEST(DynamicPlan, ObservesNothingAndLeavesTensorsInFloat) {
  const GraphView graph = Network()
                              .dense("d1", "x", "p")
                              .op("a", "Add", {"p", "x"}, {"q"}, arithmetic())
                              .dense("d2", "q", "y")
                              .output("y")
                              .build();
  const Capability capability = with_dynamic(capability_of(graph, {"Dense", "Add"}), graph);
  const TuneConfig first = default_config(graph, capability, std::nullopt);
  const TuneConfig config = closer_to_float_rival(graph, capability, first).value();
  const QuantizationPlan plan = make_plan(graph, capability, config, nullptr);
  EXPECT_TRUE(plan.tensors.empty());
  EXPECT_TRUE(plan.observed_tensors().empty());
  const OpPlan& dense = op_named(plan, "d1");
  EXPECT_TRUE(dense.is_dynamic());
  EXPECT_THAT(dense.dynamic_inputs, ElementsAre(0));
  EXPECT_TRUE(dense.quantized_inputs.empty());
  EXPECT_FALSE(dense.bias) << "it is added in float";
  EXPECT_THAT(op_named(plan, "a").reason, HasSubstr("inputs arrive in float"));
  EXPECT_EQ(plan.conversions.quantize, 2);
  EXPECT_EQ(plan.conversions.dequantize, 0);
}

TEST(DynamicPlan, NeedsNoStatisticsForTheParametersOfItsWeights) {
  const GraphView graph = Network().dense("d", "x", "y").output("y").build();
  const Capability capability = with_dynamic(capability_of(graph, {"Dense"}), graph);
  const TuneConfig config =
      closer_to_float_rival(graph, capability, default_config(graph, capability, std::nullopt)).value();
  const CalibrationTable nothing;
  const QuantizationPlan plan = make_plan(graph, capability, config, &nothing);
  const OpPlan& dense = op_named(plan, "d");
  ASSERT_TRUE(dense.weight && dense.weight->params);
  // Channels are the rows {1, -2} and {0.5, 4}.
  EXPECT_THAT(dense.weight->params->scale, ElementsAre(2.0F / 127, 4.0F / 127));
}

TEST(DynamicPlan, TakesItsInputBackToFloatWhereAnotherOpWritesItQuantized) {
  const GraphView graph =
      Network().dense("d1", "x", "p").dense("d2", "p", "y").dense("d3", "p", "z").output("y").output("z").build();
  const Capability capability = with_dynamic(capability_of(graph, {"Dense"}), graph);
  TuneConfig config = default_config(graph, capability, std::nullopt);
  config.units.at("d3").choice = capability.units[2].choices.back();
  const QuantizationPlan plan = make_plan(graph, capability, config, nullptr);
  EXPECT_TRUE(plan.find_tensor("p")->produced_quantized);
  EXPECT_EQ(plan.conversions.quantize, 2) << "x once, and p again at each run of d3";
  EXPECT_EQ(plan.conversions.dequantize, 2) << "p for d3, and y";
}

TEST(CloserToFloatRival, IsAbsentWhereNothingIsAdvised) {
  const GraphView graph = Network().dense("d", "x", "y").output("y").build();
  const Capability capability = capability_of(graph, {"Dense"});
  EXPECT_FALSE(closer_to_float_rival(graph, capability, default_config(graph, capability, std::nullopt)));
}

TEST(CloserToFloatRival, KeepsWhatWouldCostTheOpBeforeItItsLowPrecision) {
  const GraphView graph = Network()
                              .dense("d1", "x", "p")
                              .op("a", "Add", {"p"}, {"q"}, arithmetic())
                              .op("m", "Move", {"q"}, {"r"}, mover())
                              .dense("d2", "r", "y")
                              .output("y")
                              .build();
  Capability capability = with_dynamic(capability_of(graph, {"Dense", "Add", "Move"}, true), graph);
  const TuneConfig config = default_config(graph, capability, std::nullopt);
  capability.units[2].choices[0].runs = Runs::moves;
  capability.units[0].choices.pop_back();
  EXPECT_FALSE(closer_to_float_rival(graph, capability, config)) << "a runs in integers only for d2";
}

TEST(CloserToFloatRival, TakesOverWhatAProductCanGiveInFloatAsWell) {
  const GraphView graph =
      Network().dense("d1", "x", "p").op("m", "Move", {"p"}, {"q"}, mover()).dense("d2", "q", "y").output("y").build();
  const auto rival_of = [&](bool float_output) {
    Capability capability = with_dynamic(capability_of(graph, {"Dense", "Move"}, float_output), graph);
    capability.units[0].choices.pop_back();
    capability.units[1].choices[0].runs = Runs::moves;
    return closer_to_float_rival(graph, capability, default_config(graph, capability, std::nullopt));
  };
  ASSERT_TRUE(rival_of(true));
  EXPECT_EQ(rival_of(true)->units.at("d2").choice->quant_mode, QuantMode::dynamic);
  EXPECT_FALSE(rival_of(false));
}

TEST(CloserToFloatRival, LeavesUnitsInFloatThatTheConfigurationLeavesThere) {
  const GraphView graph = Network().dense("d", "x", "y").output("y").build();
  const Capability capability = with_dynamic(capability_of(graph, {"Dense"}), graph);
  TuneConfig config;
  config.units["d"].reason = "kept in float";
  EXPECT_FALSE(closer_to_float_rival(graph, capability, config));
}

TEST(PlanAsChosen, QuantizesEveryOpOfAUnitWithAChoice) {
  const GraphView graph = Network()
                              .dense("d", "x", "p")
                              .op("a", "Add", {"p", "p"}, {"q"}, arithmetic())
                              .op("s", "Add", {"q", "q"}, {"y"}, arithmetic())
                              .output("y")
                              .build();
  Capability capability = capability_of(graph, {"Dense", "Add"});
  capability.units[0].unit = {{0, 1}, "Dense + Add"};
  capability.units.erase(capability.units.begin() + 1);
  TuneConfig config = default_config(graph, capability, std::nullopt);
  config.units["s"] = {std::nullopt, "the user wants it so"};
  config.layout.dedicated_pairs = true;
  const QuantizationPlan plan = plan_as_chosen(graph, capability, config);
  ASSERT_EQ(plan.ops.size(), 3U);
  EXPECT_TRUE(plan.ops[0].quantized && plan.ops[0].is_anchor);
  EXPECT_TRUE(plan.ops[1].quantized && !plan.ops[1].is_anchor);
  EXPECT_EQ(plan.ops[1].pattern, "Dense + Add");
  EXPECT_EQ(plan.ops[1].choice, config.units.at("d").choice);
  EXPECT_FALSE(plan.ops[2].quantized);
  EXPECT_EQ(plan.ops[2].reason, "the user wants it so");
  EXPECT_TRUE(plan.layout.dedicated_pairs);
  EXPECT_TRUE(plan.tensors.empty() && plan.observed_tensors().empty());
}

TEST(PlanAsChosen, TellsWhyAnOpIsFloatThatNoConfigurationNames) {
  const GraphView graph =
      Network().dense("d", "x", "p").op("s", "Sqrt", {"p"}, {"y"}, arithmetic()).output("y").build();
  const QuantizationPlan plan = plan_as_chosen(graph, capability_of(graph, {"Dense"}), {});
  EXPECT_EQ(op_named(plan, "d").reason, "the configuration does not name it");
  EXPECT_EQ(op_named(plan, "s").reason, "no kernel for Sqrt");
}

}  // namespace
}  // namespace halftone
