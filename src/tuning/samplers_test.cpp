#include "tuning/samplers.h"

#include <gmock/gmock.h>

#include <set>

#include "halftone/error.h"
#include "tuning/testing/small_spaces.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;

class FourOps : public ::testing::Test {
 protected:
  const TuningSpace space_ = testing::four_ops();
  // Static where there is a static choice, as the original's order of modes has it.
  const TuneConfig base_ = space_.first_choices(QuantMode::static_);

  std::size_t count(std::vector<Axis> axes) const {
    ProductSampler sampler(base_, std::move(axes));
    std::set<std::string> ids;
    while (const auto config = sampler.next()) ids.insert(config_id(*config));
    EXPECT_EQ(ids.size(), sampler.size());
    return ids.size();
  }
  std::vector<std::size_t> floats(const std::vector<TuneConfig>& configs) const {
    std::vector<std::size_t> counts;
    for (const TuneConfig& config : configs) counts.push_back(4 - quantized_units(config));
    return counts;
  }
};

TEST_F(FourOps, HaveOneHundredAndTwentyEightConfigurationsOpByOp) {
  EXPECT_EQ(count(op_wise_axes(space_, base_, false)), 128U);
}

TEST_F(FourOps, HaveSixteenConfigurationsByOpType) { EXPECT_EQ(count(op_type_wise_axes(space_, base_)), 16U); }

TEST_F(FourOps, HaveEightConfigurationsForTheModelAsAWhole) { EXPECT_EQ(count(model_wise_axes(space_, base_)), 8U); }

TEST_F(FourOps, HaveEveryChoiceAndFloatInTheFullSpace) {
  ProductSampler sampler(base_, full_axes(space_));
  EXPECT_EQ(sampler.size(), 17U * 17U * 2U * 5U);
}

TEST_F(FourOps, FallBackOneByOneFromTheLast) {
  const std::vector<TuneConfig> configs = fallback_one_by_one(base_, {"op4", "op3", "op2", "op1"});
  EXPECT_THAT(floats(configs), ElementsAre(1, 1, 1, 1));
  EXPECT_FALSE(configs.front().units.at("op4").choice);
  EXPECT_FALSE(configs.back().units.at("op1").choice);
}

TEST_F(FourOps, AccumulatedFallbackBeginsWithTwo) {
  EXPECT_THAT(floats(fallback_accumulated(base_, {"op4", "op3", "op2", "op1"})), ElementsAre(2, 3, 4));
}

TEST_F(FourOps, FallBackByTheirTwoBlocks) {
  EXPECT_THAT(floats(fallback_blocks(base_, space_.blocks(), false)), ElementsAre(2, 2));
  EXPECT_THAT(floats(fallback_blocks(base_, space_.blocks(), true)), ElementsAre(2, 3));
}

TEST_F(FourOps, ModesChangeOnlyUnitsThatHaveThem) {
  const auto dynamic = in_mode(space_, base_, QuantMode::dynamic);
  ASSERT_TRUE(dynamic);
  EXPECT_EQ(dynamic->units.at("op2").choice->quant_mode, QuantMode::dynamic);
  EXPECT_EQ(dynamic->units.at("op3"), base_.units.at("op3"));
  EXPECT_FALSE(in_mode(space_, *dynamic, QuantMode::dynamic));
  EXPECT_FALSE(in_mode(space_, space_.in_float(), QuantMode::dynamic));
}

TEST_F(FourOps, LastAxisVariesFastest) {
  ProductSampler sampler(base_, op_wise_axes(space_, base_, true));
  const auto first = sampler.next();
  const auto second = sampler.next();
  EXPECT_EQ(config_id(*first), config_id(base_));
  EXPECT_EQ(second->units.at("op1"), base_.units.at("op1"));
  EXPECT_NE(second->units.at("op4"), base_.units.at("op4"));
}

TEST(ProductSampler, CountsNoFurtherThanSixtyFourBits) {
  std::vector<Axis> axes;
  for (int i = 0; i < 100; ++i) axes.push_back({"unit", {{}, {}}});
  EXPECT_EQ(ProductSampler({}, axes).size(), std::numeric_limits<std::uint64_t>::max());
}

TEST(ProductSampler, RefusesAnAxisWithoutOptions) { EXPECT_THROW(ProductSampler({}, {{"unit", {}}}), Error); }

TEST(LowerBits, TakeTheFewestBitsOfTheSameMode) {
  std::vector<SpaceUnit> units = testing::small_network().units();
  OpChoice four_bits = units.front().choices.front();
  four_bits.weight->dtype = DType::s4;
  units.front().choices.push_back(four_bits);
  const TuningSpace space(units, {}, {});
  const TuneConfig base = space.first_choices(QuantMode::static_);
  const auto lower = with_lower_bits(space, base, quantized_in(space, base));
  ASSERT_TRUE(lower);
  EXPECT_EQ(lower->units.at("conv1").choice->weight->dtype, DType::s4);
  EXPECT_EQ(lower->units.at("conv2"), base.units.at("conv2"));
  EXPECT_FALSE(with_lower_bits(space, base, {"conv2"}));
}

}  // namespace
}  // namespace halftone
