#include "verbs/written_tensors.h"

#include <optional>

#include "base/file.h"
#include "halftone/error.h"
#include "verbs/data_split.h"

namespace halftone {
namespace {

InspectType type_of(const InspectRequest& request, bool has_data) {
  if (request.type.empty()) return has_data ? InspectType::all : InspectType::weight;
  const InspectType type = parse_inspect_type(request.type);
  if (type == InspectType::weight || has_data) return type;
  throw Error(ErrorCode::configuration, "activations need data to run the model on",
              "give some with --data SPEC, or write weights alone (--type weight)");
}

Json files_json(const std::vector<InspectedFile>& files) {
  Json json = Json::array();
  for (const InspectedFile& file : files) {
    json.push_back({{"path", file.path.string()},
                    {"iteration", file.iteration > 0 ? Json(file.iteration) : Json(nullptr)},
                    {"tensors", file.tensors},
                    {"bytes", file.bytes}});
  }
  return json;
}

Json names_of(const std::map<std::string, std::vector<std::string>>& names, const std::string& op) {
  const auto found = names.find(op);
  return found == names.end() ? Json::array() : Json(found->second);
}

/// Ops that have tensors, in the graph's order.
Json ops_json(const GraphView& graph, const InspectResult& inspected) {
  Json ops = Json::array();
  for (const OpNode& op : graph.ops()) {
    const Json weights = names_of(inspected.weight_names, op.name);
    const Json activations = names_of(inspected.activation_names, op.name);
    if (weights.empty() && activations.empty()) continue;
    ops.push_back({{"name", op.name}, {"type", op.type}, {"weights", weights}, {"activations", activations}});
  }
  return ops;
}

void require_folder(const Config& config, const InspectRequest& request) {
  const bool asked = !request.ops.empty() || !request.type.empty() || !config.evaluation.data.empty() ||
                     request.iterations != InspectRequest().iterations;
  if (!asked) return;
  throw Error(ErrorCode::invalid_argument, "tensors are asked for, but no folder to write them to",
              "name one with --tensors DIR");
}

}  // namespace

Json write_tensors(const OpenedModel& opened, const GraphView& graph, const Config& config,
                   const InspectRequest& request) {
  if (request.tensors.empty()) {
    require_folder(config, request);
    return nullptr;
  }
  InspectOptions options{.op_list = request.ops,
                         .iteration_list = request.iterations,
                         .inspect_type = type_of(request, !config.evaluation.data.empty()),
                         .save_to_disk = true,
                         .save_path = request.tensors};
  std::optional<DataLoader> data;
  if (options.inspect_type != InspectType::weight) {
    data.emplace(evaluation_samples(config, opened.inputs).loader(opened.inputs));
  }
  const InspectResult inspected = opened.adaptor->inspect_tensor(*opened.model, data ? &*data : nullptr, options);
  const Json ops = ops_json(graph, inspected);
  write_file(request.tensors / "tensors.json", Json{{"ops", ops}}.dump(2) + "\n");
  return {{"folder", request.tensors.string()},
          {"type", to_string(options.inspect_type)},
          {"files", files_json(inspected.files)},
          {"ops", ops}};
}

}  // namespace halftone
