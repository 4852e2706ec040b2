#include "native/python_metric.h"

#include <cmath>

#include "native/errors.h"
#include "native/tensors.h"

namespace halftone::python {
namespace {

/// Of one sample: its outputs without the axis that counts samples, one array or several, and its truth.
struct SampleArrays {
  nb::object outputs;
  nb::object truth;
};

nb::object one_or_all(const nb::list& outputs) {
  return outputs.size() == 1 ? nb::object(outputs[0]) : nb::object(outputs);
}

SampleArrays arrays_of(const MetricSample& sample) {
  nb::list outputs;
  for (const NamedTensor& output : *sample.outputs) outputs.append(to_array(output.value));
  return {one_or_all(outputs), sample.target != nullptr ? to_array(*sample.target) : nb::none()};
}

/// As Python's `if` has it, which takes NumPy's own truth values as well.
bool is_true(nb::handle value) { return nb::cast<bool>(nb::bool_(value)); }

bool flag_of(nb::handle object, const char* name, bool otherwise) {
  return nb::hasattr(object, name) ? is_true(object.attr(name)) : otherwise;
}

double finite_or_nan(nb::handle value) { return nb::cast<double>(nb::float_(value)); }

class MeanOfScores final : public MeanMetric {
 public:
  MeanOfScores(std::string name, HeldObject object, bool higher_is_better)
      : name_(std::move(name)), object_(std::move(object)), higher_is_better_(higher_is_better) {}
  std::string name() const override { return name_; }
  Truth truth() const override { return Truth::target; }
  bool higher_is_better() const override { return higher_is_better_; }
  double score(const MetricSample& sample) const override {
    return call_python("metric '" + name_ + "'", [&] {
      const SampleArrays arrays = arrays_of(sample);
      const double value = finite_or_nan(object_.get().attr("score")(arrays.outputs, arrays.truth));
      if (std::isfinite(value)) return value;
      throw Error(ErrorCode::invalid_data, "metric '" + name_ + "' gave a sample the score " + std::to_string(value));
    });
  }

 private:
  std::string name_;
  HeldObject object_;
  bool higher_is_better_;
};

// A row holds the tensors of a sample as numbers: how many outputs, then of each (and of the truth) its rank, its shape
// and its values. Rows can be kept, joined and drawn again without Python.
void write_tensor(const Tensor& tensor, std::vector<double>& row) {
  row.push_back(static_cast<double>(tensor.shape().size()));
  for (const std::int64_t extent : tensor.shape()) row.push_back(static_cast<double>(extent));
  if (tensor.dtype() == DType::s64) {
    for (const std::int64_t value : tensor.values<std::int64_t>()) row.push_back(static_cast<double>(value));
  } else if (tensor.dtype() == DType::s32) {
    for (const std::int32_t value : tensor.values<std::int32_t>()) row.push_back(value);
  } else if (tensor.dtype() == DType::f64) {
    for (const double value : tensor.values<double>()) row.push_back(value);
  } else {
    for (const float value : tensor.to_floats()) row.push_back(value);
  }
}

/// The samples of rows, put together along a new first axis, as NumPy arrays: made once, drawn from again and again.
class StackedSamples {
 public:
  explicit StackedSamples(const MetricRows& rows) {
    nb::list labels;
    std::vector<nb::list> outputs(static_cast<std::size_t>(rows[0][0]));
    for (std::size_t sample = 0; sample < rows.size(); ++sample) {
      const std::span<const double> row = rows[sample];
      std::size_t at = 1;
      for (nb::list& output : outputs) output.append(read_tensor(row, at));
      has_truth_ = at < row.size();
      if (has_truth_) labels.append(read_tensor(row, at));
    }
    for (const nb::list& output : outputs) outputs_.append(in_single_precision(stacked(output)));
    if (has_truth_) labels_ = as_labels(stacked(labels));
  }

  std::pair<nb::object, nb::object> drawn(const nb::object& indices) const {
    nb::list outputs;
    for (const nb::handle output : outputs_) outputs.append(output[indices]);
    return {one_or_all(outputs), has_truth_ ? nb::object(labels_[indices]) : nb::none()};
  }
  std::pair<nb::object, nb::object> all() const { return {one_or_all(outputs_), has_truth_ ? labels_ : nb::none()}; }

 private:
  static nb::object read_tensor(std::span<const double> row, std::size_t& at) {
    Shape shape(static_cast<std::size_t>(row[at++]));
    for (std::int64_t& extent : shape) extent = static_cast<std::int64_t>(row[at++]);
    const std::size_t count = element_count(shape);
    std::vector<double> values(row.begin() + static_cast<std::ptrdiff_t>(at),
                               row.begin() + static_cast<std::ptrdiff_t>(at + count));
    at += count;
    return to_array(Tensor::from<double>(std::move(values), std::move(shape)));
  }

