#include "capability/quantization_units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capability/pattern_sequence.h"
#include "capability/test_graph.h"

namespace halftone {
namespace {

using testing::ElementsAre;

std::vector<PatternSequence> patterns(const std::vector<std::string>& texts) {
  std::vector<PatternSequence> sequences;
  for (const std::string& text : texts) sequences.push_back(*parse_pattern_sequence(text));
  return sequences;
}

/// Each unit as "pattern: op op".
std::vector<std::string> described(const GraphView& graph, const std::vector<QuantizationUnit>& units) {
  std::vector<std::string> texts;
  for (const QuantizationUnit& unit : units) {
    std::string text = unit.pattern + ":";
    for (const OpId op : unit.ops) text += " " + graph.op(op).name;
    texts.push_back(text);
  }
  return texts;
}

std::vector<std::string> units_of(const GraphView& graph, const std::vector<std::string>& texts) {
  return described(graph, find_units(graph, patterns(texts)));
}

TestGraph conv_then(const std::string& type, std::vector<std::string> more_inputs = {}) {
  TestGraph graph;
  graph.input("x").constant("w").op("Conv", "c", {"x", "w"});
  more_inputs.insert(more_inputs.begin(), "c");
  graph.op(type, "r", more_inputs);
  return graph;
}

TEST(FindUnits, FusesAnOccurrenceAndLeavesOtherOpsAlone) {
  const GraphView graph = conv_then("Relu").op("Softmax", "s", {"r"}).output("s").build();
  EXPECT_THAT(units_of(graph, {"Conv + Relu|Clip"}), ElementsAre("Conv + Relu|Clip: c r", "Softmax: s"));
  EXPECT_THAT(units_of(graph, {}), ElementsAre("Conv: c", "Relu: r", "Softmax: s"));
}

TEST(FindUnits, KeepsApartWhatAnythingElseCanSee) {
  const std::vector<std::string> apart{"Conv: c", "Relu: r"};
  EXPECT_EQ(units_of(conv_then("Relu").output("c").output("r").build(), {"Conv + Relu"}), apart);
  const GraphView two_readers = conv_then("Relu").op("Softmax", "s", {"c"}).build();
  EXPECT_THAT(units_of(two_readers, {"Conv + Relu"}), ElementsAre("Conv: c", "Relu: r", "Softmax: s"));
}

TEST(FindUnits, DoesNotReachIntoASubgraph) {
  TestGraph graph;
  graph.input("x").constant("w").op("Conv", "c", {"x", "w"}).in_scope(1).op("Relu", "r", {"c"}).output("r");
  EXPECT_THAT(units_of(graph.build(), {"Conv + Relu"}), ElementsAre("Conv: c", "Relu: r"));
}

TEST(FindUnits, DoesNotFuseATensorReadTwiceByOneOp) {
  const GraphView graph = conv_then("Add", {"c"}).build();
  EXPECT_THAT(units_of(graph, {"Conv + Add"}), ElementsAre("Conv: c", "Add: r"));
}

TEST(FindUnits, FusesOnlyOpsWhoseParametersAreConstant) {
  EXPECT_THAT(units_of(conv_then("Clip", {"w"}).build(), {"Conv + Clip"}), ElementsAre("Conv + Clip: c r"));
  EXPECT_THAT(units_of(conv_then("Clip", {"x"}).build(), {"Conv + Clip"}), ElementsAre("Conv: c", "Clip: r"));
  const GraphView bound =
      TestGraph().input("x").constant("w").op("Conv", "c", {"x", "w"}).op("Clip", "r", {"x", "c"}).build();
  EXPECT_THAT(units_of(bound, {"Conv + Clip"}), ElementsAre("Conv: c", "Clip: r"));
}

TEST(FindUnits, DoesNotFuseAnOpThatMustStayInFloat) {
  const GraphView graph =
      TestGraph().input("x").constant("w").op("Conv", "c", {"x", "w"}).op("Relu", "r", {"c"}, {}, "is fp64").build();
  EXPECT_THAT(units_of(graph, {"Conv + Relu"}), ElementsAre("Conv: c", "Relu: r"));
}

TEST(FindUnits, FusesOnlyOpsWithOneOutput) {
  TestGraph two;
  two.input("x").op_with_outputs("Split", "s", {"x"}, {"a", "b"}).op("Relu", "r", {"a"});
  EXPECT_THAT(units_of(two.build(), {"Split + Relu"}), ElementsAre("Split: s", "Relu: r"));
  TestGraph one;
  one.input("x").op_with_outputs("Split", "s", {"x"}, {"", "b"}).op("Relu", "r", {"b"});
  EXPECT_THAT(units_of(one.build(), {"Split + Relu"}), ElementsAre("Split + Relu: s r"));
}

GraphView residual_block() {
  return TestGraph()
      .input("x")
      .constant("w")
      .op("Conv", "left", {"x", "w"})
      .op("Conv", "right", {"x", "w"})
      .op("Add", "sum", {"left", "right"})
      .op("Relu", "r", {"sum"})
      .build();
}

TEST(FindUnits, PrefersLongPatternsWhateverTheirOrder) {
  const auto expected = ElementsAre("Conv + Add + Relu: left sum r", "Conv: right");
  EXPECT_THAT(units_of(residual_block(), {"Add + Relu", "Conv + Add + Relu"}), expected);
  EXPECT_THAT(units_of(residual_block(), {"Conv + Add + Relu", "Add + Relu"}), expected);
}

TEST(FindUnits, GivesASharedReaderToTheFirstOpInOrder) {
  EXPECT_THAT(units_of(residual_block(), {"Conv + Add"}),
              ElementsAre("Conv + Add: left sum", "Conv: right", "Relu: r"));
}

TEST(FindUnits, PutsEveryOpInExactlyOneUnit) {
  const GraphView graph = residual_block();
  std::vector<int> seen(graph.ops().size(), 0);
  for (const QuantizationUnit& unit : find_units(graph, patterns({"Conv + Add", "Add + Relu", "Conv + Relu"}))) {
    for (const OpId op : unit.ops) ++seen[static_cast<std::size_t>(op)];
  }
  EXPECT_THAT(seen, testing::Each(1));
}

TEST(FindUnits, CutsOutTheOpsThatStandAlone) {
  const GraphView graph = residual_block();
  const std::vector<bool> relu_alone{false, false, false, true};
  EXPECT_THAT(described(graph, find_units(graph, patterns({"Conv + Add + Relu", "Conv + Add"}), relu_alone)),
              ElementsAre("Conv + Add: left sum", "Conv: right", "Relu: r"));
}

TEST(FindUnits, FusesOnlyOccurrencesThatMeetTheConditionsOfTheSequence) {
  const GraphView graph = TestGraph()
                              .input("x")
                              .constant("w")
                              .op("Conv", "c1", {"x", "w"}, {{"group", std::int64_t{1}}})
                              .op("Relu", "r1", {"c1"})
                              .op("Conv", "c2", {"r1", "w"}, {{"group", std::int64_t{8}}})
                              .op("Relu", "r2", {"c2"})
                              .build();
  std::vector<PatternSequence> sequences = patterns({"Conv + Relu"});
  sequences[0].when["Conv"].attributes["group"] = {"1"};
  EXPECT_THAT(described(graph, find_units(graph, sequences)),
              ElementsAre("Conv + Relu: c1 r1", "Conv: c2", "Relu: r2"));
}

TEST(FindUnits, IsEmptyForAnEmptyGraph) {
  EXPECT_TRUE(find_units(GraphBuilder().build(), patterns({"A + B"})).empty());
}

}  // namespace
}  // namespace halftone
