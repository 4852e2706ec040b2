#include "configuration/tensor_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::HasSubstr;

std::vector<TensorRule> rules_of(const std::string& yaml) {
  std::vector<TensorRule> rules;
  add_tensor_rules(rules, StrictYaml::parse(yaml, "c.yaml"));
  return rules;
}

std::string problem_of(const std::string& yaml) {
  try {
    rules_of(yaml);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(TensorRules, GiveAScaleOrARange) {
  const auto rules = rules_of("a: {scale: 0.5, zero_point: 3}\n'b.*': {min: -1, max: 2.5}");
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0].pattern, "a");
  EXPECT_EQ(rules[0].parameters, GivenParameters(GivenScale{0.5F, 3}));
  EXPECT_EQ(rules[1].parameters, GivenParameters(Range{-1, 2.5F}));
}

TEST(TensorRules, OfTheSameNameReplaceEachOther) {
  std::vector<TensorRule> rules = rules_of("a: {min: 0, max: 1}");
  add_tensor_rules(rules, StrictYaml::parse("a: {min: 0, max: 2}", "c.yaml"));
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].parameters, GivenParameters(Range{0, 2}));
}

TEST(TensorRules, RefuseWhatIsNeither) {
  EXPECT_THAT(problem_of("a: {scale: 0.5}"), HasSubstr("zero_point"));
  EXPECT_THAT(problem_of("a: {min: 0.5}"), HasSubstr("max"));
  EXPECT_THAT(problem_of("a: {}"), HasSubstr("expected {scale: S, zero_point: Z} or {min: A, max: B}"));
  EXPECT_THAT(problem_of("a: {scale: 1, zero_point: 0, min: 0, max: 1}"), HasSubstr("expected {scale"));
  EXPECT_THAT(problem_of("a: {scales: 1, zero_point: 0}"), HasSubstr("'scale'"));
  EXPECT_THAT(problem_of("a: {scale: 0, zero_point: 0}"), HasSubstr("above 0"));
  EXPECT_THAT(problem_of("a: {scale: 1e-45, zero_point: 0}"), HasSubstr("above 0"));
  EXPECT_THAT(problem_of("a: {scale: 1, zero_point: 9999999999}"), HasSubstr("32 bits"));
  EXPECT_THAT(problem_of("a: {min: 2, max: 1}"), HasSubstr("min is above max"));
  EXPECT_THAT(problem_of("a: {min: 0, max: 1e40}"), HasSubstr("32-bit float"));
  EXPECT_THAT(problem_of("a: {min: .nan, max: 1}"), HasSubstr("c.yaml:1"));
  EXPECT_THAT(problem_of("'a(': {min: 0, max: 1}"), HasSubstr("not a regular expression"));
}

TEST(TensorRules, ListAllProblemsWithTheirLines) {
  EXPECT_THAT(problem_of("a: {min: 2, max: 1}\nb: {scale: 1}"),
              testing::AllOf(HasSubstr("c.yaml:1"), HasSubstr("c.yaml:2")));
}

}  // namespace
}  // namespace halftone
