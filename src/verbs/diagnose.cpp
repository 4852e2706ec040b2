#include <algorithm>
#include <map>

#include "halftone/error.h"
#include "verbs/compared_models.h"
#include "verbs/data_split.h"
#include "verbs/op_errors.h"
#include "verbs/quantization_setup.h"
#include "verbs/stopwatch.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

constexpr std::size_t kSuggestions = 5;
constexpr double kWorthMending = 0.1;  ///< of the noise that the worst op adds

Json range_json(const Range& range) { return Json::array({json_of(range.low), json_of(range.high)}); }

Json op_json(const OpNode& op, const OpError& found, std::size_t rank) {
  return {{"name", op.name},
          {"type", op.type},
          {"tensor", found.error.tensor},
          {"sqnr_db", json_of(found.error.sqnr_db())},
          {"added_noise", json_of(found.added)},
          {"mse", json_of(found.error.mse())},
          {"float_range", range_json(found.error.reference_range)},
          {"int8_range", range_json(found.error.range)},
          {"left_out", found.error.left_out},
          {"rank", rank}};
}

Json outputs_json(const GraphView& graph, const std::vector<TensorError>& errors) {
  Json outputs = Json::array();
  for (const TensorId id : graph.outputs()) {
    const std::string& name = graph.tensor(id).name;
    const auto found = std::ranges::find(errors, name, &TensorError::tensor);
    if (found == errors.end() || found->values == 0) continue;
    outputs.push_back({{"name", name}, {"sqnr_db", json_of(found->sqnr_db())}, {"mse", json_of(found->mse())}});
  }
  return outputs;
}

/// The anchors of the units that could stay in float instead, by any of their ops.
std::map<OpId, OpId> quantizable_anchors(const Capability& capability) {
  std::map<OpId, OpId> anchors;
  for (const UnitCapability& unit : capability.units) {
    if (unit.choices.empty()) continue;
    for (const OpId op : unit.unit.ops) anchors[op] = unit.unit.anchor();
  }
  return anchors;
}

Json suggestions_json(const GraphView& graph, const Capability& capability, const std::vector<OpError>& ranked) {
  const std::map<OpId, OpId> anchors = quantizable_anchors(capability);
  Json suggestions = Json::array();
  std::vector<OpId> named;
  for (const OpError& found : ranked) {
    const auto anchor = anchors.find(found.op);
    if (suggestions.size() == kSuggestions || found.added < kWorthMending * ranked.front().added) break;
    if (anchor == anchors.end() || found.added == 0) continue;
    if (std::ranges::find(named, anchor->second) != named.end()) continue;
    named.push_back(anchor->second);
    const std::string& name = graph.op(anchor->second).name;
    suggestions.push_back({{"op", name},
                           {"option", "--set 'quantization.ops." + exact_pattern(name) + "={precision: fp32}'"},
                           {"reason", "keeps the op in float, which adds no noise"}});
  }
  return suggestions;
}

DataLoader open_samples_of(const Config& config, const std::vector<TensorSignature>& inputs) {
  if (!config.evaluation.data.empty()) return evaluation_samples(config, inputs).loader(inputs);
  throw Error(ErrorCode::configuration, "diagnose needs data to run both models on",
              "give some with --data SPEC, the calibration data for one");
}

}  // namespace

Result run_diagnose(const VerbContext& context, const Config& config, const CompareRequest& request) {
  const Stopwatch stopwatch;
  VerbRun run(context, "diagnose", config);
  if (request.others.size() != 1) {
    throw Error(ErrorCode::invalid_argument, "diagnose takes two models: in float, and quantized");
  }
  const ComparedModels models = open_compared_models(run, config, request);
  const DataLoader data = open_samples_of(config, models.inputs);
  const ComparedModel& in_float = models.all.front();
  const ComparedModel& quantized = models.all.back();
  const Adaptor& adaptor = *in_float.opened.adaptor;
  // Quantized models are made from prepared ones: names of fused ops agree with those.
  const std::unique_ptr<Model> prepared = adaptor.prepare(*in_float.opened.model);
  const GraphView graph = adaptor.graph(*prepared);
  const std::vector<std::string> tensors =
      tensors_in_common(graph, quantized.opened.adaptor->graph(*quantized.opened.model));
  if (tensors.empty()) {
    throw Error(ErrorCode::invalid_model, "the models have no tensor of the same name in common",
                "is the second one made from the first?");
  }
  const ObservedModel reference{adaptor, *prepared, input_names(models, in_float)};
  const ObservedModel other{*quantized.opened.adaptor, *quantized.opened.model, input_names(models, quantized)};
  const std::vector<TensorError> errors =
      compare_tensors(reference, other, tensors, data, run.threads(), run.progress());
  const std::vector<OpError> ranked = rank_ops(graph, errors);
  Json ops = Json::array();
  for (std::size_t i = 0; i < ranked.size(); ++i) ops.push_back(op_json(graph.op(ranked[i].op), ranked[i], i + 1));
  const std::uint64_t samples = data.size().value_or(0);
  run.envelope().evaluation = facts_of(data, samples);
  return run.result({{"against", quantized.name()},
                     {"samples", samples},
                     {"compared", {{"ops", ranked.size()}, {"of", graph.ops().size()}}},
                     {"ops", ops},
                     {"output", outputs_json(graph, errors)},
                     {"suggestions", suggestions_json(graph, adaptor.query_fw_capability(*prepared), ranked)},
                     {"seconds", stopwatch.seconds()}});
}

}  // namespace halftone
