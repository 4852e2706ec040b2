#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/passes/shared_constants.h"
#include "adaptors/onnxruntime/session.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

constexpr std::size_t kLargestResult = 64U << 20;

bool may_fold(const OnnxNode& node) {
  // Draw anew at every run, or may.
  static const std::set<std::string> kRandom{"RandomNormal",      "RandomNormalLike", "RandomUniform",
                                             "RandomUniformLike", "Multinomial",      "Bernoulli"};
  if (!node.is_standard()) return false;
  if (kRandom.contains(node.op_type)) return false;
  // Give sequences and optional values, which no initializer can hold.
  static const std::set<std::string> kNoTensors{"SequenceEmpty", "SequenceConstruct", "SequenceInsert",
                                                "SequenceErase", "SplitToSequence",   "Optional"};
  if (kNoTensors.contains(node.op_type)) return false;
  // Already quantized weights stay as they are: folding would blow them up to float.
  if (node.op_type == "DequantizeLinear") return false;
  return !node.has_subgraph();
}

/// Nodes that depend on constants alone, in the graph's order.
std::vector<std::size_t> constant_nodes(const OnnxGraph& graph, const ConstantIndex& known) {
  std::unordered_set<std::string> computed;
  const auto is_constant = [&](const std::string& name) {
    return name.empty() || computed.contains(name) || known.find(name) != nullptr;
  };
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const OnnxNode& node = graph.nodes[i];
    if (!may_fold(node) || !std::ranges::all_of(node.inputs, is_constant)) continue;
    found.push_back(i);
    computed.insert(node.outputs.begin(), node.outputs.end());
  }
  return found;
}

/// A model of those nodes alone, that gives what the others read of them.
OnnxModel extract(const OnnxModel& model, const OnnxGraph& graph, const ConstantIndex& constants,
                  const std::vector<std::size_t>& nodes) {
  OnnxModel part;
  part.opsets = model.opsets;
  part.rest = model.rest;
  part.storage = model.storage;
  part.files = model.files;
  part.graph.rest = model.graph.rest;
  std::set<std::string> produced, needed;
  for (const std::size_t i : nodes) {
    const OnnxNode& node = graph.nodes[i];
    part.graph.nodes.push_back(node);
    needed.insert(node.inputs.begin(), node.inputs.end());
    produced.insert(node.outputs.begin(), node.outputs.end());
  }
  for (const std::string& name : needed) {
    if (const OnnxInitializer* found = constants.find(name)) part.graph.initializers.push_back(*found);
  }
  const NodeIndex inside(part.graph), whole(graph);
  for (const std::string& name : produced) {
    if (name.empty() || whole.readers(name) <= inside.readers(name)) continue;
    part.graph.outputs.push_back({name, part.keep(write_untyped_value(name)), std::nullopt, std::nullopt});
  }
  return part;
}

/// Which of the constant nodes must stay because a result that was not replaced needs them.
std::set<std::size_t> needed_nodes(const OnnxGraph& graph, const std::vector<std::size_t>& constant,
                                   const std::map<std::string, Tensor>& values) {
  const std::set<std::size_t> candidates(constant.begin(), constant.end());
  std::unordered_set<std::string> read;
  for (const OnnxValueInfo& output : graph.outputs) read.insert(output.name);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (candidates.contains(i)) continue;
    read.insert(graph.nodes[i].inputs.begin(), graph.nodes[i].inputs.end());
    for (std::string& name : captured_names(graph.nodes[i])) read.insert(std::move(name));
  }
  std::set<std::size_t> needed;
  for (auto i = constant.rbegin(); i != constant.rend(); ++i) {
    const OnnxNode& node = graph.nodes[*i];
    const bool wanted = std::any_of(node.outputs.begin(), node.outputs.end(), [&](const std::string& output) {
      return read.contains(output) && !values.contains(output);
    });
    if (!wanted) continue;
    needed.insert(*i);
    read.insert(node.inputs.begin(), node.inputs.end());
  }
  return needed;
}

std::map<std::string, Tensor> values_to_replace(const OnnxGraph& graph, const OnnxModel& part, const Runtime& runtime) {
  std::map<std::string, Tensor> values;
  if (part.graph.outputs.empty()) return values;
  const NodeIndex index(graph);
  for (NamedTensor& result : run_once(runtime, part)) {
    const bool keep = index.is_output(result.name) || result.value.dtype() == DType::string ||
                      result.value.size_bytes() > kLargestResult;
    if (!keep) values.emplace(result.name, std::move(result.value));
  }
  return values;
}

int fold_in(OnnxModel& model, OnnxGraph& graph, ConstantIndex& constants, SharedConstants& shared,
            const Runtime& runtime) {
  const std::vector<std::size_t> constant = constant_nodes(graph, constants);
  if (constant.empty()) return 0;
  std::map<std::string, Tensor> values = values_to_replace(graph, extract(model, graph, constants, constant), runtime);
  const std::set<std::size_t> needed = needed_nodes(graph, constant, values);
  for (const std::size_t i : needed) {
    for (const std::string& output : graph.nodes[i].outputs) values.erase(output);
  }
  for (const auto& [name, value] : values) shared.add(graph, name, value);
  std::vector<OnnxNode> remaining;
  const std::set<std::size_t> candidates(constant.begin(), constant.end());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!candidates.contains(i) || needed.contains(i)) remaining.push_back(std::move(graph.nodes[i]));
  }
  const std::size_t folded = graph.nodes.size() - remaining.size();
  graph.nodes = std::move(remaining);
  shared.redirect_reads(graph);
  return static_cast<int>(folded);
}

}  // namespace

int fold_constants(OnnxModel& model, const Runtime& runtime) {
  const ErrorContext frame("folding constants");
  ConstantIndex constants(model);
  SharedConstants shared(model, constants);
  // Outer graphs first: what is constant there is so for the inner ones.
  std::vector<OnnxGraph*> graphs = graphs_inside_out(model.graph);
  int folded = 0;
  for (auto graph = graphs.rbegin(); graph != graphs.rend(); ++graph) {
    folded += fold_in(model, **graph, constants, shared, runtime);
  }
  return folded;
}

}  // namespace halftone::onnxruntime
