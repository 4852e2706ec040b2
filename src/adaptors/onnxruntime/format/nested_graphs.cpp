#include <algorithm>
#include <set>
#include <unordered_set>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {
namespace {

template <typename Graph>
void collect(Graph& graph, std::vector<Graph*>& graphs) {
  for (auto& node : graph.nodes) {
    for (auto& attribute : node.attributes) {
      for (auto& inner : attribute.subgraphs) collect<Graph>(inner, graphs);
    }
  }
  graphs.push_back(&graph);
}

void add_captured(const OnnxGraph& graph, std::set<std::string>& captured) {
  const std::unordered_set<std::string> defined = defined_names(graph);
  std::set<std::string> read;
  for (const OnnxValueInfo& output : graph.outputs) read.insert(output.name);
  for (const OnnxNode& node : graph.nodes) {
    read.insert(node.inputs.begin(), node.inputs.end());
    for (std::string& name : captured_names(node)) read.insert(std::move(name));
  }
  for (const std::string& name : read) {
    if (!name.empty() && !defined.contains(name)) captured.insert(name);
  }
}

}  // namespace

std::vector<OnnxGraph*> graphs_inside_out(OnnxGraph& graph) {
  std::vector<OnnxGraph*> graphs;
  collect<OnnxGraph>(graph, graphs);
  return graphs;
}

std::vector<const OnnxGraph*> graphs_inside_out(const OnnxGraph& graph) {
  std::vector<const OnnxGraph*> graphs;
  collect<const OnnxGraph>(graph, graphs);
  return graphs;
}

std::unordered_set<std::string> defined_names(const OnnxGraph& graph) {
  std::unordered_set<std::string> defined;
  for (const OnnxValueInfo& input : graph.inputs) defined.insert(input.name);
  for (const OnnxInitializer& initializer : graph.initializers) defined.insert(initializer.name);
  for (const OnnxNode& node : graph.nodes) defined.insert(node.outputs.begin(), node.outputs.end());
  return defined;
}

std::vector<std::string> captured_names(const OnnxNode& node) {
  std::set<std::string> captured;
  for (const OnnxAttribute& attribute : node.attributes) {
    for (const OnnxGraph& graph : attribute.subgraphs) add_captured(graph, captured);
  }
  return {captured.begin(), captured.end()};
}

}  // namespace halftone::onnxruntime
