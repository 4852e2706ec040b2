#include "capability/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capability/test_graph.h"

namespace halftone {
namespace {

using testing::HasSubstr;

TEST(Target, BringsTheFeaturesOfItsInstructionSet) {
  const std::map<std::string, std::set<std::string>> expected{
      {"avx2", {"avx2"}},         {"avx512", {"avx2", "avx512"}},
      {"vnni", {"avx2", "vnni"}}, {"amx", {"avx2", "avx512", "avx512_bf16", "vnni", "amx"}},
      {"arm_dot", {"arm_dot"}},   {"arm_i8mm", {"arm_dot", "arm_i8mm"}},
  };
  for (const auto& [isa, features] : expected) {
    const Target target = make_target(isa);
    for (const std::string& feature : instruction_set_features()) {
      EXPECT_EQ(target.has(feature), features.contains(feature)) << isa << " " << feature;
    }
  }
}

TEST(Target, HasNothingThatIsNoFeature) {
  EXPECT_FALSE(make_target("amx").has(""));
  EXPECT_FALSE(make_target("amx").has("sse9"));
  EXPECT_FALSE(Target{.isa = "sse9"}.has("sse9"));
}

TEST(Target, SaturatesWithoutDotProducts) {
  EXPECT_TRUE(make_target("avx2").saturates());
  EXPECT_TRUE(make_target("avx512").saturates());
  EXPECT_FALSE(make_target("vnni").saturates());
  EXPECT_FALSE(make_target("arm_dot").saturates());
}

TEST(Target, IsAnErrorWithTheNearestWordWhenUnknown) {
  EXPECT_THAT(error_of([] { make_target("vnnni"); }),
              HasSubstr("invalid_argument: unknown target 'vnnni' | did you mean 'vnni'?"));
  EXPECT_THAT(error_of([] { make_target(""); }), HasSubstr("unknown target ''"));
}

TEST(Target, NamesTheFirstNeedItDoesNotMeet) {
  EXPECT_EQ(first_lacking(make_target("vnni"), {"avx2", "avx512", "amx"}), "avx512");
  EXPECT_EQ(first_lacking(make_target("amx"), {"avx2", "avx512", "amx"}), std::nullopt);
  EXPECT_EQ(first_lacking(make_target("avx2"), {}), std::nullopt);
}

}  // namespace
}  // namespace halftone
