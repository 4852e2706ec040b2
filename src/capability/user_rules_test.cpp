#include "capability/user_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capability/test_graph.h"

namespace halftone {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

OpRule precision(std::string pattern, bool keep_float) { return {std::move(pattern), keep_float, {}, {}}; }

OpRule activation(std::string pattern, SpecChoices choices) { return {std::move(pattern), {}, {}, std::move(choices)}; }

SpecChoices algorithms(std::vector<RangeMethod> methods) { return {{}, {}, {}, std::move(methods)}; }

GraphView two_convolutions() {
  return TestGraph()
      .input("x")
      .constant("w")
      .op("Conv", "/block.0/conv", {"x", "w"})
      .op("Relu", "/block.0/relu", {"/block.0/conv"})
      .op("Conv", "/block.1/conv", {"/block.0/relu", "w"})
      .build();
}

std::string float_rule(const GraphView& graph, const UserConstraints& constraints, OpId op) {
  const std::string reason = UserRules(graph, constraints).reason_for_float(op);
  const std::size_t begin = reason.find('\'') + 1;
  return reason.empty() ? "none" : reason.substr(begin, reason.rfind('\'') - begin);
}

TEST(UserRules, KeepOpsInFloatByTheirTypeOrName) {
  const GraphView graph = two_convolutions();
  const UserConstraints by_type{{precision("Conv", true)}, {}};
  EXPECT_THAT(UserRules(graph, by_type).float_ops(), ElementsAre(true, false, true));
  const UserConstraints by_name{{}, {precision("/block\\.0/.*", true)}};
  EXPECT_THAT(UserRules(graph, by_name).float_ops(), ElementsAre(true, true, false));
}

TEST(UserRules, MatchTheWholeWord) {
  const GraphView graph = two_convolutions();
  EXPECT_THAT(error_of([&] { UserRules(graph, {{}, {precision("block.*", true)}}); }), HasSubstr("of no op"));
  EXPECT_THAT(error_of([&] { UserRules(graph, {{precision("Con", true)}, {}}); }), HasSubstr("did you mean 'Conv'?"));
}

TEST(UserRules, ForNamesWinOverRulesForTypes) {
  const GraphView graph = two_convolutions();
  const UserConstraints constraints{{precision("Conv", true)}, {precision("/block\\.1/conv", false)}};
  EXPECT_EQ(float_rule(graph, constraints, 0), "Conv");
  EXPECT_EQ(float_rule(graph, constraints, 2), "none");
}

TEST(UserRules, GivenLaterWinOverEarlierOnesOfTheSameKind) {
  const GraphView graph = two_convolutions();
  EXPECT_EQ(float_rule(graph, {{precision(".*", true), precision("Conv", false)}, {}}, 0), "none");
  EXPECT_EQ(float_rule(graph, {{precision("Conv", false), precision(".*", true)}, {}}, 0), ".*");
}

TEST(UserRules, DemandFieldByField) {
  const GraphView graph = two_convolutions();
  SpecChoices signed_per_tensor = algorithms({RangeMethod::kl});
  signed_per_tensor.dtypes = {DType::s8};
  const UserConstraints constraints{{activation("Conv", signed_per_tensor)},
                                    {activation("/block\\.1/conv", algorithms({RangeMethod::mse}))}};
  const UserRules rules(graph, constraints);
  const UnitDemands general = rules.demands_on({{0, 1}, "Conv + Relu"});
  EXPECT_THAT(general.activation.algorithms, ElementsAre(RangeMethod::kl));
  EXPECT_THAT(general.patterns, ElementsAre("Conv"));
  const UnitDemands special = rules.demands_on({{2}, "Conv"});
  EXPECT_THAT(special.activation.algorithms, ElementsAre(RangeMethod::mse));
  EXPECT_THAT(special.activation.dtypes, ElementsAre(DType::s8));
  EXPECT_THAT(special.patterns, ElementsAre("Conv", "/block\\.1/conv"));
  EXPECT_THAT(special.weight.dtypes, IsEmpty());
}

// The original's rule: what is said of an op by its name wins over what is said of its type, and that over the model.
TEST(UserRules, OfAnOpNameWinOverThoseOfItsTypeAndThoseOverTheModels) {
  const GraphView graph = two_convolutions();
  const UserConstraints constraints{
      {activation(".*", algorithms({RangeMethod::percentile})), activation("Conv", algorithms({RangeMethod::kl}))},
      {activation("/block\\.1/conv", algorithms({RangeMethod::mse}))}};
  const UserRules rules(graph, constraints);
  EXPECT_THAT(rules.demands_on({{0}, "Conv"}).activation.algorithms, ElementsAre(RangeMethod::kl));
  EXPECT_THAT(rules.demands_on({{1}, "Relu"}).activation.algorithms, ElementsAre(RangeMethod::percentile));
  EXPECT_THAT(rules.demands_on({{2}, "Conv"}).activation.algorithms, ElementsAre(RangeMethod::mse));
}

TEST(UserRules, OfAPrecisionWinInTheSameOrder) {
  const GraphView graph = two_convolutions();
  const UserConstraints constraints{{precision(".*", true), precision("Conv", false)},
                                    {precision("/block\\.0/conv", true)}};
  EXPECT_THAT(UserRules(graph, constraints).float_ops(), ElementsAre(true, true, false));
}

TEST(UserRules, OnAnInnerOpHoldForItsUnit) {
  const GraphView graph = two_convolutions();
  const UserConstraints constraints{{}, {activation("/block\\.0/relu", algorithms({RangeMethod::mse}))}};
  EXPECT_THAT(UserRules(graph, constraints).demands_on({{0, 1}, "Conv + Relu"}).activation.algorithms,
              ElementsAre(RangeMethod::mse));
}

TEST(UserRules, ThatMatchNothingAreErrorsNamingTheNearestWord) {
  const GraphView graph = two_convolutions();
  EXPECT_EQ(error_of([&] {
              UserRules(graph, {{precision("Covn", true)}, {}});
            }),
            "configuration: the rule 'Covn' matches the type of no op in the model | did you mean 'Conv'?");
  EXPECT_EQ(error_of([&] {
              UserRules(graph, {{}, {precision("/block.0/convs", true)}});
            }),
            "configuration: the rule '/block.0/convs' matches the name of no op in the model | did you mean "
            "'/block.0/conv'?");
}

TEST(UserRules, ThatAreExpressionsNameTheNearestWordAsWell) {
  const GraphView graph = two_convolutions();
  EXPECT_THAT(error_of([&] {
                UserRules(graph, {{}, {precision("/block\\.2/conv", true)}});
              }),
              HasSubstr("did you mean '/block.0/conv'?"));
  EXPECT_THAT(error_of([&] {
                UserRules(graph, {{precision("Pool|Gemm", true)}, {}});
              }),
              HasSubstr("| known are: Conv, Relu"));
}

TEST(UserRules, DoNotListThousandsOfNames) {
  TestGraph graph;
  graph.input("x");
  for (int i = 0; i < 30; ++i) graph.op("Relu", "op_number_" + std::to_string(i), {"x"});
  const GraphView view = graph.build();
  EXPECT_THAT(error_of([&] {
                UserRules(view, {{}, {precision("q", true)}});
              }),
              HasSubstr("| a pattern must match the whole name"));
}

TEST(UserRules, MustBeRegularExpressions) {
  const auto check = [](const std::string& pattern) {
    return error_of([&] { check_rules({{}, {precision(pattern, true)}}); });
  };
  for (const char* bad : {"(", "[a", "*", "a{2", "\\", "(a)\\1"}) {
    EXPECT_THAT(check(bad), AllOf(HasSubstr("configuration: '"), HasSubstr("is not a regular expression"))) << bad;
  }
  EXPECT_THAT(check(std::string(1001, '.')), HasSubstr("has 1001 characters"));
  EXPECT_EQ(check("(?:a|b)+[0-9]{1,2}"), "no error");
  EXPECT_THAT(error_of([] { check_rules({{precision("(", true)}, {}}); }), HasSubstr("is not a regular expression"));
}

TEST(UserRules, QuantizeNothingButListedTypesAndNames) {
  const GraphView graph = two_convolutions();
  UserConstraints constraints;
  constraints.op_types_to_quantize = {"Conv"};
  constraints.ops_to_quantize = {"/block\\.0/.*"};
  const UserRules rules(graph, constraints);
  EXPECT_EQ(rules.reason_unlisted(0), "");
  EXPECT_EQ(rules.reason_unlisted(1), "Relu is not among the op types to quantize");
  EXPECT_EQ(rules.reason_unlisted(2), "'/block.1/conv' is not among the ops to quantize");
  EXPECT_THAT(rules.float_ops(), ElementsAre(false, false, false));
}

TEST(UserRules, ExcludeOpsWhateverRulesSayOfThem) {
  const GraphView graph = two_convolutions();
  UserConstraints constraints{{}, {precision("/block\\.1/conv", false)}};
  constraints.ops_to_exclude = {".*/conv"};
  const UserRules rules(graph, constraints);
  EXPECT_EQ(rules.reason_for_float(2), "among the ops to exclude ('.*/conv')");
  EXPECT_THAT(rules.float_ops(), ElementsAre(true, false, true));
}

TEST(UserRules, NameTheListWhoseItemMatchesNothing) {
  const GraphView graph = two_convolutions();
  UserConstraints types, names, excluded, outputs;
  types.op_types_to_quantize = {"Conv", "Covn"};
  names.ops_to_quantize = {"/block.0/convs"};
  excluded.ops_to_exclude = {"/block.0/convs"};
  outputs.float_outputs = {"Rellu"};
  EXPECT_EQ(
      error_of([&] { UserRules(graph, types); }),
      "configuration: op_types_to_quantize: 'Covn' matches the type of no op in the model | did you mean 'Conv'?");
  EXPECT_THAT(error_of([&] { UserRules(graph, names); }), HasSubstr("ops_to_quantize: '/block.0/convs'"));
  EXPECT_THAT(error_of([&] { UserRules(graph, excluded); }), HasSubstr("ops_to_exclude: '/block.0/convs'"));
  EXPECT_THAT(error_of([&] { UserRules(graph, outputs); }), HasSubstr("float_outputs: 'Rellu'"));
}

TEST(UserRules, NeitherHangNorCrashOnHostilePatternsAndNames) {
  const std::string name(200'000, 'a');
  const GraphView graph = TestGraph().input("x").op("Relu", name, {"x"}).build();
  EXPECT_EQ(float_rule(graph, {{}, {precision("(a|a)+", true)}}, 0), "(a|a)+");
  EXPECT_THAT(error_of([&] { UserRules(graph, {{}, {precision("(a+)+b", true)}}); }), HasSubstr("of no op"));
}

}  // namespace
}  // namespace halftone
