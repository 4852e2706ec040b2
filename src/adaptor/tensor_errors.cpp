#include "adaptor/tensor_errors.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>

#include "adaptor/sample_session.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

NamedTensors renamed(const NamedTensors& inputs, const std::vector<std::string>& names) {
  NamedTensors fed = inputs;
  for (std::size_t i = 0; i < fed.size(); ++i) fed[i].name = names.at(i);
  return fed;
}

Range extremes_of(const std::vector<float>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

bool all_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

void compare(const std::vector<float>& reference, const std::vector<float>& values, TensorError& error) {
  if (reference.empty() && values.empty()) return;
  if (reference.size() != values.size() || !all_finite(reference) || !all_finite(values)) {
    ++error.left_out;
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = reference[i], difference = expected - values[i];
    error.signal += expected * expected;
    error.noise += difference * difference;
  }
  error.reference_range = extremes_of(reference);
  error.range = extremes_of(values);
  error.values += values.size();
}

Range united(const Range& a, const Range& b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

void add(TensorError& all, const TensorError& one) {
  all.left_out += one.left_out;
  if (one.values == 0) return;
  all.reference_range = all.values == 0 ? one.reference_range : united(all.reference_range, one.reference_range);
  all.range = all.values == 0 ? one.range : united(all.range, one.range);
  all.values += one.values;
  all.signal += one.signal;
  all.noise += one.noise;
}

/// Both models opened; compares them on one item.
class ItemComparer {
 public:
  ItemComparer(const ObservedModel& reference, const ObservedModel& other, const std::vector<std::string>& tensors,
               int threads)
      : reference_(reference),
        other_(other),
        count_(tensors.size()),
        first_(open_for_samples(reference.adaptor, reference.model, tensors, threads)),
        second_(open_for_samples(other.adaptor, other.model, tensors, threads)) {}

  bool concurrent() const { return first_->concurrent() && second_->concurrent(); }

  std::vector<TensorError> compare_item(const DataItem& item) const {
    const ErrorContext frame([&] { return "sample '" + item.id + "'"; });
    // A tensor inside a loop is shown once for each turn.
    std::vector<std::vector<std::vector<float>>> expected(count_);
    first_->run(renamed(item.inputs, reference_.inputs), [&](std::size_t index, const Tensor& value) {
      if (value.dtype() == DType::f32) expected[index].push_back(value.to_floats());
    });
    std::vector<std::size_t> turns(count_, 0);
    std::vector<TensorError> errors(count_);
    second_->run(renamed(item.inputs, other_.inputs), [&](std::size_t index, const Tensor& value) {
      const std::size_t turn = turns[index]++;
      if (value.dtype() != DType::f32 || turn >= expected[index].size()) return;
      TensorError error;
      compare(expected[index][turn], value.to_floats(), error);
      add(errors[index], error);
      expected[index][turn] = {};  // a sample's tensors may be larger than all else
    });
    return errors;
  }

 private:
  const ObservedModel& reference_;
  const ObservedModel& other_;
  std::size_t count_;
  std::unique_ptr<Session> first_, second_;
};

}  // namespace

double TensorError::noise_to_signal() const {
  if (noise == 0) return 0;
  return signal == 0 ? kInfinite : noise / signal;
}

double TensorError::sqnr_db() const { return noise == 0 ? kInfinite : -10 * std::log10(noise_to_signal()); }

double TensorError::mse() const { return values == 0 ? 0 : noise / static_cast<double>(values); }

std::vector<TensorError> compare_tensors(const ObservedModel& reference, const ObservedModel& other,
                                         const std::vector<std::string>& tensors, const DataLoader& data, int threads,
                                         Progress& progress) {
  const ErrorContext frame("comparing tensors");
  const ItemComparer comparer(reference, other, tensors, threads);
  std::map<std::size_t, std::vector<TensorError>> by_position;
  std::mutex mutex;
  Stage stage(progress, "compare tensors", data.size().value_or(0));
  data.for_each(comparer.concurrent() ? threads : 1, [&](std::size_t position, const DataItem& item) {
    std::vector<TensorError> errors = comparer.compare_item(item);
    const std::scoped_lock lock(mutex);
    by_position.emplace(position, std::move(errors));
    stage.advance();
  });
  std::vector<TensorError> all(tensors.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) all[i].tensor = tensors[i];
  for (const auto& [position, errors] : by_position) {
    for (std::size_t i = 0; i < all.size(); ++i) add(all[i], errors[i]);
  }
  return all;
}

}  // namespace halftone
