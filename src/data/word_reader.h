#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace halftone {

/// Words of a text, one after another, as BERT's BasicTokenizer parts them (Devlin et al., "BERT: Pre-training of deep
/// bidirectional transformers", NAACL 2019; tokenization.py of its reference implementation): control characters go,
/// blanks part words, a punctuation mark or a CJK ideograph is a word of its own. Punctuation is category P* and every
/// ASCII symbol.
class WordReader {
 public:
  /// `text` is UTF-8 and has to outlive the reader. With `lower_case` accents go (Unicode NFD without category Mn) and
  /// letters become lower case, one by one.
  WordReader(std::string_view text, bool lower_case) : rest_(text), lower_case_(lower_case) {}

  /// The next word in UTF-8; nullopt at the end.
  std::optional<std::string> next();

 private:
  std::optional<char32_t> peek();

  std::string_view rest_;
  bool lower_case_;
  std::u32string pending_;  ///< what the last code point became
  std::size_t front_ = 0;   ///< how much of it is taken
};

}  // namespace halftone
