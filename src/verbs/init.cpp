#include <algorithm>

#include "base/file.h"
#include "halftone/error.h"
#include "report/config_yaml.h"
#include "report/plan_json.h"
#include "verbs/input_suggestions.h"
#include "verbs/op_suggestions.h"
#include "verbs/output_files.h"
#include "verbs/quantization_setup.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;

bool is_to_be_shown(const InitRequest& request) { return request.output == "-"; }

void require_new_file(const Config& config, const InitRequest& request) {
  require_writable(config.model.path, request.output);
  std::error_code ignored;
  if (request.force || !fs::exists(request.output, ignored)) return;
  throw Error(ErrorCode::invalid_argument, "'" + request.output.string() + "' is there already",
              "--force overwrites it; -o FILE names another, -o - writes to standard output");
}

bool is_fixed(const TensorSignature& input) {
  return input.shape &&
         std::none_of(input.shape->begin(), input.shape->end(), [](std::int64_t extent) { return extent < 0; });
}

/// The configuration with what was found of the model. Inputs whose shape is known are written as they are; the user's
/// word about the others is kept.
Config filled_in(Config config, const OpenedModel& opened) {
  config.model.backend = opened.backend;
  std::vector<InputOverride> inputs;
  for (const TensorSignature& input : opened.inputs) {
    const auto said = std::find_if(config.model.inputs.begin(), config.model.inputs.end(),
                                   [&](const InputOverride& other) { return other.name == input.name; });
    if (said != config.model.inputs.end()) {
      inputs.push_back(*said);
    } else if (is_fixed(input) && can_be_yaml_key(input.name)) {
      inputs.push_back({input.name, *input.shape, std::nullopt});
    }
  }
  config.model.inputs = std::move(inputs);
  return config;
}

std::vector<std::string> head_of(const Config& config, const InitRequest& request) {
  const std::string model = config.model.path.filename().string();
  const std::string file = is_to_be_shown(request) ? "FILE" : request.output.string();
  return {
      "Configuration of halftone for " + model + ", written by `halftone init`.",
      "Every key is here; null leaves it to its default. As it was written, the file changes nothing: edit it, then "
      "`halftone quantize --config " +
          file + " -o int8-" + model + "`.",
      "What is typed on the command line wins. Paths are relative to the folder where halftone is started."};
}

ConfigNotes notes_of(const Config& config, const InitRequest& request, const QuantizationSetup& setup,
                     const QuantizationPlan& plan) {
  const std::vector<TensorSignature>& inputs = setup.opened.inputs;
  ConfigNotes notes;
  notes.head = head_of(config, request);
  notes.examples["model.inputs"] = input_examples(inputs);
  notes.advice["quantization.calibration.data"] = data_advice(inputs, false);
  notes.advice["evaluation.data"] = data_advice(inputs, true);
  notes.advice["evaluation.metrics"] = metrics_advice(setup.opened.model->outputs());
  notes.advice["quantization.op_types"] = {"For example, with types that this model has:"};
  notes.examples["quantization.op_types"] = op_type_examples(setup.graph, setup.capability, plan);
  notes.advice["quantization.ops"] = float_advice(plan);
  notes.examples["quantization.ops"] = op_examples(plan);
  if (notes.examples["quantization.op_types"].empty()) notes.advice.erase("quantization.op_types");
  return notes;
}

}  // namespace

fs::path default_config_file(const fs::path& model) {
  const fs::path named = model.has_filename() ? model : model.parent_path();
  return named.parent_path() / (named.stem().string() + ".halftone.yaml");
}

Result run_init(const VerbContext& context, const Config& config, const InitRequest& asked) {
  InitRequest request = asked;
  if (request.output.empty()) request.output = default_config_file(config.model.path);
  if (!is_to_be_shown(request)) require_new_file(config, request);
  VerbRun run(context, "init", config);
  const QuantizationSetup setup = set_up_quantization(run, config);
  const TuneConfig chosen = choose_config(setup, config, run.progress());
  const QuantizationPlan plan = make_plan(setup.graph, setup.capability, chosen, nullptr);
  const std::string text = config_yaml(filled_in(config, setup.opened), notes_of(config, request, setup, plan));
  if (!is_to_be_shown(request)) write_file(request.output, text);
  return run.result({{"output", is_to_be_shown(request) ? Json(nullptr) : Json(request.output.string())},
                     {"configuration", text},
                     {"ops", ops_json(plan)}});
}

}  // namespace halftone
