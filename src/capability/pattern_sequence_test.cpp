#include "capability/pattern_sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using testing::ElementsAre;

TEST(PatternSequence, IsPositionsOfAlternatives) {
  const auto sequence = parse_pattern_sequence("Conv+Add  +  Relu | Clip");
  ASSERT_TRUE(sequence);
  EXPECT_EQ(sequence->text, "Conv+Add  +  Relu | Clip");
  EXPECT_THAT(sequence->positions, ElementsAre(ElementsAre("Conv"), ElementsAre("Add"), ElementsAre("Relu", "Clip")));
}

TEST(PatternSequence, IsNoneWhenItCannotBeRead) {
  for (const char* text : {"", "Conv", "Conv +", "+ Relu", "Conv + + Relu", "Conv + Relu|", "Conv + |Relu", "Conv Relu",
                           "Conv + Relu Clip", "Conv + Relu|Relu", "A|B"}) {
    EXPECT_FALSE(parse_pattern_sequence(text)) << text;
  }
}

TEST(PatternSequence, ExpandsToInstancesWithTheLastPositionFastest) {
  const auto sequence = parse_pattern_sequence("A|B + C + D|E");
  ASSERT_TRUE(sequence);
  std::vector<std::vector<std::string>> lists;
  for (const PatternInstance& instance : pattern_instances(*sequence)) lists.push_back(instance.ops);
  EXPECT_THAT(lists, ElementsAre(ElementsAre("A", "C", "D"), ElementsAre("A", "C", "E"), ElementsAre("B", "C", "D"),
                                 ElementsAre("B", "C", "E")));
}

TEST(PatternSequence, GivesEachInstanceTheConditionsOnItsTypes) {
  auto sequence = parse_pattern_sequence("A + B|C");
  ASSERT_TRUE(sequence);
  sequence->when["C"].constant = {InputRole::parameter};
  sequence->requires_isa = {"vnni"};
  const std::vector<PatternInstance> instances = pattern_instances(*sequence);
  ASSERT_EQ(instances.size(), 2u);
  EXPECT_TRUE(instances[0].when.empty());
  EXPECT_THAT(instances[1].when.at("C").constant, ElementsAre(InputRole::parameter));
  for (const PatternInstance& instance : instances) EXPECT_THAT(instance.requires_isa, ElementsAre("vnni"));
}

TEST(PatternSequence, HasABoundOnItsInstances) {
  std::string text = "A|B";
  for (int i = 0; i < 9; ++i) text += " + A|B";
  EXPECT_EQ(pattern_instances(*parse_pattern_sequence(text)).size(), 1024u);
  EXPECT_FALSE(parse_pattern_sequence(text + " + A|B"));
}

TEST(PatternSequence, HasABoundOnItsLength) {
  std::string text = "A";
  for (int i = 0; i < 11; ++i) text += " + A";
  EXPECT_TRUE(parse_pattern_sequence(text));
  EXPECT_FALSE(parse_pattern_sequence(text + " + A"));
}

}  // namespace
}  // namespace halftone
