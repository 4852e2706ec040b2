#include "configuration/config_file.h"
#include "halftone/error.h"
#include "report/history_file.h"
#include "report/recorded_plan.h"
#include "verbs/output_files.h"
#include "verbs/quantization_setup.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The configuration that the result was made under, with what this machine says differently.
Config recorded_config(const Json& result, const Config& typed, const RecoverRequest& request) {
  if (!result.contains("config")) {
    throw Error(ErrorCode::invalid_data, "'" + request.result.string() + "' holds no configuration");
  }
  Config config = parse_config(result.at("config").dump(), request.result.string());
  if (request.model) config.model.path = *request.model;
  if (!typed.model.library.empty()) config.model.library = typed.model.library;
  config.threads = typed.threads;
  config.quantization.calibration_data.clear();
  config.evaluation.data.clear();
  return config;
}

void require_same(const std::string& recorded, const std::string& found, const std::string& what,
                  const std::string& hint) {
  if (recorded == found) return;
  throw Error(ErrorCode::invalid_model,
              what + " is not the one that the result is of (sha256 " + found.substr(0, 12) + "…, not " +
                  recorded.substr(0, 12) + "…)",
              hint);
}

void warn_of_other_framework(VerbRun& run, const Json& result, const FrameworkVersion& found) {
  const std::string version = result.contains("framework") ? text_at(result.at("framework"), "version") : "";
  if (version.empty() || version == found.version) return;
  run.warn("the result was made with " + found.name + " " + version + "; here is " + found.version);
}

/// What an earlier trial of a search did: its choices from the history, its scales from the statistics kept beside it.
QuantizationPlan plan_of_trial(const QuantizationSetup& setup, const Json& result, int number) {
  const TuningSpace space(setup.graph, setup.capability);
  const HistoryRecord record = read_history(text_at(result, "history"), space);
  const auto& trials = record.trials.trials();
  if (number < 1 || static_cast<std::size_t>(number) >= trials.size()) {
    throw Error(ErrorCode::invalid_argument, "the search has no trial " + std::to_string(number),
                "it has trials 1 to " + std::to_string(trials.empty() ? 0 : trials.size() - 1) + "; 0 is float itself");
  }
  const Trial& trial = trials[static_cast<std::size_t>(number)];
  if (trial.failed()) {
    throw Error(ErrorCode::invalid_argument, "trial " + std::to_string(number) + " failed: " + trial.error);
  }
  const CalibrationTable table = CalibrationTable::load(text_at(result.at("calibration"), "table"));
  if (table.model_sha256 != setup.prepared->sha256()) {
    throw Error(ErrorCode::invalid_model, "the statistics kept beside the result are of another model");
  }
  TuneConfig config = trial.proposal.config;
  config.layout = recorded_choices(result.at("q_config")).layout;
  return setup.opened.adaptor->quantize(config, *setup.prepared, setup.capability, table).plan;
}

}  // namespace

Result run_recover(const VerbContext& context, const Config& typed, const RecoverRequest& request) {
  const Json result = read_result(request.result, {"quantize", "tune"});
  const Config config = recorded_config(result, typed, request);
  require_writable(config.model.path, request.output, request.result);
  VerbRun run(context, "recover", config);
  const ErrorContext frame([&] { return "recovering '" + request.result.string() + "'"; });
  if (!result.contains("q_config")) throw Error(ErrorCode::invalid_data, "the result has no 'q_config'");
  if (request.trial && text_at(result, "command") != "tune") {
    throw Error(ErrorCode::invalid_argument, "only a search has trials", "leave --trial out");
  }
  if (result.at("q_config").is_null()) {
    throw Error(ErrorCode::invalid_data, "the search chose the float model, which needs no recovery",
                "--trial N makes the model of a trial");
  }
  const Json& q_config = result.at("q_config");

  const QuantizationSetup setup = set_up_quantization(run, config);
  const Adaptor& adaptor = *setup.opened.adaptor;
  require_recoverable(adaptor, q_config);
  warn_of_other_framework(run, result, adaptor.framework());
  require_same(text_at(q_config, "model_sha256"), setup.opened.sha256, "'" + config.model.path.string() + "'",
               "name the right file with --model PATH");
  require_same(text_at(q_config, "prepared_sha256"), setup.prepared->sha256(), "the prepared model",
               "another version of halftone or of the framework prepares it in another way");
  const QuantizationPlan plan = request.trial ? plan_of_trial(setup, result, *request.trial)
                                              : recorded_plan(setup.graph, setup.capability, q_config);

  StagingFolder staging(request.output);
  const auto [reopened, sha256] =
      save_and_read_back(adaptor, *adaptor.convert(*setup.prepared, plan), staging.staged_output());
  adaptor.open(*reopened, {.threads = run.threads(), .observed_tensors = {}});
  const bool is_best = !request.trial || result.value("best", -1) == *request.trial;
  const std::string expected = is_best ? text_at(result, "output_sha256") : sha256;
  if (sha256 != expected) run.warn("the recovered model has other bytes than the one that the result is of");
  const std::uint64_t size = staging.size_bytes();
  staging.publish();
  return run.result({{"result", request.result.string()},
                     {"output", request.output.string()},
                     {"output_sha256", sha256},
                     {"identical", sha256 == expected},
                     {"approach", approach_of(plan)},
                     {"quantized", plan.quantized_ops()},
                     {"size_bytes", size}});
}

}  // namespace halftone
