#include <gmock/gmock.h>

#include "halftone/error.h"
#include "tuning/testing/small_spaces.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TuningSpace, KnowsTheModesOfItsUnitsStaticFirst) {
  const TuningSpace space = testing::four_ops();
  EXPECT_THAT(space.modes(), ElementsAre(QuantMode::static_, QuantMode::dynamic));
  EXPECT_THAT(space.quantizable(QuantMode::dynamic), ElementsAre("op1", "op2", "op4"));
  EXPECT_EQ(space.quantizable().size(), 4U);
}

TEST(TuningSpace, UnitsWithoutTheModeTakeTheFirstChoiceTheyHave) {
  const TuningSpace space = testing::four_ops();
  const TuneConfig config = space.first_choices(QuantMode::dynamic);
  EXPECT_EQ(config.units.at("op1").choice->quant_mode, QuantMode::dynamic);
  EXPECT_EQ(config.units.at("op3").choice->quant_mode, QuantMode::static_);
}

TEST(TuningSpace, AUnitWithoutChoicesStaysInFloatForItsReason) {
  const TuningSpace space = testing::small_network();
  const TuneConfig config = space.first_choices(QuantMode::static_);
  EXPECT_FALSE(config.units.at("softmax").choice);
  EXPECT_EQ(config.units.at("softmax").reason, "no kernel");
  EXPECT_EQ(quantized_units(config), 4U);
}

TEST(TuningSpace, GroupsNameUnitsNotOps) {
  std::vector<SpaceUnit> units = testing::small_network().units();
  const TuningSpace space(units, {{"first_conv_or_matmul", {"relu1", "conv1"}}}, {{"softmax"}, {"conv2", "add"}});
  EXPECT_THAT(space.groups().at("first_conv_or_matmul"), ElementsAre("conv1"));
  EXPECT_THAT(space.blocks(), ElementsAre(ElementsAre("conv2", "add")));
}

TEST(TuningSpace, UnknownNamesAreErrorsWithASuggestion) {
  const TuningSpace space = testing::small_network();
  try {
    space.unit("conv3");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.hint(), HasSubstr("conv"));
  }
  EXPECT_THROW(TuningSpace(space.units(), {{"group", {"nobody"}}}, {}), Error);
  std::vector<SpaceUnit> twice = space.units();
  twice.push_back(twice.front());
  EXPECT_THROW(TuningSpace(twice, {}, {}), Error);
}

TEST(ConfigId, IsEqualForEqualChoicesWhateverTheReasons) {
  const TuningSpace space = testing::small_network();
  const TuneConfig all = space.first_choices(QuantMode::static_);
  EXPECT_EQ(config_id(with_float(all, {"add"}, "one reason")), config_id(with_float(all, {"add"}, "another")));
  EXPECT_NE(config_id(all), config_id(with_float(all, {"add"}, "")));
  TuneConfig other = all;
  other.units.at("conv1").choice = space.unit("conv1").choices.at(1);
  EXPECT_NE(config_id(all), config_id(other));
}

TEST(ConfigId, DistinguishesEveryChoiceOfAUnit) {
  const TuningSpace space = testing::four_ops();
  std::set<std::string> ids;
  TuneConfig config = space.in_float();
  ids.insert(config_id(config));
  for (const OpChoice& choice : space.unit("op1").choices) {
    config.units["op1"] = {choice, ""};
    ids.insert(config_id(config));
  }
  EXPECT_EQ(ids.size(), 17U);
}

}  // namespace
}  // namespace halftone
