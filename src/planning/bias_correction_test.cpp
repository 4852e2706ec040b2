#include "planning/bias_correction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::Pair;

/// One product with a bias, between x and y, its weight given; planned over x in 0 … 255 * 0.5.
struct OneProduct {
  OneProduct(std::vector<float> weight, Shape shape, OpMeaning meaning) {
    const std::int64_t outputs = shape[0];
    GraphBuilder builder;
    builder.add_input({"x", DType::f32, std::nullopt});
    builder.add_constant("w", Tensor::from<float>(std::move(weight), std::move(shape)));
    builder.add_constant("b",
                         Tensor::from<float>(std::vector<float>(static_cast<std::size_t>(outputs), 1.0F), {outputs}));
    builder.add_op({"p", "Product", {"x", "w", "b"}, {"y"}, {}, std::move(meaning), {}});
    builder.add_output("y");
    graph = std::move(builder).build();
    Capability capability;
    OpChoice choice;
    choice.float_output = true;
    choice.weight = QuantSpec{.dtype = DType::s8, .scheme = Scheme::symmetric, .granularity = Granularity::per_channel};
    capability.units = {{{{0}, "Product"}, {choice}, {}}};
    CalibrationTable table;
    StatisticsObserver observer;
    observer.observe(std::vector<float>{0, 127.5F});
    table.tensors["x"] = observer.statistics();
    plan = make_plan(graph, capability, default_config(graph, capability, std::nullopt), &table);
  }
  GraphView graph;
  QuantizationPlan plan;
};

OpMeaning convolution() {
  return {.roles = {InputRole::activation, InputRole::weight, InputRole::bias},
          .channel_axis = 0,
          .weight_input_axis = 1,
          .activation_channel_axis = 1,
          .is_product = true};
}

ChannelSums sums_of(const std::vector<double>& means) {
  ChannelSums sums{{}, 1, false};
  for (const double mean : means) sums.units.push_back(std::llround(mean * ChannelSums::kUnitsPerOne));
  return sums;
}

TEST(BiasCorrection, TakesBackWhatRoundingOfTheWeightShifts) {
  // 0.4 lies between the steps 0 and 1 of a channel whose largest weight is 127: it is lost.
  OneProduct net({127, 0.4F}, {1, 2, 1}, convolution());
  EXPECT_THAT(tensors_for_correction(net.graph, net.plan), ElementsAre(Pair("x", 1)));
  EXPECT_EQ(correct_biases(net.graph, net.plan, {{"x", sums_of({3, 10})}}), 1);
  EXPECT_THAT(net.plan.ops[0].bias->correction, ElementsAre(FloatNear(0.4F * 10, 1e-4F)));
}

TEST(BiasCorrection, LeavesExactWeightsAlone) {
  OneProduct net({127, -127, 127, 127}, {2, 2, 1}, convolution());
  correct_biases(net.graph, net.plan, {{"x", sums_of({1.4, 2.7})}});
  EXPECT_THAT(net.plan.ops[0].bias->correction, ElementsAre(FloatNear(0, 1e-4F), FloatNear(0, 1e-4F)));
}

TEST(BiasCorrection, KeepsToTheChannelsOfAGroup) {
  // Each output reads one channel; 0.4 is lost beside 127 and doubled by the second channel's mean alone.
  OneProduct net({127, 0.4F, 127, 0.4F}, {2, 1, 2}, convolution());
  correct_biases(net.graph, net.plan, {{"x", sums_of({0, 2})}});
  EXPECT_THAT(net.plan.ops[0].bias->correction, ElementsAre(FloatNear(0, 1e-6F), FloatNear(0.8F, 1e-4F)));
}

TEST(BiasCorrection, ReadsAWeightWhoseInputsComeFirst) {
  OpMeaning matrix = convolution();
  matrix.channel_axis = 1;
  matrix.weight_input_axis = 0;
  OneProduct net({127, 127, 0.4F, 127}, {2, 2}, matrix);
  correct_biases(net.graph, net.plan, {{"x", sums_of({3, 10})}});
  EXPECT_THAT(net.plan.ops[0].bias->correction, ElementsAre(FloatNear(4, 1e-4F), FloatNear(0, 1e-4F)));
}

TEST(BiasCorrection, AddsUpThePlacesOfAKernelBetweenTheChannels) {
  OpMeaning channels_last = convolution();
  channels_last.weight_input_axis = -1;
  OneProduct net({127, 0.4F, 127, 0.4F, 127, 127, 127, 127}, {2, 2, 2}, channels_last);
  correct_biases(net.graph, net.plan, {{"x", sums_of({3, 10})}});
  EXPECT_THAT(net.plan.ops[0].bias->correction, ElementsAre(FloatNear(8, 1e-4F), FloatNear(0, 1e-4F)));
}

TEST(BiasCorrection, DoesNothingWithSumsBeyondRange) {
  OneProduct net({127, 0.4F}, {1, 2, 1}, convolution());
  ChannelSums sums = sums_of({3, 10});
  sums.beyond_range = true;
  EXPECT_EQ(correct_biases(net.graph, net.plan, {{"x", sums}}), 0);
}

TEST(BiasCorrection, LeavesOpsAloneWhoseLayoutIsNotKnown) {
  OpMeaning unknown = convolution();
  unknown.weight_input_axis.reset();
  OneProduct net({127, 127}, {2, 1, 1}, unknown);
  EXPECT_TRUE(tensors_for_correction(net.graph, net.plan).empty());
}

}  // namespace
}  // namespace halftone
