#include "verbs/signature_match.h"

#include <algorithm>

#include "halftone/error.h"

namespace halftone {
namespace {

std::string described(const TensorSignature& signature) {
  return "'" + signature.name + "' (" + std::string(to_string(signature.dtype)) + " " +
         (signature.shape ? to_string(*signature.shape) : "of any rank") + ")";
}

std::string described(const std::vector<TensorSignature>& signatures) {
  std::string text;
  for (const TensorSignature& signature : signatures) text += (text.empty() ? "" : ", ") + described(signature);
  return text.empty() ? "none" : text;
}

constexpr const char* kHint = "models are compared on the same samples; halftone inspect shows what a model takes";

/// The shape that both accept; nullopt where there is none.
std::optional<Shape> shared_shape(const Shape& first, const Shape& other) {
  if (first.size() != other.size()) return std::nullopt;
  Shape shape = first;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] < 0) shape[axis] = other[axis];
    const bool differs = other[axis] >= 0 && other[axis] != shape[axis];
    if (differs) return std::nullopt;
  }
  return shape;
}

TensorSignature shared_input(const TensorSignature& first, const TensorSignature& other, const std::string& name) {
  TensorSignature shared = first;
  if (!shared.shape) shared.shape = other.shape;
  if (shared.shape && other.shape) shared.shape = shared_shape(*shared.shape, *other.shape);
  const bool fits = first.dtype == other.dtype && (shared.shape || (!first.shape && !other.shape));
  if (fits) return shared;
  throw Error(ErrorCode::unsupported,
              "'" + name + "' takes " + described(other) + " where the first model takes " + described(first), kHint);
}

auto unmatched(const SignatureMatch& match) {
  return std::count_if(match.places.begin(), match.places.end(), [](const auto& place) { return !place; });
}

}  // namespace

SignatureMatch match_signatures(const std::vector<TensorSignature>& first, const std::vector<TensorSignature>& other) {
  SignatureMatch match;
  match.places.resize(first.size());
  std::vector<bool> is_taken(other.size(), false);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto found = std::ranges::find(other, first[i].name, &TensorSignature::name);
    if (found == other.end()) continue;
    match.places[i] = static_cast<std::size_t>(found - other.begin());
    is_taken[*match.places[i]] = true;
  }
  if (std::ranges::count(is_taken, false) != unmatched(match)) return match;
  auto next = is_taken.begin();
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (match.places[i]) continue;
    next = std::find(next, is_taken.end(), false);
    match.places[i] = static_cast<std::size_t>(next++ - is_taken.begin());
    match.renamed.push_back(i);
  }
  return match;
}

std::vector<TensorSignature> shared_inputs(const std::vector<TensorSignature>& first,
                                           const std::vector<TensorSignature>& other, const SignatureMatch& match,
                                           const std::string& name) {
  const bool all_match = first.size() == other.size() && unmatched(match) == 0;
  if (!all_match) {
    throw Error(
        ErrorCode::unsupported,
        "'" + name + "' takes the inputs " + described(other) + " where the first model takes " + described(first),
        kHint);
  }
  std::vector<TensorSignature> shared;
  for (std::size_t i = 0; i < first.size(); ++i) {
    shared.push_back(shared_input(first[i], other[*match.places[i]], name));
  }
  return shared;
}

std::string renamed_text(const std::vector<TensorSignature>& first, const std::vector<TensorSignature>& other,
                         const SignatureMatch& match) {
  std::string text;
  for (const std::size_t i : match.renamed) {
    text += (text.empty() ? "'" : ", '") + first[i].name + "' → '" + other[*match.places[i]].name + "'";
  }
  return text;
}

}  // namespace halftone
