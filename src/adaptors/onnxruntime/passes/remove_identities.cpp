#include <unordered_map>
#include <unordered_set>

#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"

namespace halftone::onnxruntime {
namespace {

bool is_identity(const ConstantIndex& constants, const OnnxNode& node, const NodeIndex& index) {
  if (!node.is_standard()) return false;
  if (node.inputs.empty() || node.inputs[0].empty() || node.outputs.empty() || node.outputs[0].empty()) return false;
  if (node.op_type == "Identity") return true;
  if (node.op_type != "Dropout") return false;
  if (node.outputs.size() > 1 && index.readers(node.outputs[1]) > 0) return false;  // somebody reads the mask
  if (node.inputs.size() < 3 || node.inputs[2].empty()) return true;
  const auto training = constants.value(node.inputs[2], DType::boolean);
  return training && training->to_floats() == std::vector<float>{0};
}

void rename_reads(OnnxGraph& graph, const std::unordered_map<std::string, std::string>& renamed) {
  for (OnnxNode& node : graph.nodes) {
    for (std::string& input : node.inputs) {
      for (auto found = renamed.find(input); found != renamed.end(); found = renamed.find(input)) input = found->second;
    }
  }
}

std::unordered_set<std::string> captured_names(const OnnxGraph& graph) {
  std::unordered_set<std::string> captured;
  for (const OnnxNode& node : graph.nodes) {
    for (std::string& name : captured_names(node)) captured.insert(std::move(name));
  }
  return captured;
}

int remove_from(OnnxGraph& graph, const ConstantIndex& constants) {
  const NodeIndex index(graph);
  const std::unordered_set<std::string> captured = captured_names(graph);
  std::unordered_map<std::string, std::string> renamed;
  std::vector<OnnxNode> remaining;
  for (OnnxNode& node : graph.nodes) {
    // Names that the graph's user or a subgraph knows must stay.
    const bool removable =
        is_identity(constants, node, index) && !index.is_output(node.outputs[0]) && !captured.contains(node.outputs[0]);
    if (removable)
      renamed.emplace(node.outputs[0], node.inputs[0]);
    else
      remaining.push_back(std::move(node));
  }
  graph.nodes = std::move(remaining);
  rename_reads(graph, renamed);
  return static_cast<int>(renamed.size());
}

}  // namespace

int remove_identities(OnnxModel& model) {
  const ConstantIndex constants(model);
  int removed = 0;
  for (OnnxGraph* graph : graphs_inside_out(model.graph)) removed += remove_from(*graph, constants);
  return removed;
}

}  // namespace halftone::onnxruntime
