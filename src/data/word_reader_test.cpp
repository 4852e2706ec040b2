#include "data/word_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> words_of(std::string_view text, bool lower_case = true) {
  WordReader reader(text, lower_case);
  std::vector<std::string> words;
  while (std::optional<std::string> word = reader.next()) words.push_back(std::move(*word));
  return words;
}

TEST(WordReader, PartsWordsAtBlanksOfEveryKind) {
  EXPECT_THAT(words_of("  a\tb\r\nc\u00A0d\u3000e\u2028f "), ElementsAre("a", "b", "c", "d", "e", "f"));
  EXPECT_THAT(words_of(" \t\n"), IsEmpty());
  EXPECT_THAT(words_of(""), IsEmpty());
}

TEST(WordReader, MakesEveryPunctuationMarkAWord) {
  EXPECT_THAT(words_of("don't stop...(x)"), ElementsAre("don", "'", "t", "stop", ".", ".", ".", "(", "x", ")"));
  EXPECT_THAT(words_of("1+1=$2~"), ElementsAre("1", "+", "1", "=", "$", "2", "~"));
  EXPECT_THAT(words_of("„so“—¿no?"), ElementsAre("„", "so", "“", "—", "¿", "no", "?"));
  EXPECT_THAT(words_of("5€ 20°"), ElementsAre("5€", "20°")) << "symbols outside ASCII are no punctuation";
}

TEST(WordReader, TakesAccentsAndCapitalsAwayTogether) {
  EXPECT_THAT(words_of("Ångström ÉCOLE façade ΆΛΦΑ Ёлка"), ElementsAre("angstrom", "ecole", "facade", "αλφα", "елка"));
  EXPECT_THAT(words_of("e\u0301 o\u0302\u0323"), ElementsAre("e", "o"));
  EXPECT_THAT(words_of("Ångström É", false), ElementsAre("Ångström", "É"));
  EXPECT_THAT(words_of("\u0301"), IsEmpty()) << "nothing but an accent is no word";
}

TEST(WordReader, KeepsLettersThatHaveNoDecomposition) {
  EXPECT_THAT(words_of("Straße ØRE Łódź ﬁn"), ElementsAre("straße", "øre", "łodz", "ﬁn"));
}

TEST(WordReader, DecomposesHangulIntoLetters) {
  EXPECT_THAT(words_of("한"), ElementsAre("\u1112\u1161\u11AB"));
  EXPECT_THAT(words_of("한", false), ElementsAre("한"));
}

TEST(WordReader, SetsIdeographsApartButNoKana) {
  EXPECT_THAT(words_of("ab中文cd", false), ElementsAre("ab", "中", "文", "cd"));
  EXPECT_THAT(words_of("かな漢字カナ", false), ElementsAre("かな", "漢", "字", "カナ"));
  EXPECT_THAT(words_of("𠀀\uF900"), ElementsAre("𠀀", "豈")) << "extension B; a compatibility ideograph, decomposed";
}

TEST(WordReader, DropsControlCharactersWithoutPartingTheWord) {
  EXPECT_THAT(words_of(std::string_view("a\0b\x01\x7F", 5)), ElementsAre("ab"));
  EXPECT_THAT(words_of("c\u200Dd\uFEFFe\u00ADf\uFFFDg"), ElementsAre("cdefg"));
  EXPECT_THAT(words_of("a\u0085b\fc"), ElementsAre("abc"));
}

TEST(WordReader, TakesBytesThatAreNotUtf8ForNothing) {
  EXPECT_THAT(words_of("a\xFFz\xC3"), ElementsAre("az"));
  EXPECT_THAT(words_of("\xED\xA0\x80x"), ElementsAre("x")) << "half of a surrogate pair";
}

}  // namespace
}  // namespace halftone
