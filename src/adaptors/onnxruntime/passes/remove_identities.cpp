#include <unordered_map>
#include <unordered_set>

#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"

namespace halftone::onnxruntime {
namespace {

bool is_identity(const OnnxModel& model, const OnnxNode& node, const NodeIndex& index) {
  if (!node.domain.empty() && node.domain != "ai.onnx") return false;
  if (node.inputs.empty() || node.inputs[0].empty() || node.outputs.empty() || node.outputs[0].empty()) return false;
  if (node.op_type == "Identity") return true;
  if (node.op_type != "Dropout") return false;
  if (node.outputs.size() > 1 && index.readers(node.outputs[1]) > 0) return false;  // somebody reads the mask
  if (node.inputs.size() < 3 || node.inputs[2].empty()) return true;
  const OnnxInitializer* training = model.find_initializer(node.inputs[2]);
  return training != nullptr &&
         read_tensor(training->message, model.storage.front()).to_floats() == std::vector<float>{0};
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
    for (const OnnxAttribute& attribute : node.attributes) {
      captured.insert(attribute.captured.begin(), attribute.captured.end());
    }
  }
  return captured;
}

}  // namespace

int remove_identities(OnnxModel& model) {
  const NodeIndex index(model.graph);
  const std::unordered_set<std::string> captured = captured_names(model.graph);
  std::unordered_map<std::string, std::string> renamed;
  std::vector<OnnxNode> remaining;
  for (OnnxNode& node : model.graph.nodes) {
    // Names that the graph's user or a subgraph knows must stay.
    const bool removable =
        is_identity(model, node, index) && !index.is_output(node.outputs[0]) && !captured.contains(node.outputs[0]);
    if (removable)
      renamed.emplace(node.outputs[0], node.inputs[0]);
    else
      remaining.push_back(std::move(node));
  }
  model.graph.nodes = std::move(remaining);
  rename_reads(model.graph, renamed);
  return static_cast<int>(renamed.size());
}

}  // namespace halftone::onnxruntime
