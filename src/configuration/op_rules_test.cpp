#include "configuration/op_rules.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<OpRule> rules_of(const char* yaml) {
  std::vector<OpRule> rules;
  add_op_rules(rules, StrictYaml::parse(yaml, "f.yaml"));
  return rules;
}

std::string problems_of(const char* yaml) {
  try {
    rules_of(yaml);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::configuration);
    return error.message();
  }
  return "no problem";
}

TEST(OpRules, ReadPrecision) {
  const auto rules = rules_of("{'/features/0/.*': {precision: fp32}, MatMul: {precision: int8}}");
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0].pattern, "/features/0/.*");
  EXPECT_EQ(rules[0].keep_float, true);
  EXPECT_EQ(rules[1].keep_float, false);
}

TEST(OpRules, ScalarsAreListsOfOne) {
  const auto rules = rules_of(
      "Conv: {weight: {granularity: per_channel, dtype: [int8]}, activation: {scheme: asymmetric, "
      "algorithm: [minmax, kl]}}");
  ASSERT_EQ(rules.size(), 1u);
  ASSERT_TRUE(rules[0].weight && rules[0].activation);
  EXPECT_THAT(rules[0].weight->granularities, ElementsAre(Granularity::per_channel));
  EXPECT_THAT(rules[0].weight->dtypes, ElementsAre(DType::s8));
  EXPECT_TRUE(rules[0].weight->schemes.empty());
  EXPECT_THAT(rules[0].activation->algorithms, ElementsAre(RangeMethod::minmax, RangeMethod::kl));
}

TEST(OpRules, RangeMethodAndAlgorithmAreTheSame) {
  EXPECT_THAT(rules_of("Conv: {activation: {range_method: mse}}")[0].activation->algorithms,
              ElementsAre(RangeMethod::mse));
  EXPECT_THAT(problems_of("Conv: {activation: {range_method: mse, algorithm: kl}}"), HasSubstr("another word"));
}

TEST(OpRules, TheLastRuleOfAnExpressionHolds) {
  std::vector<OpRule> rules = rules_of("{Conv: {precision: fp32}, Relu: {precision: fp32}}");
  add_op_rules(rules, StrictYaml::parse("Conv: {precision: int8}", "--set"));
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[1].pattern, "Conv");
  EXPECT_EQ(rules[1].keep_float, false);
}

TEST(OpRules, ListAllProblemsWithTheirLines) {
  const std::string problems = problems_of(
      "Conv:\n"
      "  weight: {granularity: per_chanel}\n"
      "  activation: {schem: symmetric}\n"
      "'[':\n"
      "  precision: fp32\n"
      "Relu: {precision: fp16}\n");
  EXPECT_THAT(problems, HasSubstr("f.yaml:2: unknown word 'per_chanel'; did you mean 'per_channel'?"));
  EXPECT_THAT(problems, HasSubstr("f.yaml:3: unknown key 'schem'; did you mean 'scheme'?"));
  EXPECT_THAT(problems, HasSubstr("f.yaml:5: '[' is not a regular expression"));
  EXPECT_THAT(problems, HasSubstr("f.yaml:6: unknown word 'fp16'"));
}

TEST(OpRules, RefuseRulesThatSayNothing) {
  EXPECT_THAT(problems_of("Conv: {}"), HasSubstr("says nothing"));
  EXPECT_THAT(problems_of("Conv: fp32"), HasSubstr("expected a map"));
  EXPECT_THAT(problems_of("Conv: {precision: [fp32, int8]}"), HasSubstr("one precision"));
  EXPECT_THAT(problems_of(("{'" + std::string(1'001, '(') + "': {precision: fp32}}").c_str()),
              HasSubstr("1,000 letters"));
}

}  // namespace
}  // namespace halftone
