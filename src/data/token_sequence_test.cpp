#include "data/token_sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using testing::ElementsAre;

/// [UNK] 1, [CLS] 2, [SEP] 3, [PAD] 9
const SpecialTokens kAll{1, 2, 3, 9};

TEST(TokenSequence, FramesOneText) {
  const TokenSequence sequence = join_texts({{11, 12}}, kAll, {10, std::nullopt});
  EXPECT_THAT(sequence.ids, ElementsAre(2, 11, 12, 3));
  EXPECT_THAT(sequence.types, ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(sequence.used, 4u);
}

TEST(TokenSequence, PartsAPairAndMarksTheSecondText) {
  const TokenSequence sequence = join_texts({{11, 12}, {21}}, kAll, {10, 8});
  EXPECT_THAT(sequence.ids, ElementsAre(2, 11, 12, 3, 21, 3, 9, 9));
  EXPECT_THAT(sequence.types, ElementsAre(0, 0, 0, 0, 1, 1, 0, 0));
  EXPECT_EQ(sequence.used, 6u);
}

TEST(TokenSequence, UsesTheSpecialTokensThereAre) {
  const SpecialTokens beginning_only{1, 2, std::nullopt, 0};
  EXPECT_THAT(join_texts({{11}}, beginning_only, {4, 4}).ids, ElementsAre(2, 11, 0, 0));
  const SpecialTokens none{1, std::nullopt, std::nullopt, std::nullopt};
  EXPECT_THAT(join_texts({{11, 12}}, none, {4, std::nullopt}).ids, ElementsAre(11, 12));
}

TEST(TokenSequence, CutsTheEndOfATextButNoSpecialToken) {
  EXPECT_THAT(join_texts({{11, 12, 13, 14}}, kAll, {5, 5}).ids, ElementsAre(2, 11, 12, 13, 3));
}

TEST(TokenSequence, CutsTheLongerOfAPairFirst) {
  const auto ids = [](std::vector<TokenId> a, std::vector<TokenId> b, std::size_t budget) {
    return join_texts({std::move(a), std::move(b)}, kAll, {budget + 3, std::nullopt}).ids;
  };
  EXPECT_THAT(ids({11, 12, 13, 14, 15}, {21, 22}, 4), ElementsAre(2, 11, 12, 3, 21, 22, 3));
  EXPECT_THAT(ids({11}, {21, 22, 23, 24}, 4), ElementsAre(2, 11, 3, 21, 22, 23, 3));
  EXPECT_THAT(ids({11, 12, 13}, {21, 22, 23}, 5), ElementsAre(2, 11, 12, 13, 3, 21, 22, 3)) << "of equals, the second";
  EXPECT_THAT(ids({11, 12, 13, 14, 15}, {21, 22, 23}, 3), ElementsAre(2, 11, 12, 3, 21, 3));
}

// The tokenizer stops at the budget; what it leaves out must not change what remains.
TEST(TokenSequence, IsTheSameForTextsThatWereCutToTheBudgetBefore) {
  const std::size_t budget = 7;
  for (std::size_t a = 0; a < 20; ++a) {
    for (std::size_t b = 0; b < 20; ++b) {
      const std::vector<TokenId> first(a, 11), second(b, 21);
      const std::vector<TokenId> short_first(std::min(a, budget), 11), short_second(std::min(b, budget), 21);
      const SequenceLength length{budget + 3, std::nullopt};
      EXPECT_EQ(join_texts({first, second}, kAll, length).ids,
                join_texts({short_first, short_second}, kAll, length).ids)
          << a << " and " << b;
    }
  }
}

TEST(TokenSequence, CountsSpecialTokens) {
  EXPECT_EQ(special_count(kAll, 1), 2u);
  EXPECT_EQ(special_count(kAll, 2), 3u);
  EXPECT_EQ(special_count({1, 2, std::nullopt, 0}, 1), 1u);
}

}  // namespace
}  // namespace halftone
