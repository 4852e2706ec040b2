#include <memory>
#include <string>
#include <vector>

#include "evaluation/latency.h"
#include "halftone/error.h"
#include "verbs/benchmark_inputs.h"
#include "verbs/gate_report.h"
#include "verbs/latency_report.h"
#include "verbs/verb_run.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

/// A model opened as in deployment, with what it is fed.
struct Contestant {
  std::unique_ptr<Session> session;
  BenchmarkInputs inputs;
};

Contestant open_contestant(const OpenedModel& opened, const Config& config, const BenchmarkRequest& request) {
  return {
      opened.adaptor->open(*opened.model, {.threads = request.threads, .observed_tensors = {}, .for_latency = true}),
      benchmark_inputs(config, opened.inputs, request.batch)};
}

double throughput(const LatencySummary& latency, int batch) {
  return latency.mean > 0 ? 1'000 * batch / latency.mean : 0;
}

Json against_json(const OpenedModel& other, const PairedLatency& paired) {
  return {{"model", other.path.string()},    {"model_sha256", other.sha256},      {"backend", other.backend},
          {"latency_ms", json_of(paired.a)}, {"ratio", ratio_json(paired.ratio)}, {"pairs", paired.pairs}};
}

Json measure_alone(VerbRun& run, const BenchmarkRequest& request, const Contestant& contestant,
                   const LatencyOptions& options) {
  const std::vector<double> times =
      measure_latency(*contestant.session, contestant.inputs.tensors, options, run.progress());
  const LatencySummary latency = summarize(times);
  warn_of_unsteady_latency(latency, run.progress());
  return {{"runs", times.size()},
          {"latency_ms", json_of(latency)},
          {"throughput_per_s", json_of(throughput(latency, request.batch))},
          {"against", nullptr},
          {"gate", nullptr},
          {"verdict", nullptr}};
}

Json measure_against(VerbRun& run, const Config& config, const BenchmarkRequest& request, const Contestant& contestant,
                     const LatencyOptions& options) {
  const OpenedModel other = run.open_other(config, *request.against);
  const Contestant rival = open_contestant(other, config, request);
  const PairedLatency paired = measure_paired(*rival.session, rival.inputs.tensors, *contestant.session,
                                              contestant.inputs.tensors, options, run.progress());
  warn_of_unsteady_latency(paired.a, run.progress());
  warn_of_unsteady_latency(paired.b, run.progress());
  const GateReport gates = judge(without_accuracy_gate(config, run.progress()), {}, 0, paired);
  return {{"runs", paired.pairs},
          {"latency_ms", json_of(paired.b)},
          {"throughput_per_s", json_of(throughput(paired.b, request.batch))},
          {"against", against_json(other, paired)},
          {"gate", gates.gate},
          {"verdict", gates.verdict_json()}};
}

}  // namespace

Result run_benchmark(const VerbContext& context, const Config& config, const BenchmarkRequest& asked) {
  if (asked.by_op) {
    throw Error(ErrorCode::unsupported, "latency by op is not offered by this backend",
                "leave --by-op out; halftone plan shows which ops run in low precision");
  }
  BenchmarkRequest request = asked;
  request.threads = resolve_threads(asked.threads);
  VerbRun run(context, "benchmark", config);
  run.envelope().threads = request.threads;
  const OpenedModel opened = run.open(config);
  const Contestant contestant = open_contestant(opened, config, request);
  run.envelope().evaluation = contestant.inputs.data;
  const LatencyOptions options{request.warmup, request.runs, request.max_seconds, config.accuracy.confidence};
  Json body{{"threads", request.threads}, {"batch", request.batch}};
  if (request.against) {
    body.update(measure_against(run, config, request, contestant, options));
  } else {
    body.update(measure_alone(run, request, contestant, options));
  }
  return run.result(body);
}

}  // namespace halftone
