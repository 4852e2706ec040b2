#include "adaptor/op_errors.h"

#include <algorithm>

namespace halftone {
namespace {

using ErrorsByName = std::map<std::string, const TensorError*>;

const TensorError* find(const ErrorsByName& errors, const GraphView& graph, TensorId tensor) {
  if (tensor == kNone) return nullptr;
  const auto found = errors.find(graph.tensor(tensor).name);
  return found == errors.end() ? nullptr : found->second;
}

// A tensor that was not compared (integers, one that only one model has) stands for what it was made from.
double noise_of_input(const ErrorsByName& errors, const GraphView& graph, TensorId tensor) {
  std::vector<TensorId> open{tensor};
  std::vector<bool> seen(graph.tensors().size(), false);
  double worst = 0;
  while (!open.empty()) {
    const TensorId next = open.back();
    open.pop_back();
    if (next == kNone || seen[static_cast<std::size_t>(next)]) continue;
    seen[static_cast<std::size_t>(next)] = true;
    if (const TensorError* error = find(errors, graph, next)) {
      worst = std::max(worst, error->noise_to_signal());
      continue;
    }
    const OpId producer = graph.tensor(next).producer;
    if (producer == kNone) continue;
    const std::vector<TensorId>& inputs = graph.op(producer).inputs;
    open.insert(open.end(), inputs.begin(), inputs.end());
  }
  return worst;
}

}  // namespace

std::vector<std::string> tensors_in_common(const GraphView& reference, const GraphView& other) {
  std::vector<std::string> names;
  for (const OpNode& op : reference.ops()) {
    for (const TensorId output : op.outputs) {
      if (output == kNone) continue;
      const std::string& name = reference.tensor(output).name;
      const auto same = other.find_tensor(name);
      if (same && other.tensor(*same).producer != kNone) names.push_back(name);
    }
  }
  return names;
}

std::vector<OpError> rank_ops(const GraphView& graph, const std::vector<TensorError>& errors) {
  ErrorsByName by_name;
  for (const TensorError& error : errors) {
    if (error.values > 0) by_name.emplace(error.tensor, &error);
  }
  std::vector<OpError> ranked;
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    const OpNode& op = graph.ops()[i];
    const TensorError* worst = nullptr;
    for (const TensorId output : op.outputs) {
      const TensorError* error = find(by_name, graph, output);
      if (error != nullptr && (worst == nullptr || error->noise_to_signal() > worst->noise_to_signal())) worst = error;
    }
    if (worst == nullptr) continue;
    double passed_on = 0;
    for (const TensorId input : op.inputs) passed_on = std::max(passed_on, noise_of_input(by_name, graph, input));
    ranked.push_back({static_cast<OpId>(i), *worst, std::max(0.0, worst->noise_to_signal() - passed_on)});
  }
  std::ranges::stable_sort(ranked, std::greater{}, &OpError::added);
  return ranked;
}

}  // namespace halftone
