#include "report/plan_json.h"

#include <map>
#include <optional>
#include <utility>

#include "halftone/error.h"

namespace halftone {
namespace {

struct TypeCount {
  std::size_t total = 0;
  std::size_t quantized = 0;
};

const QuantParams& require_params(const std::optional<QuantParams>& params, const std::string& tensor) {
  if (!params) throw Error(ErrorCode::internal, "tensor '" + tensor + "' has no quantization parameters in the plan");
  return *params;
}

Json constant_json(const ConstantPlan& constant) {
  Json json{{"tensor", constant.tensor}, {"input", constant.input}};
  // A large model has scales by the hundred thousand: they are moved from here to the result.
  Json params = json_of(require_params(constant.params, constant.tensor));
  for (auto&& [key, value] : params.items()) json[key] = std::move(value);
  for (const float value : constant.correction) json["correction"].push_back(hexadecimal(value));
  return json;
}

Json quantized_op_json(const OpPlan& op) {
  Json json = op.choice ? json_of(*op.choice) : Json::object();
  json["pattern"] = op.pattern;
  if (op.weight && !op.is_weight_only()) json["weight_parameters"] = constant_json(*op.weight);
  if (op.recurrent_weight) json["recurrent_weight_parameters"] = constant_json(*op.recurrent_weight);
  if (op.bias) json["bias_parameters"] = constant_json(*op.bias);
  for (const ConstantPlan& constant : op.constant_activations) {
    json["constant_parameters"].push_back(constant_json(constant));
  }
  return json;
}

Json names_json(const GraphView& graph, const QuantizationUnit& unit) {
  Json names = Json::array();
  for (const OpId op : unit.ops) names.push_back(graph.op(op).name);
  return names;
}

Json cut_json(const GraphView& graph, const std::vector<UnitCapability>& units) {
  Json cut = Json::array();
  for (const UnitCapability& unit : units) {
    Json& json = cut.emplace_back(Json{{"pattern", unit.unit.pattern}, {"ops", names_json(graph, unit.unit)}});
    json["quantizable"] = !unit.choices.empty();
    if (unit.choices.empty()) json["reason"] = unit.reason;
  }
  return cut;
}

}  // namespace

Json ops_json(const QuantizationPlan& plan) {
  std::map<std::string, TypeCount> types;
  Json in_float = Json::array();
  for (const OpPlan& op : plan.ops) {
    TypeCount& count = types[op.type];
    ++count.total;
    count.quantized += op.quantized ? 1 : 0;
    if (!op.quantized) in_float.push_back({{"name", op.name}, {"type", op.type}, {"reason", op.reason}});
  }
  Json by_type = Json::object();
  for (const auto& [type, count] : types) by_type[type] = {{"total", count.total}, {"quantized", count.quantized}};
  return {{"total", plan.ops.size()}, {"quantized", plan.quantized_ops()}, {"by_type", by_type}, {"float", in_float}};
}

Json planned_json(const QuantizationPlan& plan) {
  Json planned = Json::array();
  for (const OpPlan& op : plan.ops) {
    if (!op.quantized) continue;
    planned.push_back({{"name", op.name},
                       {"type", op.type},
                       {"choice", op.choice ? json_of(*op.choice) : Json(nullptr)},
                       {"pattern", op.pattern}});
  }
  return planned;
}

Json json_of(const ConversionCount& conversions) {
  return {{"quantize", conversions.quantize}, {"dequantize", conversions.dequantize}, {"islands", conversions.islands}};
}

Json fusions_json(const GraphView& graph, const Capability& capability) {
  Json fusions = Json::array();
  for (const FusedPattern& fusion : capability.fusions) {
    Json alternatives = Json::array();
    for (const std::vector<UnitCapability>& units : fusion.alternatives) alternatives.push_back(cut_json(graph, units));
    fusions.push_back({{"pattern", fusion.unit.pattern},
                       {"ops", names_json(graph, fusion.unit)},
                       {"alternatives", std::move(alternatives)}});
  }
  return fusions;
}

Json quantization_config_json(const QuantizationPlan& plan, const QuantizationRecord& record) {
  Json ops = Json::object();
  for (const OpPlan& op : plan.ops) {
    ops[op.name] = op.quantized ? quantized_op_json(op) : Json{{"precision", "fp32"}, {"reason", op.reason}};
  }
  Json tensors = Json::object();
  for (const TensorPlan& tensor : plan.tensors) {
    tensors[tensor.tensor] = json_of(require_params(tensor.params, tensor.tensor));
  }
  return {{"model_sha256", record.model_sha256},
          {"prepared_sha256", record.prepared_sha256},
          {"section", record.section},
          {"prepare", record.prepare},
          {"layout",
           {{"dedicated_qdq_pairs", plan.layout.dedicated_pairs}, {"qdq_on_weights", plan.layout.pairs_on_weights}}},
          {"ops", std::move(ops)},
          {"tensors", std::move(tensors)},
          {"artefact", nullptr}};
}

}  // namespace halftone
