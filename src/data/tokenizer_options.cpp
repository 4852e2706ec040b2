#include "data/tokenizer_options.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "base/utf8.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kDefaultLength = 128;
constexpr std::size_t kMaxLength = std::size_t{1} << 20;

bool choose_lower_case(const DataSpec& spec, const Vocabulary& vocabulary) {
  if (const std::optional<std::string> word = spec.word("lowercase", {"yes", "no"})) return word == "yes";
  const std::optional<std::string> capital = vocabulary.capital_token();
  if (!capital) return true;
  spec.fail("lowercase", "say yes or no: the vocabulary '" + vocabulary.name() +
                             "' has tokens with capital letters ('" + *capital +
                             "'), which text in lower case never gives");
}

WordBreaks word_breaks(const DataSpec& spec) {
  return {to_code_points(spec.value("blanks").value_or("")), to_code_points(spec.value("apart").value_or(""))};
}

std::size_t max_length(const DataSpec& spec) {
  const std::optional<std::string> text = spec.value("max_length");
  if (!text) return kDefaultLength;
  std::size_t length = 0;
  const char* end = text->data() + text->size();
  const auto [parsed_to, error] = std::from_chars(text->data(), end, length);
  if (error == std::errc() && parsed_to == end && length >= 1 && length <= kMaxLength) return length;
  spec.fail("max_length", "'" + *text + "' is no whole number from 1 to " + std::to_string(kMaxLength));
}

}  // namespace

ChosenTokenizer text_tokenizer(const DataSpec& spec) {
  const std::optional<std::string> file = spec.value("vocab");
  if (!file) spec.fail("vocab", "is missing: tokens are looked up in a vocabulary");
  const std::string kind = spec.word("tokenizer", {"wordpiece", "whitespace"}).value_or("wordpiece");
  for (const char* option : {"blanks", "apart"}) {
    if (kind != "whitespace" && spec.has(option)) spec.fail(option, "is for tokenizer=whitespace alone");
  }
  ChosenTokenizer chosen;
  chosen.vocabulary = std::make_shared<const Vocabulary>(Vocabulary::load(*file));
  const bool lower_case = choose_lower_case(spec, *chosen.vocabulary);
  if (kind == "whitespace")
    chosen.tokenizer = make_whitespace_tokenizer(chosen.vocabulary, lower_case, word_breaks(spec));
  else
    chosen.tokenizer = make_word_piece_tokenizer(chosen.vocabulary, lower_case);
  chosen.settings = kind + (lower_case ? " lower " : " as is ") + chosen.vocabulary->sha256() + "\n" +
                    spec.value("blanks").value_or("") + "\n" + spec.value("apart").value_or("");
  return chosen;
}

SequenceLength text_length(const DataSpec& spec, const Vocabulary& vocabulary, std::size_t texts,
                           std::optional<std::size_t> fixed) {
  const SpecialTokens& special = vocabulary.special();
  if (texts > 1 && !special.separator) {
    spec.fail("columns", "the vocabulary '" + vocabulary.name() + "' has no [SEP] or <sep> to part two texts with");
  }
  const bool pads = spec.word("pad", {"longest", "max"}) == "max";
  SequenceLength length;
  length.max = std::min(max_length(spec), fixed.value_or(kMaxLength));
  if (fixed || pads) length.padded = fixed.value_or(length.max);
  if (length.padded && !special.padding) {
    spec.fail("vocab", "'" + vocabulary.name() + "' has no [PAD] or <pad> to fill samples up to " +
                           std::to_string(*length.padded) + " tokens with");
  }
  const std::size_t least = special_count(special, texts) + texts;
  if (length.max < least) {
    spec.fail("max_length", std::to_string(length.max) + " tokens leave no room for text: special tokens take " +
                                std::to_string(least - texts));
  }
  return length;
}

}  // namespace halftone
