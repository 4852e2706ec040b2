#include <set>

#include "adaptors/onnxruntime/passes/passes.h"

namespace halftone::onnxruntime {

int name_nodes(OnnxModel& model) {
  std::set<std::string> given;
  for (const OnnxNode& node : model.graph.nodes) given.insert(node.name);
  std::set<std::string> seen;
  int changed = 0;
  for (std::size_t i = 0; i < model.graph.nodes.size(); ++i) {
    OnnxNode& node = model.graph.nodes[i];
    if (!node.name.empty() && seen.insert(node.name).second) continue;
    const std::string base = node.name.empty() ? node.op_type + "_" + std::to_string(i) : node.name;
    std::string name = base;
    for (int n = 2; given.contains(name) || seen.contains(name); ++n) name = base + "_" + std::to_string(n);
    node.name = name;
    seen.insert(name);
    ++changed;
  }
  return changed;
}

}  // namespace halftone::onnxruntime
