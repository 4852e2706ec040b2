#include "verbs/remedies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// x → first → move → second, both products with weights of 2 output channels, and what the backend can do with them.
GraphView chain(float second_weight) {
  OpMeaning product;
  product.roles = {InputRole::activation, InputRole::weight};
  product.channel_axis = -1;
  product.is_product = true;
  OpMeaning mover;
  mover.roles = {InputRole::activation};
  mover.shares_scale = true;
  GraphBuilder builder;
  builder.add_input({"x", DType::f32, std::nullopt});
  builder.add_constant("w", Tensor::from(std::vector<float>{1, 0, 0, 1}, {2, 2}));
  builder.add_constant("v", Tensor::from(std::vector<float>{second_weight, 0, 0, second_weight}, {2, 2}));
  builder.add_op({"first", "Dense", {"x", "w"}, {"p"}, {}, product, {}});
  builder.add_op({"move", "Reshape", {"p"}, {"q"}, {}, mover, {}});
  builder.add_op({"sec.ond", "Dense", {"q", "v"}, {"y"}, {}, product, {}});
  builder.add_output("y");
  return std::move(builder).build();
}

Capability all_of(const GraphView& graph) {
  Capability capability;
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    capability.units.push_back({{{static_cast<OpId>(i)}, graph.ops()[i].type}, {OpChoice{}}, {}});
  }
  return capability;
}

OpDiagnosis record(const std::string& op, const std::string& tensor, double added) {
  OpDiagnosis found{op, "Dense", {}, added, false};
  found.error.tensor = tensor;
  found.error.values = 100;
  found.error.signal = 100;                // mean square 1
  found.error.reference_range = {0, 255};  // steps of 1
  return found;
}

TEST(Remedies, NoiseOfARoundedInputGrowsWithTheWeights) {
  const GraphView graph = chain(3);
  // One weight of 3 for each output: 1/12 * 9.
  EXPECT_DOUBLE_EQ(noise_of_rounded_input(graph, *graph.find_op("sec.ond"), {0, 255}), 0.75);
  EXPECT_DOUBLE_EQ(noise_of_rounded_input(graph, *graph.find_op("move"), {0, 255}), 1.0 / 12);
  EXPECT_DOUBLE_EQ(noise_of_rounded_input(graph, *graph.find_op("move"), {255, 255}), 1.0 / 12) << "zero is in it";
}

TEST(Remedies, KeepTheOpAloneInFloatWhereItsWeightsAreToBlame) {
  const GraphView graph = chain(0.1F);
  const Json remedies = remedies_json(graph, all_of(graph),
                                      {record("sec.ond", "y", 0.5), record("move", "q", 0), record("first", "p", 0)});
  ASSERT_THAT(remedies, SizeIs(1));
  EXPECT_EQ(remedies[0]["op"], "sec.ond");
  EXPECT_EQ(remedies[0]["with"], Json::array());
  EXPECT_EQ(remedies[0]["option"], R"(--set 'quantization.ops.sec\.ond={precision: fp32}')");
}

TEST(Remedies, KeepWhatGivesTheInputInFloatToo) {
  const GraphView graph = chain(3);
  const Json remedies = remedies_json(graph, all_of(graph),
                                      {record("sec.ond", "y", 0.8), record("move", "q", 0), record("first", "p", 0)});
  ASSERT_THAT(remedies, SizeIs(1));
  EXPECT_EQ(remedies[0]["with"], Json({"first", "move"})) << "through what moves the tensor";
  EXPECT_THAT(remedies[0]["option"].get<std::string>(), HasSubstr(R"(ops.sec\.ond|first|move=)"));
}

TEST(Remedies, LeaveOutWhatIsNotWorthIt) {
  const GraphView graph = chain(3);
  EXPECT_THAT(remedies_json(graph, all_of(graph), {record("first", "p", 1), record("sec.ond", "y", 0.01)}), SizeIs(1));
  EXPECT_THAT(remedies_json(graph, all_of(graph), {record("first", "p", 0)}), SizeIs(0));
  EXPECT_THAT(remedies_json(graph, Capability{}, {record("first", "p", 1)}), SizeIs(0)) << "it is in float already";
}

}  // namespace
}  // namespace halftone
