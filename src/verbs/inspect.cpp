#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "verbs/verb_run.h"
#include "verbs/verbs.h"
#include "verbs/written_tensors.h"

namespace halftone {
namespace {

bool is_low_precision(DType dtype) {
  return dtype == DType::s8 || dtype == DType::u8 || dtype == DType::s4 || dtype == DType::u4;
}

// Zero points are low-precision constants too, but of rank 0 or 1.
bool is_quantized_weight(const TensorNode& tensor) {
  return tensor.is_constant() && is_low_precision(tensor.value->dtype()) && tensor.value->shape().size() >= 2;
}

// Integers are shapes, axes and indices unless an op says that it calculates with them.
bool is_parameter(const GraphView& graph, const TensorNode& tensor) {
  if (!tensor.is_constant()) return false;
  if (is_float(tensor.value->dtype()) || is_quantized_weight(tensor)) return true;
  return std::any_of(tensor.uses.begin(), tensor.uses.end(), [&](const TensorUse& use) {
    return graph.op(use.op).role(static_cast<std::size_t>(use.input)) != InputRole::parameter;
  });
}

Json op_counts(const GraphView& graph) {
  std::map<std::string, std::size_t> by_type;
  for (const OpNode& op : graph.ops()) ++by_type[op.type];
  return {{"total", graph.ops().size()}, {"by_type", by_type}};
}

/// Elements of the constants that ops calculate with, by their type.
std::map<std::string, std::uint64_t> parameter_counts(const GraphView& graph) {
  std::map<std::string, std::uint64_t> by_dtype;
  for (const TensorNode& tensor : graph.tensors()) {
    if (is_parameter(graph, tensor)) by_dtype[std::string(to_string(tensor.value->dtype()))] += tensor.value->size();
  }
  return by_dtype;
}

Json quantized_json(const Adaptor& adaptor, const Model& model, const GraphView& graph) {
  const auto weights = std::count_if(graph.tensors().begin(), graph.tensors().end(), is_quantized_weight);
  const std::optional<std::vector<ExecutedOp>> executed = adaptor.executed_ops(model);
  std::optional<std::size_t> low_precision;
  if (executed) {
    low_precision = static_cast<std::size_t>(
        std::count_if(executed->begin(), executed->end(), [](const ExecutedOp& op) { return op.low_precision; }));
  }
  return {{"already", weights > 0 || low_precision.value_or(0) > 0},
          {"low_precision_weights", weights},
          {"executed_low_precision_ops", low_precision ? Json(*low_precision) : Json(nullptr)}};
}

}  // namespace

Result run_inspect(const VerbContext& context, const Config& config, const InspectRequest& request) {
  VerbRun run(context, "inspect", config);
  const OpenedModel opened = run.open(config);
  const GraphView graph = opened.adaptor->graph(*opened.model);
  std::uint64_t parameters = 0;
  const auto by_dtype = parameter_counts(graph);
  for (const auto& [dtype, count] : by_dtype) parameters += count;
  return run.result({{"inputs", json_of(opened.inputs)},
                     {"outputs", json_of(opened.model->outputs())},
                     {"ops", op_counts(graph)},
                     {"parameters", {{"total", parameters}, {"by_dtype", by_dtype}}},
                     {"size_bytes", opened.model->size_bytes()},
                     {"quantized", quantized_json(*opened.adaptor, *opened.model, graph)},
                     {"tensors", write_tensors(opened, graph, config, request)}});
}

}  // namespace halftone
