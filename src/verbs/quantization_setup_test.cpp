#include "verbs/quantization_setup.h"

#include <gmock/gmock.h>

#include <regex>

#include "halftone/error.h"
#include "verbs/approach_choice.h"

namespace halftone {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(ExactPattern, MatchesItsTextAlone) {
  const std::string name = R"(/net.0/conv[1]/a+b(c)*?{d}^$|\e)";
  const std::regex pattern(exact_pattern(name));
  EXPECT_TRUE(std::regex_match(name, pattern));
  EXPECT_FALSE(std::regex_match(R"(/netX0/conv[1]/a+b(c)*?{d}^$|\e)", pattern));
}

TEST(Recipes, BecomeRulesForTheOpsOfTheirGroups) {
  Config::Quantization quantization;
  quantization.first_conv_or_matmul = "fp32";
  quantization.pre_post_process = "fp32";
  Capability capability;
  capability.groups = {{"first_conv_or_matmul", {"conv.1"}}, {"last_conv_or_matmul", {"fc"}}, {"pre_post_process", {}}};
  WarningLog log(silent_progress());
  const std::vector<OpRule> rules = recipe_rules(quantization, capability, log);
  ASSERT_EQ(rules.size(), 1);
  EXPECT_EQ(rules[0].pattern, R"(conv\.1)");
  EXPECT_EQ(rules[0].keep_float, true);
  EXPECT_THAT(log.warnings(), Contains(HasSubstr("pre_post_process")));
}

TEST(Approach, KeepsTheChoicesOfItsModeAlone) {
  OpChoice fixed;
  OpChoice dynamic;
  dynamic.quant_mode = QuantMode::dynamic;
  Capability capability;
  capability.units = {{{{0}, "Conv"}, {fixed}, ""}, {{{1}, "MatMul"}, {fixed, dynamic}, ""}};
  keep_approach(capability, "dynamic");
  EXPECT_TRUE(capability.units[0].choices.empty());
  EXPECT_THAT(capability.units[0].reason, HasSubstr("dynamic"));
  ASSERT_EQ(capability.units[1].choices.size(), 1);
  EXPECT_EQ(capability.units[1].choices[0].quant_mode, QuantMode::dynamic);
  keep_approach(capability, "auto");
  EXPECT_EQ(capability.units[1].choices.size(), 1);
  EXPECT_THROW(keep_approach(capability, "weight_only"), Error);
}

TEST(Approach, AutoLeavesWhatIsThereOnRequestAlone) {
  OpChoice slow;
  slow.quant_mode = QuantMode::dynamic;
  slow.advice = Advice::on_request;
  Capability capability;
  capability.units = {{{{0}, "Conv"}, {OpChoice{}, slow}, ""}, {{{1}, "Slow"}, {slow}, ""}, {{{2}, "None"}, {}, "no"}};
  Capability asked = capability;
  keep_approach(capability, "auto");
  EXPECT_EQ(capability.units[0].choices.size(), 1);
  EXPECT_TRUE(capability.units[1].choices.empty());
  EXPECT_THAT(capability.units[1].reason, HasSubstr("approach dynamic"));
  EXPECT_EQ(capability.units[2].reason, "no");
  keep_approach(asked, "dynamic");
  EXPECT_EQ(asked.units[1].choices.size(), 1);
}

TEST(RivalScores, NameTheClosestTheEarlierOfEquals) {
  EXPECT_EQ((RivalScores{{20, 30}, 4}).closest(), 1);
  EXPECT_EQ((RivalScores{{30, 30}, 4}).closest(), 0);
}

TEST(Approach, OfAPlanIsThatOfItsOps) {
  QuantizationPlan plan;
  EXPECT_EQ(approach_of(plan), "");
  OpPlan op;
  op.quantized = true;
  op.choice = OpChoice{};
  plan.ops.push_back(op);
  EXPECT_EQ(approach_of(plan), "static");
  op.choice->quant_mode = QuantMode::dynamic;
  plan.ops.push_back(op);
  EXPECT_EQ(approach_of(plan), "dynamic+static");
}

}  // namespace
}  // namespace halftone
