#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/passes/quantized_constants.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {

/// What writes the planned products of one graph of a model has in common.
class ProductWriter {
 public:
  ProductWriter(OnnxModel& model, OnnxGraph& graph, const ConstantIndex& constants, NameGiver& names)
      : model_(model), graph_(graph), constants_(constants), names_(names) {}

 protected:
  /// A constant of the float model.
  const OnnxInitializer& constant(const std::string& name) const {
    const OnnxInitializer* found = constants_.find(name);
    if (found == nullptr) throw Error(ErrorCode::internal, "constant '" + name + "' is missing");
    return *found;
  }
  /// Adds a constant to the graph and gives its name, which is `wanted` where that is free.
  std::string add_constant(const std::string& wanted, const Tensor& value) {
    return append_constant(model_, graph_, names_, wanted, value);
  }
  /// The same for the maker's value of that index.
  std::string add_constant(const std::string& wanted, const TensorHeader& header,
                           const std::shared_ptr<const ValueMaker>& maker, std::size_t index) {
    std::string name = names_.give(wanted);
    graph_.initializers.push_back(made_constant(model_, name, header, maker, index));
    return name;
  }

  OnnxModel& model_;
  OnnxGraph& graph_;
  const ConstantIndex& constants_;
  NameGiver& names_;
};

/// Has a Writer write, in their places, the nodes that `is_planned` of the plan's ops: write(OnnxNode, const OpPlan&)
/// appends to the graph what stands for a node. Returns how many.
template <typename Writer>
int write_products(OnnxModel& model, const QuantizationPlan& plan, bool (OpPlan::*is_planned)() const) {
  std::unordered_map<std::string, const OpPlan*> planned;
  for (const OpPlan& op : plan.ops) {
    if ((op.*is_planned)()) planned.emplace(op.name, &op);
  }
  if (planned.empty()) return 0;
  const ConstantIndex constants(model);
  NameGiver names(model.graph);
  int written = 0;
  for (OnnxGraph* graph : graphs_inside_out(model.graph)) {
    Writer writer(model, *graph, constants, names);
    std::vector<OnnxNode> nodes = std::exchange(graph->nodes, {});
    for (OnnxNode& node : nodes) {
      const auto found = planned.find(node.name);
      if (found == planned.end()) {
        graph->nodes.push_back(std::move(node));
        continue;
      }
      const ErrorContext frame([&] { return "quantizing node '" + found->first + "' (" + found->second->type + ")"; });
      writer.write(std::move(node), *found->second);
      ++written;
    }
  }
  remove_unused_constants(model);
  return written;
}

}  // namespace halftone::onnxruntime
