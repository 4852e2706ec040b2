#include "capability/op_choices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

Alternative convolution() {
  Alternative alternative;
  alternative.weight = SpecChoices{{DType::s8, DType::u8},
                                   {Scheme::symmetric},
                                   {Granularity::per_channel, Granularity::per_tensor},
                                   {RangeMethod::minmax, RangeMethod::mse}};
  alternative.activation = {{DType::u8, DType::s8},
                            {Scheme::asymmetric, Scheme::symmetric},
                            {Granularity::per_tensor, Granularity::per_channel},
                            {RangeMethod::minmax, RangeMethod::kl}};
  alternative.float_output = true;
  return alternative;
}

TEST(OpChoices, AreTheProductOfAllListsWithTheDefaultsFirst) {
  const std::vector<OpChoice> choices = expand(convolution(), false);
  ASSERT_EQ(choices.size(), 16u * 8u);
  EXPECT_EQ(to_string(choices[0]), "static uint8 asymmetric per_tensor, weight int8 symmetric per_channel");
  EXPECT_TRUE(choices[0].float_output);
}

TEST(OpChoices, VaryTheLastWordFastest) {
  const std::vector<OpChoice> choices = expand(convolution(), false);
  const std::string weight = ", weight int8 symmetric per_channel";
  EXPECT_EQ(to_string(choices[1]), "static uint8 asymmetric per_tensor, weight uint8 symmetric per_channel");
  EXPECT_EQ(to_string(choices[2]), "static uint8 asymmetric per_tensor, weight int8 symmetric per_channel mse");
  EXPECT_EQ(to_string(choices[4]), "static uint8 asymmetric per_tensor, weight int8 symmetric per_tensor");
  EXPECT_EQ(to_string(choices[8]), "static int8 asymmetric per_tensor" + weight);
  EXPECT_EQ(to_string(choices[16]), "static uint8 asymmetric per_channel" + weight);
  EXPECT_EQ(to_string(choices[32]), "static uint8 asymmetric per_tensor kl" + weight);
  EXPECT_EQ(to_string(choices[64]), "static uint8 symmetric per_tensor" + weight);
}

TEST(OpChoices, GiveUpABitOfTheWeightWhereSumsSaturate) {
  const OpChoice choice = expand(convolution(), true).front();
  EXPECT_TRUE(choice.weight->reduce_range);
  EXPECT_FALSE(choice.activation.reduce_range);
  EXPECT_EQ(to_string(choice), "static uint8 asymmetric per_tensor, weight int8 symmetric per_channel reduced");
}

TEST(OpChoices, HaveNoWeightWhereTheAlternativeHasNone) {
  Alternative moves = convolution();
  moves.weight.reset();
  moves.runs = Runs::moves;
  const std::vector<OpChoice> choices = expand(moves, true);
  ASSERT_EQ(choices.size(), 16u);
  EXPECT_EQ(choices[0].weight, std::nullopt);
  EXPECT_EQ(choices[0].runs, Runs::moves);
  EXPECT_EQ(to_string(choices[0]), "static uint8 asymmetric per_tensor");
}

}  // namespace
}  // namespace halftone
