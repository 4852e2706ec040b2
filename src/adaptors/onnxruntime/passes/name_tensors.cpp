#include <unordered_map>

#include "adaptors/onnxruntime/format/renaming.h"
#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"

namespace halftone::onnxruntime {
namespace {

/// What names mean inside a graph, where that is not the name itself.
using Renamings = std::unordered_map<std::string, std::string>;

class TensorNamer {
 public:
  explicit TensorNamer(OnnxModel& model) : model_(model), names_(model.graph) {}

  int name_subgraphs(OnnxGraph& graph, const Renamings& outside) {
    int changed = 0;
    for (OnnxNode& node : graph.nodes) {
      for (OnnxAttribute& attribute : node.attributes) {
        for (OnnxGraph& inner : attribute.subgraphs) changed += name_graph(inner, outside);
      }
    }
    return changed;
  }
  void define(const OnnxGraph& graph) {
    for (const OnnxValueInfo& input : graph.inputs) ++defined_[input.name];
    for (const OnnxInitializer& initializer : graph.initializers) ++defined_[initializer.name];
    for (const OnnxNode& node : graph.nodes) {
      for (const std::string& output : node.outputs) ++defined_[output];
    }
  }

 private:
  int name_graph(OnnxGraph& graph, Renamings names) {
    int changed = 0;
    const auto define_here = [&](const std::string& name) {
      if (name.empty()) return;
      names.erase(name);
      if (defined_[name]++ == 0) return;
      names[name] = names_.give(name);
      ++defined_[names[name]];
      ++changed;
    };
    for (const OnnxValueInfo& input : graph.inputs) define_here(input.name);
    for (const OnnxInitializer& initializer : graph.initializers) define_here(initializer.name);
    for (const OnnxNode& node : graph.nodes) {
      for (const std::string& output : node.outputs) define_here(output);
    }
    rename_inside(graph, names);
    return changed + name_subgraphs(graph, names);
  }

  void rename_inside(OnnxGraph& graph, const Renamings& names) {
    const auto found = [&](const std::string& name) { return names.find(name); };
    for (auto* values : {&graph.inputs, &graph.outputs, &graph.value_infos}) {
      for (OnnxValueInfo& value : *values) {
        if (const auto name = found(value.name); name != names.end()) rename_value(model_, value, name->second);
      }
    }
    for (OnnxInitializer& initializer : graph.initializers) {
      if (const auto name = found(initializer.name); name != names.end())
        rename_initializer(model_, initializer, name->second);
    }
    for (OnnxNode& node : graph.nodes) {
      for (auto* tensors : {&node.inputs, &node.outputs}) {
        for (std::string& tensor : *tensors) {
          if (const auto name = found(tensor); name != names.end()) tensor = name->second;
        }
      }
    }
  }

  OnnxModel& model_;
  NameGiver names_;
  std::unordered_map<std::string, int> defined_;
};

}  // namespace

int name_tensors(OnnxModel& model) {
  TensorNamer namer(model);
  namer.define(model.graph);
  return namer.name_subgraphs(model.graph, {});
}

}  // namespace halftone::onnxruntime
