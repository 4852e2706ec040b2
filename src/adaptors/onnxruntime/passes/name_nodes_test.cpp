#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names_of(const OnnxModel& model) {
  std::vector<std::string> names;
  for (const OnnxNode& node : model.graph.nodes) names.push_back(node.name);
  return names;
}

/// A chain of Neg and Abs nodes of these names.
OnnxModel chain(const std::vector<std::string>& names) {
  ModelBuilder builder;
  builder.input("x", {4});
  std::string last = "x";
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string next = "t" + std::to_string(i);
    builder.node(i % 2 == 0 ? "Neg" : "Abs", {last}, {next}, {}, names[i]);
    last = next;
  }
  return builder.output(last).build();
}

TEST(NameNodes, NamesNodesWithoutOneByTypeAndPosition) {
  OnnxModel model = chain({"", "", ""});
  EXPECT_EQ(name_nodes(model), 3);
  EXPECT_THAT(names_of(model), ElementsAre("Neg_0", "Abs_1", "Neg_2"));
}

TEST(NameNodes, NumbersLaterNodesOfTheSameName) {
  OnnxModel model = chain({"a", "a", "b", "a"});
  EXPECT_EQ(name_nodes(model), 2);
  EXPECT_THAT(names_of(model), ElementsAre("a", "a_2", "b", "a_3"));
}

TEST(NameNodes, NeverGivesANameThatAnotherNodeHas) {
  OnnxModel model = chain({"a", "a", "a_2", "", "Abs_3"});
  EXPECT_EQ(name_nodes(model), 2);
  EXPECT_THAT(names_of(model), ElementsAre("a", "a_3", "a_2", "Abs_3_2", "Abs_3"));
}

// With a search from 2 on for each of them this would take minutes.
TEST(NameNodes, NumbersAsManyAsAFileMayHold) {
  constexpr int kCount = 50'000;
  OnnxModel model = chain(std::vector<std::string>(kCount, "a"));
  EXPECT_EQ(name_nodes(model), kCount - 1);
  EXPECT_EQ(model.graph.nodes.back().name, "a_" + std::to_string(kCount));
}

TEST(NameNodes, LeavesUniqueNamesAlone) {
  OnnxModel model = chain({"one", "two"});
  const std::string before = write_model(model);
  EXPECT_EQ(name_nodes(model), 0);
  EXPECT_EQ(write_model(model), before);
}

using NameNodesRun = RuntimeTest;

TEST_F(NameNodesRun, ChangesNoNumber) {
  const OnnxModel before = chain({"", "a", ""});  // the runtime itself refuses equal names
  OnnxModel after = before;
  name_nodes(after);
  const NamedTensors inputs{{"x", random_tensor(1, {4})}};
  expect_close(run(before, inputs), run(after, inputs), 0);
}

}  // namespace
}  // namespace halftone::onnxruntime::testing
