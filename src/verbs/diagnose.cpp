#include "adaptor/diagnosis.h"
#include "halftone/error.h"
#include "verbs/compared_models.h"
#include "verbs/data_split.h"
#include "verbs/remedies.h"
#include "verbs/stopwatch.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

Json range_json(const Range& range) { return Json::array({json_of(range.low), json_of(range.high)}); }

Json op_json(const OpDiagnosis& op, std::size_t rank) {
  return {{"name", op.name},
          {"type", op.type},
          {"tensor", op.error.tensor},
          {"sqnr_db", json_of(op.error.sqnr_db())},
          {"added_noise", json_of(op.added_noise)},
          {"mse", json_of(op.error.mse())},
          {"float_range", range_json(op.error.reference_range)},
          {"int8_range", range_json(op.error.range)},
          {"left_out", op.error.left_out},
          {"rank", rank}};
}

Json ops_json(const Diagnosis& diagnosis) {
  Json ops = Json::array();
  for (std::size_t i = 0; i < diagnosis.ops.size(); ++i) ops.push_back(op_json(diagnosis.ops[i], i + 1));
  return ops;
}

Json outputs_json(const Diagnosis& diagnosis) {
  Json outputs = Json::array();
  for (const TensorError& error : diagnosis.outputs) {
    outputs.push_back({{"name", error.tensor}, {"sqnr_db", json_of(error.sqnr_db())}, {"mse", json_of(error.mse())}});
  }
  return outputs;
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
  const Diagnosis diagnosis =
      diagnose({adaptor, *prepared, input_names(models, in_float)},
               {*quantized.opened.adaptor, *quantized.opened.model, input_names(models, quantized)}, data,
               {.threads = run.threads()}, run.progress());
  const std::uint64_t samples = data.size().value_or(0);
  run.envelope().evaluation = facts_of(data, samples);
  return run.result({{"against", quantized.name()},
                     {"samples", samples},
                     {"compared", {{"ops", diagnosis.ops.size()}, {"of", graph.ops().size()}}},
                     {"ops", ops_json(diagnosis)},
                     {"output", outputs_json(diagnosis)},
                     {"suggestions", remedies_json(graph, adaptor.query_fw_capability(*prepared), diagnosis.ops)},
                     {"seconds", stopwatch.seconds()}});
}

}  // namespace halftone
