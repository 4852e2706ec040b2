#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capability/test_graph.h"
#include "halftone/capability.h"

namespace halftone {
namespace {

using Attributes = std::map<std::string, Attribute>;

TEST(OpConditions, WantConstantsOnlyWhereTheInputsArePresent) {
  const GraphView graph = TestGraph()
                              .input("x")
                              .input("v")
                              .constant("w")
                              .op("Conv", "fixed", {"x", "w"})
                              .op("Conv", "computed", {"x", "v"})
                              .op("Conv", "computed_bias", {"x", "w", "v"})
                              .op("Conv", "no_bias", {"x", "w", ""})
                              .build();
  const OpConditions conditions{.constant = {InputRole::weight, InputRole::bias}, .attributes = {}};
  EXPECT_EQ(conditions.first_unmet(graph, *graph.find_op("fixed")), std::nullopt);
  EXPECT_EQ(conditions.first_unmet(graph, *graph.find_op("no_bias")), std::nullopt);
  EXPECT_EQ(conditions.first_unmet(graph, *graph.find_op("computed")), "its weight is not a constant");
  EXPECT_EQ(conditions.first_unmet(graph, *graph.find_op("computed_bias")), "its bias is not a constant");
}

std::optional<std::string> unmet(const Attributes& attributes, std::vector<std::string> allowed) {
  const GraphView graph = TestGraph().input("x").op("Relu", "r", {"x"}, attributes).build();
  const OpConditions conditions{.constant = {}, .attributes = {{"a", std::move(allowed)}}};
  return conditions.first_unmet(graph, 0);
}

TEST(OpConditions, TakeAnAbsentAttributeAsTheFirstValue) {
  EXPECT_EQ(unmet({}, {"0"}), std::nullopt);
  EXPECT_EQ(unmet({{"b", std::int64_t{7}}}, {"0"}), std::nullopt);
}

TEST(OpConditions, CompareAttributesOfEveryKind) {
  EXPECT_EQ(unmet({{"a", std::int64_t{0}}}, {"0"}), std::nullopt);
  EXPECT_EQ(unmet({{"a", std::int64_t{1}}}, {"0"}), "its attribute a is 1, only 0 runs in int8");
  EXPECT_EQ(unmet({{"a", std::string("edge")}}, {"constant", "edge"}), std::nullopt);
  EXPECT_EQ(unmet({{"a", std::string("wrap")}}, {"constant", "reflect", "edge"}),
            "its attribute a is wrap, only constant, reflect or edge runs in int8");
  EXPECT_EQ(unmet({{"a", 1.0F}}, {"1"}), std::nullopt);
  EXPECT_EQ(unmet({{"a", 0.1F}}, {"0.1"}), std::nullopt);
  EXPECT_EQ(unmet({{"a", 1.0F}}, {"1.0"}), std::nullopt);
  EXPECT_EQ(unmet({{"a", 0.5F}}, {"1", "x"}), "its attribute a is 0.5, only 1 or x runs in int8");
  EXPECT_EQ(unmet({{"a", std::vector<std::int64_t>{2, 2}}}, {"[2, 2]"}), std::nullopt);
  EXPECT_EQ(unmet({{"a", std::vector<std::int64_t>{1, 1}}}, {"none"}),
            "its attribute a is [1, 1], only none runs in int8");
  EXPECT_EQ(unmet({{"a", std::vector<float>{0.5F}}}, {"[0.5]"}), std::nullopt);
}

}  // namespace
}  // namespace halftone
