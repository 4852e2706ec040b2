#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "halftone/tensor.h"

namespace halftone {

/// How the inputs, or outputs, of one model answer to those of another.
struct SignatureMatch {
  std::vector<std::optional<std::size_t>> places;  ///< for each of the first's: its index among the other's
  std::vector<std::size_t> renamed;                ///< indices of the first's that have another name there
};

/// Equal names belong together. Where as many are left on both sides, they do in their order; else they have no match.
SignatureMatch match_signatures(const std::vector<TensorSignature>& first, const std::vector<TensorSignature>& other);

/// Inputs, under the names of `first`, that both models take: an extent that one leaves open is the other's. `name`
/// stands for the other model in messages. Throws unsupported where the models take inputs of other number, type or
/// shape.
std::vector<TensorSignature> shared_inputs(const std::vector<TensorSignature>& first,
                                           const std::vector<TensorSignature>& other, const SignatureMatch& match,
                                           const std::string& name);

/// "'x' → 'data', 'm' → 'mask'": the pairs of other names.
std::string renamed_text(const std::vector<TensorSignature>& first, const std::vector<TensorSignature>& other,
                         const SignatureMatch& match);

}  // namespace halftone
