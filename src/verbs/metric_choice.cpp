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

MetricChoice choose_metrics(const Config::Evaluation& evaluation, bool has_labels,
                            std::optional<std::size_t> output_values) {
  MetricChoice choice;
  choice.names = evaluation.metrics;
  choice.labels_from_float = evaluation.labels == "float";
  if (choice.names.empty() && has_labels && !choice.labels_from_float) {
    choice.names = {output_values == 1 ? "accuracy" : "top1"};
  } else if (choice.names.empty()) {
    if (output_values != 1) choice.names.emplace_back("agreement");
    choice.names.insert(choice.names.end(), {"cosine", "sqnr"});
  }
  for (const std::string& name : choice.names) make_metric(name);
  return choice;
}

bool has_labels(const DataLoader& loader) {
  if (loader.random_access()) return loader.size() != 0 && !loader.item(0).labels.empty();
  const std::optional<DataItem> first = loader.source().stream()->next();
  return first && !first->labels.empty();
}

DataItem first_item(const DataLoader& loader, const std::vector<TensorSignature>& inputs) {
  if (loader.random_access()) return loader.item(0);
  std::optional<DataItem> first = loader.source().stream()->next();
  if (!first) throw Error(ErrorCode::invalid_data, "data '" + loader.source().spec() + "' holds no samples");
  return bind_inputs(std::move(*first), inputs);
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
