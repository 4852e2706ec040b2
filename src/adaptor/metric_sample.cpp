#include "adaptor/metric_sample.h"

#include <string>
#include <vector>

#include "halftone/error.h"

namespace halftone {
namespace {

std::optional<Tensor> of_sample(const Tensor& tensor, std::size_t sample, std::size_t samples) {
  const Shape& shape = tensor.shape();
  if (!shape.empty() && shape.front() == static_cast<std::int64_t>(samples)) {
    return tensor.rows(sample, 1).reshaped(Shape(shape.begin() + 1, shape.end()));
  }
  // A model that folds its samples into another axis counts as one sample.
  if (samples == 1) return tensor;
  return std::nullopt;
}

constexpr const char* kOtherTruth =
    "name them in the data (labels=…), or take the float model's outputs as truth (--set evaluation.labels=float)";

}  // namespace

SampleTensors tensors_of_sample(const NamedTensors& outputs, const DataItem& item, std::size_t sample,
                                std::size_t samples) {
  SampleTensors tensors;
  for (const NamedTensor& output : outputs) {
    if (auto own = of_sample(output.value, sample, samples)) tensors.outputs.push_back({output.name, *std::move(own)});
  }
  if (item.target)
    tensors.target = of_sample(*item.target, sample, samples);
  else if (sample < item.labels.size())
    tensors.target = Tensor::from(std::vector{item.labels[sample]}, {});
  return tensors;
}

void require_truth(const Metric& metric, const DataItem& item, bool labels_from_float) {
  const std::string name = "metric '" + metric.name() + "' ";
  if (metric.truth() == Truth::reference || (labels_from_float && metric.truth() == Truth::label)) return;
  if (labels_from_float) {
    throw Error(ErrorCode::invalid_argument, name + "compares with targets of the data, which a float model has not",
                "use evaluation.labels=given, or the metrics agreement, mse, cosine, sqnr");
  }
  if (!item.labels.empty() || (item.target && metric.truth() == Truth::target)) return;
  if (!item.target) throw Error(ErrorCode::invalid_data, name + "needs labels, and the data has none", kOtherTruth);
  throw Error(ErrorCode::invalid_data,
              name + "needs a class for each sample; the labels are " + std::string(to_string(item.target->dtype())) +
                  " of shape " + to_string(item.target->shape()),
              "for classes, write one whole number a sample, e.g. labels.astype('int64'); for other truth, take other "
              "metrics (docs/metrics.md)");
}

}  // namespace halftone
