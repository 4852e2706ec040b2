#include <algorithm>
#include <iterator>

#include "adaptors/onnxruntime/format/wire.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/passes/raise_opset_steps.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

constexpr std::int64_t kOldest = 7;
constexpr std::int64_t kWanted = 13;
constexpr std::int64_t kIrVersion = 7;  // of the release that brought set 13 (onnx/docs/Versioning.md)

bool is_standard(std::string_view domain) { return domain.empty() || domain == "ai.onnx"; }

/// The changes that a standard node of `opset` goes through, in order.
std::vector<const OpsetChange*> changes_for(const OnnxNode& node, std::int64_t opset) {
  std::vector<const OpsetChange*> changes;
  if (!is_standard(node.domain)) return changes;
  for (const OpsetChange& change : opset_changes()) {
    if (change.op == node.op_type && opset < change.opset) changes.push_back(&change);
  }
  return changes;
}

std::string why_node_stays(const OnnxNode& node, const OnnxModel& model, const OnnxGraph& graph) {
  if (!is_standard(node.domain)) return {};
  if (!has_later_form(node.op_type, model.opset())) return "is of no op that later sets have";
  for (const OpsetChange* change : changes_for(node, model.opset())) {
    if (change->obstacle == nullptr) continue;
    if (std::string why = change->obstacle(node, model, graph); !why.empty()) return why;
  }
  return {};
}

// Functions bring operator sets of their own.
bool has_functions(const OnnxModel& model) {
  FieldReader fields(model.rest);
  while (fields.next()) {
    if (fields.tag() == 25) return true;
    fields.field().skip();
  }
  return false;
}

void require_ir_version(OnnxModel& model, std::int64_t wanted) {
  std::string rest;
  std::int64_t version = 0;
  FieldReader fields(model.rest);
  while (fields.next()) {
    if (fields.tag() == 1)
      version = fields.integer();
    else
      fields.keep(rest);
  }
  if (version >= wanted) return;
  std::string bytes;
  protozero::pbf_writer(bytes).add_int64(1, wanted);
  model.rest = model.keep(bytes + rest);
}

bool looks_at_type(const OnnxNode& node, std::int64_t opset) {
  return std::ranges::any_of(changes_for(node, opset), &OpsetChange::looks_at_type);
}

/// First inputs of the nodes whose steps look at them.
std::set<std::string> tensors_to_look_at(const OnnxModel& model) {
  std::set<std::string> names;
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
    for (const OnnxNode& node : graph->nodes) {
      if (looks_at_type(node, model.opset()) && !node.inputs.empty()) names.insert(node.inputs[0]);
    }
  }
  names.erase("");
  return names;
}

std::string why_types_keep_it(const std::set<std::string>& names, const TensorTypes& types) {
  const auto open = std::ranges::find_if(names, [&](const std::string& name) {
    const auto known = types.find(name);
    return known == types.end() || !known->second.dtype;
  });
  return open == names.end() ? "" : "the type of '" + *open + "' is not known";
}

int raise_graph(OnnxModel& model, OnnxGraph& graph, NameGiver& names, const TensorTypes& types) {
  std::vector<OnnxNode> nodes;
  int changed = 0;
  for (const OnnxNode& node : graph.nodes) {
    const std::vector<const OpsetChange*> changes = changes_for(node, model.opset());
    RaisedNode raised(node, model, graph, names, types);
    for (const OpsetChange* change : changes) change->apply(raised);
    std::move(raised.before.begin(), raised.before.end(), std::back_inserter(nodes));
    nodes.push_back(std::move(raised.node));
    std::move(raised.after.begin(), raised.after.end(), std::back_inserter(nodes));
    changed += changes.empty() ? 0 : 1;
  }
  graph.nodes = std::move(nodes);
  return changed;
}

}  // namespace

std::string why_opset_stays(const OnnxModel& model) {
  if (model.opset() >= kWanted) return {};
  if (model.opset() < kOldest) return "sets below " + std::to_string(kOldest) + " are not raised";
  if (has_functions(model)) return "the model defines functions of its own";
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
    for (const OnnxNode& node : graph->nodes) {
      const std::string why = why_node_stays(node, model, *graph);
      if (why.empty()) continue;
      const std::string name = node.name.empty() ? "a node" : "node '" + node.name + "'";
      return name + " (" + node.op_type + ") " + why;
    }
  }
  return {};
}

WholePass raise_opset(OnnxModel& model, const Runtime& runtime) {
  if (model.opset() >= kWanted) return {};
  const ErrorContext frame("raising the operator set");
  WholePass pass{0, why_opset_stays(model)};
  if (!pass.left_because.empty()) return pass;
  const std::set<std::string> looked_at = tensors_to_look_at(model);
  const TensorTypes types = infer_types(model, runtime, looked_at);
  pass.left_because = why_types_keep_it(looked_at, types);
  if (!pass.left_because.empty()) return pass;
  NameGiver names(model.graph);
  pass.places = 1;  // the version is a place of its own
  for (OnnxGraph* graph : graphs_inside_out(model.graph)) pass.places += raise_graph(model, *graph, names, types);
  for (auto& [domain, version] : model.opsets) {
    if (is_standard(domain)) version = kWanted;
  }
  require_ir_version(model, kIrVersion);
  return pass;
}

}  // namespace halftone::onnxruntime