  /// Where shapes differ from sample to sample, an array of arrays.
  static nb::object stacked(const nb::list& arrays) {
    const nb::module_ numpy = nb::module_::import_("numpy");
    const nb::object first = nb::object(arrays[0]).attr("shape");
    for (const nb::handle array : arrays) {
      if (is_true(array.attr("shape").attr("__eq__")(first))) continue;
      const nb::object objects = numpy.attr("empty")(arrays.size(), nb::arg("dtype") = "object");
      for (std::size_t i = 0; i < arrays.size(); ++i) objects[i] = arrays[i];
      return objects;
    }
    return numpy.attr("stack")(arrays);
  }

  static bool is_stack(const nb::object& array) {
    return nb::cast<std::string>(array.attr("dtype").attr("name")) == "float64";
  }

  /// As models give them.
  static nb::object in_single_precision(const nb::object& outputs) {
    return is_stack(outputs) ? outputs.attr("astype")("float32") : outputs;
  }

  /// Classes as integers again.
  static nb::object as_labels(const nb::object& labels) {
    if (!is_stack(labels)) return labels;
    const nb::object whole = labels.attr("astype")("int64");
    return is_true((whole.attr("__eq__")(labels)).attr("all")()) ? whole : labels;
  }

  nb::list outputs_;
  nb::object labels_;
  bool has_truth_ = false;
};

class WholeSetMetric final : public Metric {
 public:
  WholeSetMetric(std::string name, HeldObject make, bool higher_is_better)
      : name_(std::move(name)), make_(std::move(make)), higher_is_better_(higher_is_better) {}
  std::string name() const override { return name_; }
  Truth truth() const override { return Truth::target; }
  bool higher_is_better() const override { return higher_is_better_; }

  std::vector<double> contribution(const MetricSample& sample) const override {
    std::vector<double> row{static_cast<double>(sample.outputs->size())};
    for (const NamedTensor& output : *sample.outputs) write_tensor(output.value, row);
    if (sample.target != nullptr) write_tensor(*sample.target, row);
    return row;
  }

  WeightedValue weighted(const MetricRows& rows) const override {
    using Shared = std::shared_ptr<const StackedSamples>;
    const Shared samples = call_python("metric '" + name_ + "'", [&] {
      return Shared(new StackedSamples(rows), [](const StackedSamples* held) {
        if (!can_take_lock()) return;
        const nb::gil_scoped_acquire lock;
        delete held;
      });
    });
    return [name = name_, make = make_, samples](std::span<const std::uint32_t> weights) {
      return call_python("metric '" + name + "'", [&] { return value_of(make, *samples, weights); });
    };
  }

 private:
  // With an object of its own: several threads may ask at once.
  static double value_of(const HeldObject& make, const StackedSamples& samples,
                         std::span<const std::uint32_t> weights) {
    std::vector<std::int64_t> indices;
    bool is_all = true;
    for (std::size_t sample = 0; sample < weights.size(); ++sample) {
      is_all = is_all && weights[sample] == 1;
      indices.insert(indices.end(), weights[sample], static_cast<std::int64_t>(sample));
    }
    const auto count = static_cast<std::int64_t>(indices.size());
    const auto [outputs, labels] =
        is_all ? samples.all() : samples.drawn(to_array(Tensor::from(std::move(indices), {count})));
    const nb::object metric = make.get()();
    metric.attr("reset")();
    metric.attr("update")(outputs, labels);
    return finite_or_nan(metric.attr("result")());
  }

  std::string name_;
  HeldObject make_;
  bool higher_is_better_;
};

}  // namespace

std::unique_ptr<Metric> make_python_metric(const std::string& name, const HeldObject& make) {
  return call_python("metric '" + name + "'", [&]() -> std::unique_ptr<Metric> {
    const nb::object object = make.get()();
    const bool higher = flag_of(object, "higher_is_better", true);
    const bool is_mean = nb::hasattr(object, "score");
    if (is_mean) return std::make_unique<MeanOfScores>(name, HeldObject(object), higher);
    for (const char* function : {"reset", "update", "result"}) {
      if (nb::hasattr(object, function)) continue;
      throw Error(ErrorCode::invalid_argument, "metric '" + name + "' has no function '" + function + "'",
                  "a metric has reset(), update(outputs, labels) and result(), or score(output, label) alone");
    }
    return std::make_unique<WholeSetMetric>(name, make, higher);
  });
}

}  // namespace halftone::python
