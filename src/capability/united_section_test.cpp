#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "halftone/capability.h"

namespace halftone {
namespace {

using testing::ElementsAre;

CapabilitySection section_of(const std::string& range, Version low, std::optional<Version> high, QuantMode mode) {
  Alternative alternative;
  alternative.quant_mode = mode;
  CapabilitySection section;
  section.range = VersionRange{range, low, high};
  section.precisions = {"int8", "fp32"};
  section.mixed_precisions = {{{"int8", "fp32"}, {}}};
  section.ops = {{"int8", {"MatMul"}}, {"fp32", {"*"}}};
  section.capabilities["int8"]["MatMul"] = {alternative};
  section.patterns = {{"MatMul + Relu", {{"MatMul"}, {"Relu"}}}};
  return section;
}

const CapabilitySection kStatic = section_of(">=1.21,<1.27", {1, 21}, Version{1, 27}, QuantMode::static_);
const CapabilitySection kDynamic = section_of(">=1.16", {1, 16}, std::nullopt, QuantMode::dynamic);

TEST(UnitedSection, OffersTheAlternativesOfAllTheEarlierFirst) {
  const CapabilitySection all = united({&kStatic, &kDynamic});
  const std::vector<Alternative>& offered = all.capabilities.at("int8").at("MatMul");
  ASSERT_EQ(offered.size(), 2);
  EXPECT_EQ(offered[0].quant_mode, QuantMode::static_);
  EXPECT_EQ(offered[1].quant_mode, QuantMode::dynamic);
}

TEST(UnitedSection, HoldsWhatIsInSeveralOnce) {
  CapabilitySection other = kDynamic;
  other.precisions.emplace_back("bf16");
  other.ops["int8"].emplace_back("Gemm");
  other.patterns.push_back({"Gemm + Relu", {{"Gemm"}, {"Relu"}}});
  const CapabilitySection all = united({&kStatic, &other});
  EXPECT_THAT(all.precisions, ElementsAre("int8", "fp32", "bf16"));
  EXPECT_THAT(all.ops.at("int8"), ElementsAre("MatMul", "Gemm"));
  EXPECT_THAT(all.ops.at("fp32"), ElementsAre("*"));
  EXPECT_EQ(all.mixed_precisions.size(), 1);
  EXPECT_EQ(all.patterns.size(), 2);
}

TEST(UnitedSection, ServesTheVersionsThatAllServe) {
  const CapabilitySection all = united({&kDynamic, &kStatic});
  EXPECT_EQ(all.range->low, (Version{1, 21}));
  EXPECT_EQ(all.range->high, (Version{1, 27}));
}

TEST(UnitedSection, IsNamedAfterAllThatDiffer) {
  EXPECT_EQ(united({&kStatic, &kDynamic}).name(), ">=1.21,<1.27 and >=1.16");
  EXPECT_EQ(united({&kStatic, &kStatic}).name(), ">=1.21,<1.27");
  EXPECT_EQ(united({&kStatic}).name(), ">=1.21,<1.27");
}

TEST(UnitedSection, OffersTheAlternativesOfSingleOpsOfAll) {
  CapabilitySection one = kStatic, other = kDynamic;
  one.of_ops["op"] = one.capabilities["int8"]["MatMul"];
  other.of_ops["op"] = other.capabilities["int8"]["MatMul"];
  const CapabilitySection all = united({&one, &other});
  ASSERT_EQ(all.of_ops.at("op").size(), 2);
  EXPECT_EQ(all.of_ops.at("op")[1].quant_mode, QuantMode::dynamic);
}

}  // namespace
}  // namespace halftone
