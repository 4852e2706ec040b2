#include "capability/fused_patterns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capability/pattern_sequence.h"
#include "capability/quantization_units.h"
#include "capability/test_graph.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<PatternSequence> patterns(const std::vector<std::string>& texts) {
  std::vector<PatternSequence> sequences;
  for (const std::string& text : texts) sequences.push_back(*parse_pattern_sequence(text));
  return sequences;
}

/// conv → sum → relu, where the sum reads another input as well.
GraphView residual() {
  return TestGraph()
      .input("x")
      .constant("w")
      .op("Conv", "conv", {"x", "w"})
      .op("Add", "sum", {"conv", "x"})
      .op("Relu", "relu", {"sum"})
      .build();
}

/// Each cut as "Conv + Add: conv sum / Relu: relu".
std::vector<std::string> cuts_of(const GraphView& graph, const std::vector<std::string>& texts) {
  const std::vector<PatternSequence> sequences = patterns(texts);
  std::vector<std::string> described;
  for (const auto& pieces : other_cuts(graph, find_units(graph, sequences).front(), sequences)) {
    std::string text;
    for (const QuantizationUnit& piece : pieces) {
      text += (text.empty() ? "" : " / ") + piece.pattern + ":";
      for (const OpId op : piece.ops) text += " " + graph.op(op).name;
    }
    described.push_back(text);
  }
  return described;
}

TEST(OtherCuts, LeaveEveryOpAloneWhereNoShorterPatternIs) {
  EXPECT_THAT(cuts_of(residual(), {"Conv + Add + Relu"}), ElementsAre("Conv: conv / Add: sum / Relu: relu"));
}

TEST(OtherCuts, TakeEveryShorterPatternFewerUnitsFirst) {
  EXPECT_THAT(cuts_of(residual(), {"Conv + Add + Relu", "Add + Relu", "Conv + Add"}),
              ElementsAre("Conv + Add: conv sum / Relu: relu", "Conv: conv / Add + Relu: sum relu",
                          "Conv: conv / Add: sum / Relu: relu"));
}

TEST(OtherCuts, AreNoneForAnOpAlone) { EXPECT_THAT(cuts_of(residual(), {}), IsEmpty()); }

TEST(OtherCuts, CoverTheOpsOfTheUnitEachOnce) {
  TestGraph builder;
  builder.input("x").op("Relu", "r0", {"x"});
  for (int i = 1; i < 12; ++i) builder.op("Relu", "r" + std::to_string(i), {"r" + std::to_string(i - 1)});
  const GraphView graph = builder.build();
  std::vector<std::string> texts;
  std::string text = "Relu";
  for (int i = 1; i < 12; ++i) texts.push_back(text += " + Relu");
  const std::vector<PatternSequence> sequences = patterns(texts);
  const QuantizationUnit unit = find_units(graph, sequences).front();
  ASSERT_THAT(unit.ops, SizeIs(12));
  const auto cuts = other_cuts(graph, unit, sequences);
  EXPECT_THAT(cuts, SizeIs(2047));  // a border or none between each two ops, but for none at all
  for (const auto& pieces : cuts) {
    std::vector<OpId> ops;
    for (const QuantizationUnit& piece : pieces) ops.insert(ops.end(), piece.ops.begin(), piece.ops.end());
    EXPECT_EQ(ops, unit.ops);
  }
}

}  // namespace
}  // namespace halftone
