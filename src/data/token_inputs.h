#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/token_sequence.h"
#include "halftone/tensor.h"

namespace halftone {

/// What an input of a model holds of a TokenSequence.
enum class TokenRole { ids, mask, types };

struct TokenInput {
  std::string name;
  TokenRole role = TokenRole::ids;
  DType dtype = DType::s64;  ///< s64 or s32
};

/// The inputs of a model that takes tokens.
struct TokenInputs {
  std::vector<TokenInput> inputs;
  std::optional<std::size_t> length;  ///< tokens of every sample, where the model fixes them
};

/// Finds out what each input takes: by its name (input_ids; attention_mask or input_mask; token_type_ids or
/// segment_ids), and the only other one the ids. Throws unsupported: an input that cannot be told, none for the ids, a
/// dtype other than int64 and int32, other axes than [batch, length], lengths that differ.
TokenInputs token_inputs(const std::vector<TensorSignature>& signatures);

/// What is given where no model is known: input_ids and attention_mask, and token_type_ids for pairs of texts.
TokenInputs usual_token_inputs(bool pairs);

/// A sequence as arrays of the shape [1, length].
NamedTensors to_tensors(const TokenSequence& sequence, const std::vector<TokenInput>& inputs);

/// Whether an input of this name is a mask or marks texts, and so often the same everywhere.
bool marks_tokens(std::string_view name);

}  // namespace halftone
