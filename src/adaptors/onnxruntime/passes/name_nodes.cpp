#include <algorithm>
#include <set>
#include <unordered_map>

#include "adaptors/onnxruntime/passes/passes.h"

namespace halftone::onnxruntime {

int name_nodes(OnnxModel& model) {
  // Outer graphs first, so that inner nodes are the ones that yield.
  std::vector<OnnxGraph*> graphs = graphs_inside_out(model.graph);
  std::ranges::reverse(graphs);
  std::set<std::string> given;
  for (const OnnxGraph* graph : graphs) {
    for (const OnnxNode& node : graph->nodes) given.insert(node.name);
  }
  std::set<std::string> seen;
  std::unordered_map<std::string, int> next_number;  // by name, so that many alike are not counted from 2 each time
  int changed = 0;
  for (OnnxGraph* graph : graphs) {
    for (std::size_t i = 0; i < graph->nodes.size(); ++i) {
      OnnxNode& node = graph->nodes[i];
      if (!node.name.empty() && seen.insert(node.name).second) continue;
      const std::string base = node.name.empty() ? node.op_type + "_" + std::to_string(i) : node.name;
      std::string name = base;
      int& number = next_number.try_emplace(base, 2).first->second;
      while (given.contains(name) || seen.contains(name)) name = base + "_" + std::to_string(number++);
      node.name = name;
      seen.insert(name);
      ++changed;
    }
  }
  return changed;
}

}  // namespace halftone::onnxruntime
