#include "data/token_inputs.h"

#include <algorithm>
#include <array>

#include "halftone/error.h"

namespace halftone {
namespace {

struct KnownName {
  std::string_view name;
  TokenRole role;
};

/// Names that exporters of transformers use, and those of BERT's reference implementation.
constexpr std::array kKnownNames{
    KnownName{"input_ids", TokenRole::ids},     KnownName{"attention_mask", TokenRole::mask},
    KnownName{"input_mask", TokenRole::mask},   KnownName{"token_type_ids", TokenRole::types},
    KnownName{"segment_ids", TokenRole::types},
};
constexpr const char* kHint =
    "a text can be given to input_ids, attention_mask and token_type_ids, or to a single input of any name; for other "
    "models write token ids into an .npz, and use npz:";

std::optional<TokenRole> role_of(std::string_view name) {
  const auto* found = std::ranges::find(kKnownNames, name, &KnownName::name);
  if (found == kKnownNames.end()) return std::nullopt;
  return found->role;
}

[[noreturn]] void fail(const std::string& name, const std::string& what) {
  throw Error(ErrorCode::unsupported, "the model's input '" + name + "' " + what, kHint);
}

std::optional<std::size_t> fixed_length(const TensorSignature& signature) {
  if (!signature.shape) return std::nullopt;
  if (signature.shape->size() != 2) {
    fail(signature.name, "has the shape " + to_string(*signature.shape) + ", not [samples, tokens]");
  }
  const std::int64_t tokens = signature.shape->back();
  if (tokens < 0) return std::nullopt;
  return static_cast<std::size_t>(tokens);
}

void add_input(TokenInputs& found, const TensorSignature& signature, TokenRole role) {
  if (signature.dtype != DType::s64 && signature.dtype != DType::s32) {
    fail(signature.name, "takes " + std::string(to_string(signature.dtype)) + ", not int64 or int32 as tokens are");
  }
  const std::optional<std::size_t> length = fixed_length(signature);
  if (found.length && length && length != found.length) {
    fail(signature.name,
         "takes " + std::to_string(*length) + " tokens, and one before it " + std::to_string(*found.length));
  }
  if (length) found.length = length;
  found.inputs.push_back({signature.name, role, signature.dtype});
}

template <typename T>
Tensor row_of(const std::vector<TokenId>& values) {
  return Tensor::from(std::vector<T>(values.begin(), values.end()), {1, static_cast<std::int64_t>(values.size())});
}

std::vector<TokenId> values_of(const TokenSequence& sequence, TokenRole role) {
  if (role == TokenRole::ids) return sequence.ids;
  if (role == TokenRole::types) return sequence.types;
  std::vector<TokenId> mask(sequence.ids.size(), 0);
  std::fill_n(mask.begin(), sequence.used, 1);
  return mask;
}

}  // namespace

TokenInputs token_inputs(const std::vector<TensorSignature>& signatures) {
  const bool names_ids = std::ranges::any_of(
      signatures, [](const TensorSignature& signature) { return role_of(signature.name) == TokenRole::ids; });
  TokenInputs found;
  const TensorSignature* ids = nullptr;
  for (const TensorSignature& signature : signatures) {
    const std::optional<TokenRole> known = role_of(signature.name);
    if (!known && names_ids) fail(signature.name, "is none that a text has something for");
    if (!known && ids != nullptr) fail(signature.name, "may take the token ids, and so may '" + ids->name + "'");
    const TokenRole role = known.value_or(TokenRole::ids);
    if (role == TokenRole::ids) ids = &signature;
    add_input(found, signature, role);
  }
  if (ids == nullptr) throw Error(ErrorCode::unsupported, "none of the model's inputs takes token ids", kHint);
  return found;
}

TokenInputs usual_token_inputs(bool pairs) {
  TokenInputs usual{{{"input_ids", TokenRole::ids}, {"attention_mask", TokenRole::mask}}, std::nullopt};
  if (pairs) usual.inputs.push_back({"token_type_ids", TokenRole::types});
  return usual;
}

NamedTensors to_tensors(const TokenSequence& sequence, const std::vector<TokenInput>& inputs) {
  NamedTensors tensors;
  for (const TokenInput& input : inputs) {
    const std::vector<TokenId> values = values_of(sequence, input.role);
    tensors.push_back(
        {input.name, input.dtype == DType::s32 ? row_of<std::int32_t>(values) : row_of<std::int64_t>(values)});
  }
  return tensors;
}

bool marks_tokens(std::string_view name) {
  const std::optional<TokenRole> role = role_of(name);
  return role && role != TokenRole::ids;
}

}  // namespace halftone
