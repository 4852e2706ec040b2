#include <algorithm>
#include <array>
#include <utility>

#include "base/nearest_word.h"
#include "halftone/data.h"
#include "halftone/error.h"

namespace halftone {
namespace {

std::string quoted_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text.empty() ? "none" : text;
}

template <typename Named>
std::vector<std::string> names_of(const std::vector<Named>& values) {
  std::vector<std::string> names;
  for (const Named& value : values) names.push_back(value.name);
  return names;
}

/// A model's inputs with the item's arrays that were found for them.
class InputBinding {
 public:
  InputBinding(DataItem& item, const std::vector<TensorSignature>& signatures)
      : item_(item), signatures_(signatures), bound_(signatures.size(), nullptr) {}

  /// The item's arrays, one for each signature, in their order.
  NamedTensors arrays() {
    bind_by_name();
    bind_by_position();
    NamedTensors inputs;
    for (std::size_t i = 0; i < signatures_.size(); ++i) {
      inputs.push_back({signatures_[i].name, std::move(bound_[i]->value)});
    }
    return inputs;
  }

 private:
  void bind_by_name() {
    for (NamedTensor& input : item_.inputs) {
      const auto found = std::ranges::find(signatures_, input.name, &TensorSignature::name);
      const auto index = static_cast<std::size_t>(found - signatures_.begin());
      const bool is_free = found != signatures_.end() && !input.name.empty() && bound_[index] == nullptr;
      if (is_free)
        bound_[index] = &input;
      else
        rest_.push_back(&input);
    }
  }

  void bind_by_position() {
    const bool only_one = signatures_.size() == 1 && item_.inputs.size() == 1;
    auto next = rest_.begin();
    for (std::size_t i = 0; i < signatures_.size(); ++i) {
      if (bound_[i] != nullptr) continue;
      if (next == rest_.end()) fail_missing(signatures_[i]);
      if (!only_one && !signatures_[i].name.empty() && !(*next)->name.empty()) fail_missing(signatures_[i]);
      bound_[i] = *next++;
    }
    if (next != rest_.end()) fail_unknown(**next);
  }

  [[noreturn]] void fail_missing(const TensorSignature& signature) const {
    const std::vector<std::string> names = names_of(item_.inputs);
    throw Error(ErrorCode::invalid_data,
                "item '" + item_.id + "' has no array for the model's input '" + signature.name + "'; it has " +
                    quoted_names(names),
                suggest(signature.name, names));
  }

  [[noreturn]] void fail_unknown(const NamedTensor& input) const {
    const std::vector<std::string> names = names_of(signatures_);
    const std::string near = nearest_word(input.name, names);
    throw Error(ErrorCode::invalid_data,
                "item '" + item_.id + "': array '" + input.name + "' is no input of the model; its inputs are " +
                    quoted_names(names),
                (near.empty() ? "" : "did you mean '" + near + "'? ") +
                    std::string("choose arrays with inputs=A+B, labels with labels=KEY"));
  }

  DataItem& item_;
  const std::vector<TensorSignature>& signatures_;
  std::vector<NamedTensor*> bound_;
  std::vector<NamedTensor*> rest_;
};

std::string numpy_name(DType dtype) {
  const std::string name(to_string(dtype));
  return dtype == DType::f16 || dtype == DType::f32 || dtype == DType::f64 ? "float" + name.substr(2) : name;
}

/// The tensor in the dtype wanted: 32-bit integers are widened, which loses nothing; nothing else is converted.
Tensor with_dtype(Tensor value, const TensorSignature& wanted, const std::string& where) {
  if (value.dtype() == wanted.dtype) return value;
  if (value.dtype() == DType::s32 && wanted.dtype == DType::s64) {
    const auto values = value.values<std::int32_t>();
    return Tensor::from(std::vector<std::int64_t>(values.begin(), values.end()), value.shape());
  }
  throw Error(ErrorCode::invalid_data,
              where + " wants " + std::string(to_string(wanted.dtype)) + ", the data are " +
                  std::string(to_string(value.dtype())),
              "types are not converted silently: write the array with .astype('" + numpy_name(wanted.dtype) + "')");
}

bool fits(const Shape& shape, const Shape& wanted) {
  return std::ranges::equal(shape, wanted,
                            [](std::int64_t has, std::int64_t wants) { return wants < 0 || has == wants; });
}

bool fits_but_for_batch(const Shape& shape, const Shape& wanted) {
  if (shape.empty() || shape.size() != wanted.size()) return false;
  Shape any_batch = wanted;
  any_batch.front() = -1;
  return fits(shape, any_batch);
}

std::string shape_hint(const Shape& shape, const Shape& wanted) {
  if (shape.size() == 4 && wanted.size() == 4) {
    const Shape channels_last{shape[0], shape[2], shape[3], shape[1]};
    const Shape channels_first{shape[0], shape[3], shape[1], shape[2]};
    if (fits_but_for_batch(channels_last, wanted)) return "the channels come last: for images, layout=nhwc";
    if (fits_but_for_batch(channels_first, wanted)) return "the channels come first: for images, layout=nchw";
    return "for images, choose the size with resize= and crop=, the order of the axes with layout=";
  }
  if (shape.size() + 1 == wanted.size()) return "the first axis of every array counts samples: is it missing?";
  return "write the array in the shape the model wants, its first axis counting samples";
}

Tensor with_shape(Tensor value, const TensorSignature& wanted, const std::string& where) {
  if (!wanted.shape) return value;
  const Shape& shape = value.shape();
  // One value a sample, for an input that has no axis to count samples.
  if (wanted.shape->empty() && shape == Shape{1}) return value.reshaped({});
  if (fits(shape, *wanted.shape)) return value;
  const std::string both = where + " wants " + to_string(*wanted.shape) + ", the data are " + to_string(shape);
  if (fits_but_for_batch(shape, *wanted.shape)) {
    const std::string batch = std::to_string(wanted.shape->front());
    throw Error(ErrorCode::invalid_data, both + ": the model's batch is fixed at " + batch,
                "give batches of " + batch + " with batches:DIR, or a model whose batch is free");
  }
  throw Error(ErrorCode::invalid_data, both, shape_hint(shape, *wanted.shape));
}

}  // namespace

DataItem bind_inputs(DataItem item, const std::vector<TensorSignature>& signatures) {
  if (signatures.empty()) return item;  // nobody tells what the model takes
  NamedTensors inputs = InputBinding(item, signatures).arrays();
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    const std::string where = "item '" + item.id + "': input '" + signatures[i].name + "'";
    inputs[i].value = with_shape(std::move(inputs[i].value), signatures[i], where);
    inputs[i].value = with_dtype(std::move(inputs[i].value), signatures[i], where);
  }
  item.inputs = std::move(inputs);
  return item;
}

}  // namespace halftone
