#include "verbs/metric_choice.h"

#include <algorithm>
#include <memory>

#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {

bool MetricChoice::needs_reference() const {
  return labels_from_float || std::any_of(names.begin(), names.end(), [](const std::string& name) {
           return make_metric(name)->truth() == Truth::reference;
         });
}

MetricChoice choose_metrics(const Config::Evaluation& evaluation, GivenTruth truth,
                            std::optional<std::size_t> output_values) {
  MetricChoice choice;
  choice.names = evaluation.metrics;
  choice.labels_from_float = evaluation.labels == "float";
  if (choice.names.empty() && truth == GivenTruth::targets && !choice.labels_from_float) {
    throw Error(ErrorCode::configuration, "the labels are not a class for each sample, and no metric is named",
                "name what is to be measured, e.g. --metrics rmse (docs/metrics.md), or compare with the float model "
                "(--set evaluation.labels=float)");
  }
  if (choice.names.empty() && truth == GivenTruth::classes && !choice.labels_from_float) {
    choice.names = {output_values == 1 ? "accuracy" : "top1"};
  } else if (choice.names.empty()) {
    if (output_values != 1) choice.names.emplace_back("agreement");
    choice.names.insert(choice.names.end(), {"cosine", "sqnr"});
  }
  for (const std::string& name : choice.names) {
    if (make_metric(name)->truth() != Truth::target || !choice.labels_from_float) continue;
    throw Error(ErrorCode::invalid_argument, "metric '" + name + "' compares with targets of the data",
                "use evaluation.labels=given, or the metrics agreement, mse, cosine, sqnr");
  }
  return choice;
}

GivenTruth given_truth(const DataItem& item) {
  if (!item.labels.empty()) return GivenTruth::classes;
  return item.target ? GivenTruth::targets : GivenTruth::none;
}

GivenTruth given_truth(const DataLoader& loader) {
  if (loader.random_access()) return loader.size() == 0 ? GivenTruth::none : given_truth(loader.item(0));
  const std::optional<DataItem> first = loader.source().stream()->next();
  return first ? given_truth(*first) : GivenTruth::none;
}

DataItem first_item(const DataLoader& loader, const std::vector<TensorSignature>& inputs) {
  if (loader.random_access()) return loader.item(0);
  std::optional<DataItem> first = loader.source().stream()->next();
  if (!first) throw Error(ErrorCode::invalid_data, "data '" + loader.source().spec() + "' holds no samples");
  return inputs.empty() ? std::move(*first) : bind_inputs(std::move(*first), inputs);
}

std::optional<std::size_t> output_values(const std::vector<TensorSignature>& outputs) {
  if (outputs.empty() || !outputs.front().shape) return std::nullopt;
  const Shape& shape = *outputs.front().shape;
  std::size_t values = 1;
  for (std::size_t axis = 1; axis < shape.size(); ++axis) {
    if (shape[axis] < 0) return std::nullopt;
    values *= static_cast<std::size_t>(shape[axis]);
  }
  return values;
}

}  // namespace halftone
