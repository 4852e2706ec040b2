#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "data/vocabulary.h"

namespace halftone {

/// One sample as a model takes it.
struct TokenSequence {
  std::vector<TokenId> ids;    ///< special tokens and padding among them
  std::vector<TokenId> types;  ///< 0 for the first text with its special tokens and for padding, 1 for the second
  std::size_t used = 0;        ///< tokens before the padding
};

/// How long sequences are, in tokens.
struct SequenceLength {
  std::size_t max = 0;                ///< longer ones are cut
  std::optional<std::size_t> padded;  ///< shorter ones are filled up to this; at least `max`
};

/// Special tokens that a sample of that many texts gets: the vocabulary's beginning, and a separator after each text.
std::size_t special_count(const SpecialTokens& special, std::size_t texts);

/// Joins one or two texts: [CLS] a [SEP], or [CLS] a [SEP] b [SEP], with those special tokens the vocabulary has. What
/// is too long loses tokens at the end of the longer text (of equal ones, the second) until it fits, as in BERT's
/// reference implementation. `texts` are not empty, and `length.max` leaves room for the special tokens; padding needs
/// a padding token.
TokenSequence join_texts(std::vector<std::vector<TokenId>> texts, const SpecialTokens& special,
                         const SequenceLength& length);

}  // namespace halftone
