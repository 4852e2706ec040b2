#include "verbs/op_comparison.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

using Ops = std::vector<ExecutedOp>;

TEST(OpComparison, FindsOpsOfAnotherTypeAndMissingOnes) {
  const Ops first{{"conv", "Conv"}, {"relu", "Relu"}, {"pool", "MaxPool"}};
  const Ops other{{"in_quantize", "QuantizeLinear"}, {"pool", "MaxPool", true}, {"conv", "QLinearConv", true}};
  const OpDifference difference = compare_ops(first, other);
  ASSERT_EQ(difference.changed.size(), 2u);
  EXPECT_EQ(difference.changed[0].name, "conv");
  EXPECT_EQ(difference.changed[0].from, "Conv");
  EXPECT_EQ(difference.changed[0].to, "QLinearConv");
  EXPECT_EQ(difference.changed[1].name, "relu");
  EXPECT_FALSE(difference.changed[1].to.has_value());
  EXPECT_EQ(difference.added, 1u);
}

TEST(OpComparison, KnowsNothingOfOpsWithoutName) {
  const OpDifference difference = compare_ops({{"", "Conv"}, {"a", "Relu"}}, {{"", "Relu"}, {"a", "Relu"}});
  EXPECT_TRUE(difference.changed.empty());
  EXPECT_EQ(difference.added, 1u);
}

TEST(OpComparison, CountsByType) {
  const Ops ops{{"b", "Relu"}, {"a", "QLinearConv", true}, {"c", "QLinearConv", true}};
  EXPECT_EQ(op_counts_json({true, ops}).dump(),
            R"({"source":"executed","total":3,"low_precision":2,"by_type":{"QLinearConv":2,"Relu":1}})");
  EXPECT_TRUE(op_counts_json({false, ops})["low_precision"].is_null());
}

}  // namespace
}  // namespace halftone
