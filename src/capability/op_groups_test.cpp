#include "capability/op_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capability/test_graph.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A capability in which every unit has a choice; `units` lists the names of the ops of each.
Capability all_quantizable(const GraphView& graph, const std::vector<std::vector<std::string>>& units) {
  Capability capability;
  for (const std::vector<std::string>& names : units) {
    QuantizationUnit unit;
    for (const std::string& name : names) unit.ops.push_back(*graph.find_op(name));
    capability.units.push_back({unit, {OpChoice{}}, {}});
  }
  return capability;
}

GraphView network() {
  return TestGraph()
      .input("x")
      .constant("w")
      .op("Add", "scale", {"x", "w"})
      .op("Conv", "stem", {"scale", "w"})
      .op("Relu", "act", {"stem"})
      .op("Add", "side", {"x", "w"})
      .op("Add", "sum", {"act", "side"})
      .op("MatMul", "head", {"sum", "w"})
      .op("Relu", "head_act", {"head"})
      .op("Softmax", "probability", {"head_act"})
      .op("Relu", "tap", {"act"})
      .build();
}

TEST(OpGroups, NameTheFirstAndLastProductAndWhatIsNotBetweenThem) {
  const GraphView graph = network();
  Capability capability = all_quantizable(
      graph, {{"scale"}, {"stem", "act"}, {"side"}, {"sum"}, {"head", "head_act"}, {"probability"}, {"tap"}});
  name_op_groups(graph, capability);
  EXPECT_THAT(capability.groups["first_conv_or_matmul"], ElementsAre("stem"));
  EXPECT_THAT(capability.groups["last_conv_or_matmul"], ElementsAre("head"));
  EXPECT_THAT(capability.groups["pre_post_process"], ElementsAre("scale", "side", "probability", "tap"));
}

TEST(OpGroups, LeaveOutUnitsThatStayInFloatAnyway) {
  const GraphView graph = network();
  Capability capability = all_quantizable(graph, {{"scale"}, {"probability"}});
  capability.units[1].choices.clear();
  name_op_groups(graph, capability);
  EXPECT_THAT(capability.groups["pre_post_process"], ElementsAre("scale"));
}

TEST(OpGroups, MeetInOneOpWhereThereIsOneProduct) {
  const GraphView graph =
      TestGraph().input("x").constant("w").op("Conv", "c", {"x", "w"}).op("Relu", "r", {"c"}).build();
  Capability capability = all_quantizable(graph, {{"c"}, {"r"}});
  name_op_groups(graph, capability);
  EXPECT_EQ(capability.groups["first_conv_or_matmul"], capability.groups["last_conv_or_matmul"]);
  EXPECT_THAT(capability.groups["pre_post_process"], ElementsAre("r"));
}

TEST(OpGroups, AreThereAndEmptyWithoutProducts) {
  const GraphView graph = TestGraph().input("x").op("Relu", "r", {"x"}).build();
  Capability capability = all_quantizable(graph, {{"r"}});
  name_op_groups(graph, capability);
  ASSERT_EQ(capability.groups.size(), 3u);
  for (const auto& [group, names] : capability.groups) EXPECT_THAT(names, IsEmpty()) << group;
}

}  // namespace
}  // namespace halftone
