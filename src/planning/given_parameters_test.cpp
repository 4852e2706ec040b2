#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "halftone/error.h"
#include "planning/test_network.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kTypes{"Dense", "Reshape", "Join"};

std::string error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.message() + " | " + error.hint();
  }
  return "no error";
}

/// A product, a mover, and another product.
GraphView two_products() {
  return Network()
      .dense("d1", "x", "p")
      .op("r", "Reshape", {"p"}, {"q"}, mover())
      .dense("d2", "q", "y")
      .output("y")
      .build();
}

/// Two products whose results a kernel joins.
GraphView joined_products() {
  return Network()
      .dense("d1", "x", "a")
      .dense("d2", "x", "b")
      .op("j", "Join", {"a", "b"}, {"c"}, mover())
      .dense("d3", "c", "y")
      .output("y")
      .build();
}

QuantizationPlan plan_with(const GraphView& graph, const std::vector<TensorRule>& rules,
                           const CalibrationTable* table = nullptr) {
  const Capability capability = capability_of(graph, kTypes);
  TuneConfig config = default_config(graph, capability, std::nullopt);
  config.tensors = given_parameters(graph, rules);
  return make_plan(graph, capability, config, table);
}

CalibrationTable all_seen(std::vector<std::string> names) {
  std::map<std::string, std::vector<float>> values;
  for (std::string& name : names) values.emplace(std::move(name), std::vector<float>{-1, 4});
  return table_of(values);
}

TEST(GivenParameters, StandInThePlanAsTheyAre) {
  const CalibrationTable table = all_seen({"x", "p", "y"});
  const QuantizationPlan plan =
      plan_with(two_products(), {{"x", GivenScale{0.125F, 7}}, {"y", Range{-1, 254}}}, &table);
  EXPECT_EQ(*plan.find_tensor("x")->params, (QuantParams{DType::u8, {0.125F}, {7}, std::nullopt}));
  EXPECT_EQ(*plan.find_tensor("y")->params, (QuantParams{DType::u8, {1.0F}, {1}, std::nullopt}));
}

TEST(GivenParameters, NeedNoCalibrationOfTheirTensor) {
  EXPECT_THAT(plan_with(two_products(), {{"x", Range{0, 1}}}).observed_tensors(), ElementsAre("p", "y"));
  const CalibrationTable table = all_seen({"p", "y"});
  const QuantizationPlan plan = plan_with(two_products(), {{"x", Range{0, 255}}}, &table);
  EXPECT_EQ(plan.quantized_ops(), 3u);
  EXPECT_EQ(plan.find_tensor("x")->params->scale.front(), 1.0F);
}

TEST(GivenParameters, DecideTheScaleOfTheBias) {
  const CalibrationTable table = all_seen({"p", "y"});
  const QuantizationPlan plan = plan_with(two_products(), {{"x", GivenScale{0.5F, 0}}}, &table);
  const OpPlan& dense = op_named(plan, "d1");
  EXPECT_EQ(dense.bias->params->scale.front(), 0.5F * dense.weight->params->scale.front());
}

TEST(GivenParameters, HoldForAllThatSharesTheScaleAndSaySo) {
  const CalibrationTable table = all_seen({"x", "p", "y"});
  const QuantizationPlan plan = plan_with(two_products(), {{"q", GivenScale{0.5F, 3}}}, &table);
  EXPECT_EQ(*plan.find_tensor("p")->params, *plan.find_tensor("q")->params);
  EXPECT_EQ(plan.find_tensor("p")->params->scale.front(), 0.5F);
  EXPECT_THAT(plan.warnings,
              ElementsAre("the parameters given for tensor 'q' hold for 'p' as well, since they share one scale"));
}

TEST(GivenParameters, ThatDifferWithinAGroupAreAnError) {
  const GraphView graph = two_products();
  EXPECT_THAT(error_of([&] {
                plan_with(graph, {{"p", Range{0, 1}}, {"q", Range{0, 2}}});
              }),
              HasSubstr("tensors 'p' and 'q' share one scale, but are given different parameters"));
  EXPECT_THAT(plan_with(graph, {{"p|q", Range{0, 2}}}).warnings, IsEmpty());
}

TEST(GivenParameters, OfOneInputOfAJoinLeaveTheOthersAlone) {
  const CalibrationTable table = all_seen({"x", "a", "b", "y"});
  const QuantizationPlan plan = plan_with(joined_products(), {{"a", GivenScale{0.25F, 9}}}, &table);
  EXPECT_EQ(plan.find_tensor("a")->params->scale.front(), 0.25F);
  EXPECT_EQ(plan.find_tensor("b")->params->scale.front(), 5.0F / 255);
  EXPECT_EQ(plan.find_tensor("c")->params->scale.front(), 5.0F / 255);
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(GivenParameters, OfAJoinsInputsMayDiffer) {
  const QuantizationPlan outline = plan_with(joined_products(), {{"a", Range{0, 1}}, {"b", Range{0, 2}}});
  EXPECT_NE(outline.find_tensor("a")->group, outline.find_tensor("b")->group);
}

TEST(GivenParameters, MustFitTheTypeBeforeDataAreAskedFor) {
  EXPECT_THAT(error_of([] {
                plan_with(two_products(), {{"x", GivenScale{1, 256}}});
              }),
              HasSubstr("256 cannot be its zero point | it lies from 0 to 255"));
  EXPECT_THAT(error_of([] { plan_with(two_products(), {{"x", GivenScale{1, -1}}}); }), HasSubstr("'x'"));
}

TEST(GivenParameters, OfASymmetricTypeHaveItsZeroPoint) {
  const GraphView graph = two_products();
  Capability capability = capability_of(graph, kTypes);
  for (UnitCapability& unit : capability.units) {
    for (OpChoice& choice : unit.choices) choice.activation.scheme = Scheme::symmetric;
  }
  TuneConfig config = default_config(graph, capability, std::nullopt);
  config.tensors = given_parameters(graph, {{"x", GivenScale{1, 0}}});
  EXPECT_THAT(error_of([&] { make_plan(graph, capability, config, nullptr); }), HasSubstr("| it is 128"));
  config.tensors = given_parameters(graph, {{"x", GivenScale{1, 128}}});
  EXPECT_EQ(error_of([&] { make_plan(graph, capability, config, nullptr); }), "no error");
}

TEST(GivenParameters, ThatNobodyUsesAreTold) {
  const GraphView graph =
      Network().op("f", "Float", {"x"}, {"p"}, arithmetic()).dense("d", "p", "y").output("y").build();
  EXPECT_THAT(plan_with(graph, {{"x", Range{0, 1}}}).warnings, ElementsAre(HasSubstr("given for 'x' are not used")));
}

TEST(GivenParameters, NameTensorsThatAreThere) {
  const GraphView graph = two_products();
  EXPECT_THAT(error_of([&] {
                given_parameters(graph, {{"pp", Range{0, 1}}});
              }),
              HasSubstr("'pp' matches the name of no tensor in the model | known are: x, p, q, y"));
  EXPECT_THAT(error_of([&] { given_parameters(graph, {{"d1\\.w", Range{0, 1}}}); }), HasSubstr("is a constant"));
  const auto given = given_parameters(graph, {{".*", Range{0, 1}}, {"q", Range{0, 2}}});
  EXPECT_EQ(given.size(), 4u);
  EXPECT_EQ(given.at("q"), GivenParameters(Range{0, 2}));
}

}  // namespace
}  // namespace halftone
