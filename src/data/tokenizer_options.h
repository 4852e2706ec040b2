#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "data/data_spec.h"
#include "data/token_sequence.h"
#include "data/tokenizer.h"

namespace halftone {

/// A tokenizer with what it was made from.
struct ChosenTokenizer {
  std::shared_ptr<const Vocabulary> vocabulary;
  std::unique_ptr<const Tokenizer> tokenizer;
  std::string settings;  ///< all that ids follow from, for hashing
};

/// Options `vocab`, `tokenizer`, `lowercase`, `blanks` and `apart` of a text spec. Throws what Vocabulary::load()
/// throws, and configuration: no `vocab`, options of another tokenizer, a vocabulary with capital letters where
/// `lowercase` is not said.
ChosenTokenizer text_tokenizer(const DataSpec& spec);

/// Options `max_length` and `pad`, in tokens of a sample. `fixed`, the length that the model takes, goes before `pad`.
/// Throws configuration: less room than samples of so many texts need, no token to pad or to part a pair with.
SequenceLength text_length(const DataSpec& spec, const Vocabulary& vocabulary, std::size_t texts,
                           std::optional<std::size_t> fixed);

}  // namespace halftone
