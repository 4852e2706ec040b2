#include "verbs/op_suggestions.h"

#include <gmock/gmock.h>

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

OpPlan op(const std::string& name, const std::string& type, const std::string& reason = {}) {
  OpPlan plan;
  plan.name = name;
  plan.type = type;
  plan.quantized = plan.is_anchor = reason.empty();
  plan.reason = reason;
  return plan;
}

/// A chain of these ops, each of which can be quantized in these ways.
struct Chain {
  GraphView graph;
  Capability capability;
  QuantizationPlan plan;
};

OpChoice choice(std::optional<Granularity> of_weight, RangeMethod method) {
  OpChoice made;
  made.activation.range_method = method;
  if (of_weight) {
    made.weight = QuantSpec{};
    made.weight->granularity = *of_weight;
  }
  return made;
}

Chain chain(const std::vector<std::pair<OpPlan, std::vector<OpChoice>>>& ops) {
  Chain made;
  GraphBuilder builder;
  builder.add_input({"t0", DType::f32, std::nullopt});
  for (std::size_t i = 0; i < ops.size(); ++i) {
    const auto& [plan, choices] = ops[i];
    builder.add_op({plan.name, plan.type, {"t" + std::to_string(i)}, {"t" + std::to_string(i + 1)}, {}, {}, {}});
    made.capability.units.push_back({{{static_cast<OpId>(i)}, plan.type}, choices, ""});
    made.plan.ops.push_back(plan);
  }
  builder.add_output("t" + std::to_string(ops.size()));
  made.graph = std::move(builder).build();
  return made;
}

const std::vector<OpChoice> kWeighted{choice(Granularity::per_channel, RangeMethod::minmax),
                                      choice(Granularity::per_tensor, RangeMethod::minmax)};
const std::vector<OpChoice> kPlain{choice(std::nullopt, RangeMethod::mse), choice(std::nullopt, RangeMethod::kl)};

TEST(OpTypeExamples, AreRulesThatTheBackendCanFollow) {
  const Chain model = chain({{op("c1", "Conv"), kWeighted},
                             {op("c2", "Conv"), kWeighted},
                             {op("c3", "Conv"), kWeighted},
                             {op("p1", "Pool"), kPlain},
                             {op("p2", "Pool"), kPlain},
                             {op("a", "Add"), kPlain}});
  EXPECT_THAT(op_type_examples(model.graph, model.capability, model.plan),
              ElementsAre("Conv: {weight: {granularity: per_tensor}}", "Pool: {activation: {range_method: kl}}",
                          "Add: {precision: fp32}"));
}

TEST(OpTypeExamples, NameNothingThatOneOpCannotDo) {
  const Chain model =
      chain({{op("c1", "Conv"), kWeighted}, {op("c2", "Conv"), {kWeighted.front()}}, {op("a", "Add"), kPlain}});
  EXPECT_THAT(op_type_examples(model.graph, model.capability, model.plan),
              ElementsAre("Conv: {precision: fp32}", "Add: {precision: fp32}"));
}

TEST(OpTypeExamples, AreNoneWhereNothingIsQuantized) {
  const Chain model = chain({{op("s", "Softmax", "there is no kernel"), {}}});
  EXPECT_THAT(op_type_examples(model.graph, model.capability, model.plan), IsEmpty());
  EXPECT_THAT(op_examples(model.plan), IsEmpty());
}

TEST(OpExamples, NameTheFirstAndTheLastQuantizedOp) {
  QuantizationPlan plan;
  plan.ops = {op("pre", "Cast", "x"), op("/a.1/conv", "Conv"), op("mid", "Conv"), op("fc", "Gemm"),
              op("s", "Softmax", "x")};
  EXPECT_THAT(op_examples(plan), ElementsAre(R"("/a\\.1/conv": {precision: fp32})", "fc: {precision: fp32}"));
  plan.ops = {op("fc", "Gemm")};
  EXPECT_THAT(op_examples(plan), SizeIs(1));
}

TEST(OpExamples, LeaveOutNamesThatNoFileCanHold) {
  QuantizationPlan plan;
  plan.ops = {op("\xff", "Conv"), op(std::string(500, 'x'), "Conv")};
  EXPECT_THAT(op_examples(plan), IsEmpty());
}

TEST(FloatAdvice, GroupsOpsByTheirReason) {
  QuantizationPlan plan;
  plan.ops = {op("c", "Conv"), op("s1", "Softmax", "there is no kernel"), op("s2", "Softmax", "there is no kernel"),
              op("a", "Add", "your rule keeps it in float")};
  EXPECT_THAT(float_advice(plan), ElementsAre(HasSubstr("1 of 4 ops would be quantized"),
                                              "In float: 2 ops (Softmax; 's1' the first), because there is no kernel",
                                              "In float: Add 'a', because your rule keeps it in float"));
}

TEST(FloatAdvice, StaysShort) {
  QuantizationPlan plan;
  for (int i = 0; i < 30; ++i) plan.ops.push_back(op("o" + std::to_string(i), "T", "reason " + std::to_string(i)));
  const auto advice = float_advice(plan);
  EXPECT_THAT(advice, SizeIs(7));
  EXPECT_EQ(advice.back(), "… and for 25 other reasons");
}

}  // namespace
}  // namespace halftone
