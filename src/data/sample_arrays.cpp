#include "data/sample_arrays.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/nearest_word.h"
#include "halftone/error.h"

namespace halftone {
namespace {

std::size_t require_array(const std::vector<std::string>& names, const std::string& key, const std::string& where) {
  const auto found = std::ranges::find(names, key);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string keys;
  for (const std::string& name : names) keys += (keys.empty() ? "" : ", ") + name;
  const std::string near = nearest_word(key, names);
  throw Error(ErrorCode::invalid_data, where + ": no array '" + key + "'; it has: " + keys,
              near.empty() ? "" : "did you mean '" + near + "'?");
}

template <typename T>
std::vector<std::int64_t> widen(const Tensor& labels, const std::string& where) {
  std::vector<std::int64_t> result;
  result.reserve(labels.size());
  for (const T value : labels.values<T>()) {
    if (!std::in_range<std::int64_t>(value)) {
      throw Error(ErrorCode::invalid_data, where + ": label " + std::to_string(value) + " is too large");
    }
    result.push_back(static_cast<std::int64_t>(value));
  }
  return result;
}

// Bytes of a foreign file need not be 0 or 1, which reading them as bool would require.
std::vector<std::int64_t> widen_booleans(const Tensor& labels) {
  std::vector<std::int64_t> result(labels.size());
  std::transform(labels.data(), labels.data() + labels.size(), result.begin(),
                 [](std::byte value) { return value == std::byte{0} ? 0 : 1; });
  return result;
}

}  // namespace

ArrayChoice array_choice(const DataSpec& spec) { return {spec.list("inputs", '+'), spec.value("labels")}; }

ChosenArrays choose_arrays(const std::vector<std::string>& names, const ArrayChoice& choice, const std::string& where) {
  const std::string label_key = choice.labels.value_or("label");
  ChosenArrays chosen;
  if (choice.labels || std::ranges::find(names, label_key) != names.end()) {
    chosen.labels = require_array(names, label_key, where);
  }
  for (const std::string& key : choice.inputs) chosen.inputs.push_back(require_array(names, key, where));
  for (std::size_t i = 0; choice.inputs.empty() && i < names.size(); ++i) {
    if (chosen.labels != i) chosen.inputs.push_back(i);
  }
  if (chosen.inputs.empty()) throw Error(ErrorCode::invalid_data, where + ": no array that could be an input");
  return chosen;
}

bool are_one_a_sample(const std::string& name, const Shape& shape, std::size_t samples, const std::string& where) {
  const std::uint64_t labels = shape.empty() ? 1 : static_cast<std::uint64_t>(shape.front());
  if (shape.empty() || labels != samples) {
    throw Error(ErrorCode::invalid_data,
                where + ": " + std::to_string(labels) + " labels '" + name + "' for " + std::to_string(samples) +
                    " samples; the shape of the labels is " + to_string(shape),
                "give one label, or one row of them, for each index of the inputs' first axis");
  }
  return std::all_of(shape.begin() + 1, shape.end(), [](std::int64_t extent) { return extent == 1; });
}

std::vector<std::int64_t> classes_of(const Tensor& labels, const std::string& where) {
  switch (labels.dtype()) {
    case DType::boolean:
      return widen_booleans(labels);
    case DType::s8:
      return widen<std::int8_t>(labels, where);
    case DType::u8:
      return widen<std::uint8_t>(labels, where);
    case DType::s16:
      return widen<std::int16_t>(labels, where);
    case DType::u16:
      return widen<std::uint16_t>(labels, where);
    case DType::s32:
      return widen<std::int32_t>(labels, where);
    case DType::u32:
      return widen<std::uint32_t>(labels, where);
    case DType::s64:
      return widen<std::int64_t>(labels, where);
    case DType::u64:
      return widen<std::uint64_t>(labels, where);
    default:
      return {};
  }
}

DataItem item_of_arrays(const NamedTensors& arrays, const ArrayChoice& choice, std::string id,
                        const std::string& where) {
  std::vector<std::string> names;
  for (const NamedTensor& array : arrays) names.push_back(array.name);
  const ChosenArrays chosen = choose_arrays(names, choice, where);
  DataItem item{std::move(id), {}, {}};
  for (const std::size_t input : chosen.inputs) item.inputs.push_back(arrays[input]);
  if (chosen.labels) {
    const auto& [name, labels] = arrays[*chosen.labels];
    if (are_one_a_sample(name, labels.shape(), item.samples(), where)) item.labels = classes_of(labels, where);
    item.target = labels;
  }
  return item;
}

}  // namespace halftone
