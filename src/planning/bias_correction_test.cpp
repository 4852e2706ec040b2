#include "planning/bias_correction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(BiasCorrection, TakesBackWhatRoundingOfTheInputShifts) {
  // 127 and -127 quantize exactly, so only the input's shift counts: channel means move by +0.1 and -0.2.
  OneProduct net({127, -127, 127, 127}, {2, 2, 1}, convolution());
  EXPECT_THAT(tensors_for_correction(net.graph, net.plan), ElementsAre(Pair("x", 1)));
  // In units of scale / 65,536 and scale, for a scale of 0.5: means 1.4 → 1.5 and 2.7 → 2.5.
  const ChannelSums sums{
      {static_cast<std::int64_t>(1.4 * 2 * 65'536), static_cast<std::int64_t>(2.7 * 2 * 65'536)}, {3, 5}, 1};
  EXPECT_EQ(correct_biases(net.graph, net.plan, {{"x", sums}}), 1);
  EXPECT_THAT(net.plan.ops[0].bias->correction,
              ElementsAre(FloatNear(-127 * 0.1F - 127 * 0.2F, 0.01F), FloatNear(-127 * 0.1F + 127 * 0.2F, 0.01F)));
}

TEST(BiasCorrection, TakesBackWhatRoundingOfTheWeightShifts) {
  // 0.4 lies between the steps 0 and 1 of a channel whose largest weight is 127: it is lost.
  OneProduct net({127, 0.4F}, {1, 2, 1}, convolution());
  const ChannelSums sums{{0, 2 * 10 * 65'536}, {0, 2 * 10}, 1};
  correct_biases(net.graph, net.plan, {{"x", sums}});
  EXPECT_THAT(net.plan.ops[0].bias->correction, ElementsAre(FloatNear(0.4F * 10, 1e-4F)));
}

TEST(BiasCorrection, KeepsToTheChannelsOfAGroup) {
  OneProduct net({127, 127}, {2, 1, 1}, convolution());
  const ChannelSums sums{{0, 0}, {0, 2}, 1};  // only the second channel moves, by 1.0
  correct_biases(net.graph, net.plan, {{"x", sums}});
  EXPECT_THAT(net.plan.ops[0].bias->correction, ElementsAre(FloatNear(0, 1e-6F), FloatNear(-127, 1e-3F)));
}

TEST(BiasCorrection, LeavesOpsAloneWhoseLayoutIsNotKnown) {
  OpMeaning unknown = convolution();
  unknown.weight_input_axis.reset();
  OneProduct net({127, 127}, {2, 1, 1}, unknown);
  EXPECT_TRUE(tensors_for_correction(net.graph, net.plan).empty());
}

}  // namespace
}  // namespace halftone
