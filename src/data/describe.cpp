#include "data/describe.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "data/token_inputs.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::array kFloatTypes{DType::f32, DType::f64, DType::f16, DType::bf16};

/// Adds a tensor's mean and sum of squared deviations to those so far (Chan, Golub, LeVeque: Updating formulae and a
/// pairwise algorithm for computing sample variances, 1979, equations 2.1).
class Moments {
 public:
  void add(const std::vector<double>& values) {
    if (values.empty()) return;
    const double count = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values) sum += value;
    const double mean = sum / count;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const double total = count_ + count;
    const double distance = mean - mean_;
    squares_ += squares + distance * distance * count_ * count / total;
    mean_ += distance * count / total;
    count_ = total;
  }
  double mean() const { return mean_; }
  double deviation() const { return count_ > 0 ? std::sqrt(squares_ / count_) : 0; }

 private:
  double count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

void merge_shape(Shape& known, const Shape& shape) {
  if (known.size() != shape.size()) {
    known.clear();
    return;
  }
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (known[axis] != shape[axis]) known[axis] = -1;
  }
}

class Describer {
 public:
  explicit Describer(const std::vector<TensorSignature>& signatures) : signatures_(signatures) {}

  void add(const DataItem& item) {
    ++description_.items;
    for (const std::int64_t label : item.labels) ++description_.labels[label];
    if (item.target && item.labels.empty()) add_target(*item.target);
    const DataItem fed = bound(item);
    for (const NamedTensor& input : fed.inputs) add_input(input);
  }

  DataDescription finish() {
    for (std::size_t i = 0; i < description_.inputs.size(); ++i) {
      description_.inputs[i].mean = moments_[i].mean();
      description_.inputs[i].deviation = moments_[i].deviation();
      warn_of(description_.inputs[i]);
    }
    if (description_.target) {
      description_.target->mean = target_moments_.mean();
      description_.target->deviation = target_moments_.deviation();
      warn_of_target(*description_.target);
    }
    if (description_.labels.size() == 1 && description_.items > 1) {
      description_.warnings.push_back("all labels are " + std::to_string(description_.labels.begin()->first));
    }
    return std::move(description_);
  }

 private:
  DataItem bound(const DataItem& item) {
    if (signatures_.empty()) return item;
    try {
      return bind_inputs(item, signatures_);
    } catch (const Error& error) {
      add_mismatch(item.id, error.message());
    }
    return item;
  }

  // Messages that differ in the item's name alone are one, told of the first.
  void add_mismatch(const std::string& id, const std::string& message) {
    const std::string quoted = "'" + id + "'";
    std::string reason = message;
    if (const std::size_t at = reason.find(quoted); at != std::string::npos) reason.erase(at, quoted.size());
    if (std::ranges::find(reasons_, reason) != reasons_.end()) return;
    reasons_.push_back(reason);
    description_.mismatches.push_back(message);
  }

  static InputDescription first_look(const std::string& name, const Tensor& value) {
    InputDescription fresh;
    fresh.name = name;
    fresh.dtype = value.dtype();
    fresh.shape = value.shape();
    return fresh;
  }

  void add_target(const Tensor& target) {
    if (!description_.target) description_.target = first_look("label", target);
    merge_shape(description_.target->shape, target.shape());
    if (target.dtype() != DType::string) add_values(*description_.target, target_moments_, target);
  }

  void warn_of_target(const InputDescription& target) {
    const std::uint64_t bad = target.nan_count + target.infinite_count;
    if (bad > 0) description_.warnings.push_back("the labels have " + std::to_string(bad) + " NaN or infinities");
    if (target.count > 1 && target.min == target.max) description_.warnings.push_back("the labels are constant");
  }

  void add_input(const NamedTensor& input) {
    auto& inputs = description_.inputs;
    const auto found = std::ranges::find(inputs, input.name, &InputDescription::name);
    const auto index = static_cast<std::size_t>(found - inputs.begin());
    if (found == inputs.end()) {
      inputs.push_back(first_look(input.name, input.value));
      moments_.emplace_back();
    }
    merge_shape(inputs[index].shape, input.value.shape());
    if (input.value.dtype() != DType::string) add_values(inputs[index], moments_[index], input.value);
  }

  static void add_values(InputDescription& input, Moments& moments, const Tensor& tensor) {
    std::vector<double> finite;
    for (const float value : tensor.to_floats()) {
      if (std::isnan(value))
        ++input.nan_count;
      else if (std::isinf(value))
        ++input.infinite_count;
      else
        finite.push_back(value);
    }
    if (finite.empty()) return;
    const auto [min, max] = std::ranges::minmax(finite);
    input.min = input.count == 0 ? min : std::min(input.min, min);
    input.max = input.count == 0 ? max : std::max(input.max, max);
    input.whole_numbers =
        input.whole_numbers && std::ranges::all_of(finite, [](double v) { return v == std::floor(v); });
    input.count += finite.size();
    moments.add(finite);
  }

  void warn_of(const InputDescription& input) {
    const std::string name = "input '" + input.name + "' ";
    auto& warnings = description_.warnings;
    if (input.nan_count > 0) warnings.push_back(name + "has " + std::to_string(input.nan_count) + " NaN");
    if (input.infinite_count > 0)
      warnings.push_back(name + "has " + std::to_string(input.infinite_count) + " infinities");
    // A mask of samples that need no padding is 1 everywhere, and so on.
    const bool is_constant = input.count > 1 && input.min == input.max && !marks_tokens(input.name);
    if (is_constant) warnings.push_back(name + "is constant: are the data empty?");
    const bool is_float = std::ranges::find(kFloatTypes, input.dtype) != kFloatTypes.end();
    if (is_float && input.whole_numbers && input.min >= 0 && input.max > 8 && input.max <= 255) {
      warnings.push_back(name +
                         "looks unnormalised (whole numbers from 0 to 255): does the model take raw pixels? If not, "
                         "scale them as in its training, for images with scale=, mean= and std=");
    }
  }

  const std::vector<TensorSignature>& signatures_;
  DataDescription description_;
  std::vector<Moments> moments_;
  Moments target_moments_;
  std::vector<std::string> reasons_;
};

}  // namespace

DataDescription describe_data(std::shared_ptr<const DataSource> source, const std::vector<TensorSignature>& signatures,
                              std::size_t max_items, std::uint64_t seed) {
  Describer describer(signatures);
  const DataLoader loader(std::move(source), {}, max_items, seed);
  loader.for_each(1, [&](std::size_t, const DataItem& item) { describer.add(item); });
  return describer.finish();
}

}  // namespace halftone
