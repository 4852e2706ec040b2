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
  EXPECT_THAT(pattern_instances(*sequence), ElementsAre(ElementsAre("A", "C", "D"), ElementsAre("A", "C", "E"),
                                                        ElementsAre("B", "C", "D"), ElementsAre("B", "C", "E")));
}

TEST(PatternSequence, HasABoundOnItsInstances) {
  std::string text = "A|B";
  for (int i = 0; i < 9; ++i) text += " + A|B";
  EXPECT_EQ(pattern_instances(*parse_pattern_sequence(text)).size(), 1024u);
  EXPECT_FALSE(parse_pattern_sequence(text + " + A|B"));
}

}  // namespace
}  // namespace halftone
