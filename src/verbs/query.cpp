#include <algorithm>
#include <map>
#include <string>

#include "report/capability_json.h"
#include "report/plan_json.h"
#include "verbs/quantization_setup.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

void add_distinct(Json& list, const Json& choices) {
  for (const Json& choice : choices) {
    if (std::find(list.begin(), list.end(), choice) == list.end()) list.push_back(choice);
  }
}

// An op that is not its unit's anchor runs inside the anchor's kernel and has no choice of its own.
Json op_json(const OpNode& op, const std::string& anchor, const UnitCapability& unit) {
  const bool inner = op.name != anchor;
  Json json{{"name", op.name}, {"type", op.type}, {"choices", inner ? Json::array() : json_of(unit.choices)}};
  if (inner) json["fused_into"] = anchor;
  if (unit.choices.empty()) json["reason"] = unit.reason;
  return json;
}

/// What can be done with the model: choices by op type, ops and units.
Json model_json(const QuantizationSetup& setup) {
  std::map<OpId, Json> by_op;
  Json op_types = Json::object();
  Json units = Json::array();
  for (const UnitCapability& unit : setup.capability.units) {
    const OpNode& anchor = setup.graph.op(unit.unit.anchor());
    Json names = Json::array();
    for (OpId id : unit.unit.ops) {
      by_op[id] = op_json(setup.graph.op(id), anchor.name, unit);
      names.push_back(setup.graph.op(id).name);
    }
    Json& of_type = op_types.emplace(anchor.type, Json::array()).first.value();
    add_distinct(of_type, json_of(unit.choices));
    units.push_back({{"pattern", unit.unit.pattern}, {"ops", names}});
  }
  Json ops = Json::array();
  for (auto& [id, json] : by_op) ops.push_back(std::move(json));
  return {{"op_types", std::move(op_types)},
          {"ops", std::move(ops)},
          {"groups", groups_json(setup.capability)},
          {"units", std::move(units)},
          {"fusions", fusions_json(setup.graph, setup.capability)}};
}

}  // namespace

Result run_query(const VerbContext& context, const Config& config) {
  VerbRun run(context, "query", config);
  const QuantizationSetup setup = set_up_quantization(run, config);
  const Adaptor& adaptor = *setup.opened.adaptor;
  Json body{{"section", setup.capability.section}};
  body.update(backend_json(adaptor.query(), adaptor.options().target));
  body.update(model_json(setup));
  return run.result(body);
}

}  // namespace halftone
