#include "data/tokenizer.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "data/test_fixtures.h"
#include "data/word_piece_cases.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kAll = 1'000'000;

/// A vocabulary of words parted by blanks, whose ids are their positions.
std::shared_ptr<const Vocabulary> vocabulary_of(std::string words) {
  std::ranges::replace(words, ' ', '\n');
  const TemporaryFolder folder;
  return std::make_shared<const Vocabulary>(Vocabulary::load(folder.write("vocab.txt", words)));
}

std::vector<TokenId> ids_of(const Vocabulary& vocabulary, std::string_view tokens) {
  std::vector<TokenId> ids;
  while (!tokens.empty()) {
    const std::string_view token = tokens.substr(0, tokens.find(' '));
    tokens.remove_prefix(std::min(token.size() + 1, tokens.size()));
    ids.push_back(vocabulary.find(token).value());
  }
  return ids;
}

std::vector<TokenId> pieces(const std::string& words, std::string_view text, std::size_t limit = kAll) {
  return make_word_piece_tokenizer(vocabulary_of(words), true)->ids(text, limit);
}

TEST(WordPiece, TakesTheLongestTokenAtEveryStep) {
  EXPECT_THAT(pieces("[UNK] un ##a ##aff ##able ##ff", "unaffable"), ElementsAre(1, 3, 4));
  EXPECT_THAT(pieces("[UNK] a ab abc ##d ##c", "abcd abd ab"), ElementsAre(3, 4, 2, 4, 2));
}

TEST(WordPiece, DoesNotGoBackWhereTheLongestLeadsNowhere) {
  // "abc" = ab + ##c is possible, but greedy takes "abc" as far as it goes: here "ab" first, then no "##cd".
  EXPECT_THAT(pieces("[UNK] a ab ##bcd", "abcd"), ElementsAre(0));
}

TEST(WordPiece, GivesOneUnknownTokenForTheWholeWord) {
  EXPECT_THAT(pieces("[UNK] un ##known !", "unknown! unknowx unx"), ElementsAre(1, 2, 3, 0, 0));
}

TEST(WordPiece, TellsTheBeginningOfAWordFromItsContinuation) {
  EXPECT_THAT(pieces("<unk> ing ##ing sing", "singing ing"), ElementsAre(3, 2, 1));
  EXPECT_THAT(pieces("<unk> # a ##a", "##a"), ElementsAre(1, 1, 2)) << "number signs of the text are punctuation";
}

TEST(WordPiece, TakesAWordBeyondAHundredCodePointsForUnknown) {
  const std::string words = "[UNK] é a ##a";
  EXPECT_EQ(pieces(words, std::string(100, 'a')).size(), 100u);
  EXPECT_THAT(pieces(words, std::string(101, 'a') + " a"), ElementsAre(0, 2));
  std::string accented;
  for (int i = 0; i < 100; ++i) accented += "á";
  EXPECT_EQ(pieces(words, accented).size(), 100u) << "code points count, not bytes, and accents not at all";
  EXPECT_THAT(pieces(words, accented + "á"), ElementsAre(0));
}

TEST(WordPiece, NeverCutsACodePoint) {
  // The first byte of é is that of è: half a letter must not match.
  EXPECT_THAT(make_word_piece_tokenizer(vocabulary_of("[UNK] é ##è a\xC3"), false)->ids("éè aé", kAll),
              ElementsAre(1, 2, 0));
}

TEST(WordPiece, StopsAtTheLimit) {
  EXPECT_THAT(pieces("[UNK] a ##a b", "aaa b b", 2), ElementsAre(1, 2));
  EXPECT_THAT(pieces("[UNK] a ##a b", "aaa b b", 4), ElementsAre(1, 2, 2, 3));
  EXPECT_THAT(pieces("[UNK] a", "a", 0), IsEmpty());
}

TEST(WordPiece, AgreesWithAnIndependentImplementation) {
  const auto vocabulary = vocabulary_of(std::string(kWordPieceVocabulary));
  const auto lower = make_word_piece_tokenizer(vocabulary, true);
  const auto as_is = make_word_piece_tokenizer(vocabulary, false);
  for (const WordPieceCase& known : kWordPieceCases) {
    EXPECT_EQ(lower->ids(known.text, kAll), ids_of(*vocabulary, known.lower_case)) << known.text;
    EXPECT_EQ(as_is->ids(known.text, kAll), ids_of(*vocabulary, known.as_is)) << known.text;
  }
}

std::vector<TokenId> words(const std::string& known, std::string_view text, bool lower_case, WordBreaks breaks = {}) {
  return make_whitespace_tokenizer(vocabulary_of(known), lower_case, std::move(breaks))->ids(text, kAll);
}

TEST(Whitespace, LooksWordsUpBetweenBlanks) {
  EXPECT_THAT(words("<unk> the fox , it's", " the\tfox , it's\u00A0the,\n", false), ElementsAre(1, 2, 3, 4, 0));
  EXPECT_THAT(words("<unk> a", "", false), IsEmpty());
}

TEST(Whitespace, LowersCaseButKeepsAccents) {
  EXPECT_THAT(words("<unk> école ÉCOLE ecole", "ÉCOLE École", true), ElementsAre(1, 1));
  EXPECT_THAT(words("<unk> école ÉCOLE ecole", "ÉCOLE École", false), ElementsAre(2, 0));
}

TEST(Whitespace, PartsWordsAtFurtherBlanksAndMarks) {
  const WordBreaks breaks{U"0123456789`", U"!?…"};
  EXPECT_THAT(words("<unk> wow ! ? s …", "`wow!? 1930s wow… 12", false, breaks), ElementsAre(1, 2, 3, 4, 1, 5));
}

TEST(Whitespace, StopsAtTheLimit) {
  const auto tokenizer = make_whitespace_tokenizer(vocabulary_of("<unk> a b"), false, {U"", U"!"});
  EXPECT_THAT(tokenizer->ids("a b a b", 3), ElementsAre(1, 2, 1));
  EXPECT_THAT(tokenizer->ids("a!", 1), ElementsAre(1));
  EXPECT_THAT(tokenizer->ids("a", 0), IsEmpty());
}

}  // namespace
}  // namespace halftone
