#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "data/vocabulary.h"

namespace halftone {

/// Turns texts into token ids. Const and thread safe.
class Tokenizer {
 public:
  virtual ~Tokenizer();
  /// The first `limit` tokens of a UTF-8 text, special tokens not among them.
  virtual std::vector<TokenId> ids(std::string_view text, std::size_t limit) const = 0;
};

/// WordPiece (Wu et al., "Google's neural machine translation system", 2016, section 4.1; Devlin et al., NAACL 2019):
/// each word of a WordReader becomes the longest token at its front, then the longest "##" token of what is left, and
/// so on; the unknown token where one is not to be had, or beyond 100 code points.
std::unique_ptr<Tokenizer> make_word_piece_tokenizer(std::shared_ptr<const Vocabulary> vocabulary, bool lower_case);

/// Which code points do not simply belong to the word they stand in.
struct WordBreaks {
  std::u32string blanks;  ///< taken as blanks
  std::u32string alone;   ///< words of their own
};

/// Words between blanks (Unicode property White_Space), looked up as they are or in lower case.
std::unique_ptr<Tokenizer> make_whitespace_tokenizer(std::shared_ptr<const Vocabulary> vocabulary, bool lower_case,
                                                     WordBreaks breaks);

}  // namespace halftone
