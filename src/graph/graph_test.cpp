#include "halftone/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

OpMeaning product() {
  return {.roles = {InputRole::activation, InputRole::weight, InputRole::bias}, .channel_axis = 0, .is_product = true};
}

GraphBuilder two_layers_given_backwards() {
  GraphBuilder builder;
  builder.add_input({"x", DType::f32, Shape{-1, 2}});
  builder.add_constant("w", Tensor::from<float>({1, 2, 3, 4}, {2, 2}));
  builder.add_op({.name = "second",
                  .type = "Dense",
                  .inputs = {"h", "w", ""},
                  .outputs = {"y"},
                  .attributes = {},
                  .meaning = product(),
                  .not_quantizable = {}});
  builder.add_op({.name = "first",
                  .type = "Dense",
                  .inputs = {"x", "w"},
                  .outputs = {"h"},
                  .attributes = {},
                  .meaning = product(),
                  .not_quantizable = {}});
  builder.add_output("y");
  return builder;
}

GraphBuilder::Op plain(std::string name, std::vector<std::string> inputs, std::vector<std::string> outputs) {
  return {std::move(name), "Op", std::move(inputs), std::move(outputs), {}, std::nullopt, {}};
}

TEST(GraphBuilder, PutsOpsInTopologicalOrderWhateverTheOrderGiven) {
  const GraphView view = two_layers_given_backwards().build();
  ASSERT_EQ(view.ops().size(), 2u);
  EXPECT_EQ(view.ops()[0].name, "first");
  EXPECT_EQ(view.ops()[1].name, "second");
  EXPECT_EQ(view.find_op("second"), OpId{1});
  EXPECT_EQ(view.tensor(*view.find_tensor("h")).producer, 0);
}

TEST(GraphBuilder, LinksEachTensorToItsReaders) {
  const GraphView view = two_layers_given_backwards().build();
  EXPECT_THAT(view.tensor(*view.find_tensor("w")).uses, testing::ElementsAre(TensorUse{0, 1}, TensorUse{1, 1}));
  EXPECT_TRUE(view.tensor(*view.find_tensor("y")).is_graph_output);
}

TEST(GraphView, FindsInputsByRoleAndPassesAbsentOnes) {
  const GraphView view = two_layers_given_backwards().build();
  EXPECT_EQ(view.main_input(1), *view.find_tensor("h"));
  EXPECT_EQ(view.input_with_role(1, InputRole::weight), *view.find_tensor("w"));
  EXPECT_EQ(view.input_with_role(1, InputRole::bias), kNone);
}

TEST(GraphView, RepeatsTheLastRoleForVariadicOps) {
  OpNode concat;
  concat.meaning.roles = {InputRole::activation};
  EXPECT_EQ(concat.role(7), InputRole::activation);
  EXPECT_EQ(OpNode{}.role(0), InputRole::parameter);
}

template <typename Build>
std::string message_of(Build build) {
  try {
    build();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_model);
    return error.message();
  }
  return "no error";
}

TEST(GraphBuilder, RefusesACycle) {
  GraphBuilder builder;
  builder.add_op(plain("a", {"q"}, {"p"}));
  builder.add_op(plain("b", {"p"}, {"q"}));
  EXPECT_EQ(message_of([&] { std::move(builder).build(); }), "the graph has a cycle");
}

TEST(GraphBuilder, RefusesATensorThatNothingWrites) {
  GraphBuilder builder;
  builder.add_op(plain("a", {"ghost"}, {"p"}));
  EXPECT_THAT(message_of([&] { std::move(builder).build(); }), testing::HasSubstr("'ghost', read by op 'a'"));
}

TEST(GraphBuilder, RefusesTwoWritersOfOneTensorAndTwoOpsOfOneName) {
  GraphBuilder builder;
  builder.add_op(plain("a", {}, {"p"}));
  EXPECT_THAT(message_of([&] { builder.add_op(plain("b", {}, {"p"})); }), testing::HasSubstr("'p' is written"));
  EXPECT_THAT(message_of([&] { builder.add_op(plain("a", {}, {"q"})); }), testing::HasSubstr("two ops are named 'a'"));
}

}  // namespace
}  // namespace halftone
