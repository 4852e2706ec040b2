#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "configuration/config.h"
#include "halftone/capability.h"
#include "halftone/graph.h"
#include "halftone/plan.h"
#include "verbs/verb_run.h"

namespace halftone {

/// A model made ready, and what could be done with it under the configuration.
struct QuantizationSetup {
  OpenedModel opened;
  std::unique_ptr<Model> prepared;
  GraphView graph;        ///< of the prepared model
  Capability capability;  ///< narrowed by target, constraints, recipes and approach
  double load_seconds = 0;
  double prepare_seconds = 0;
};

/// Loads, prepares and queries. Throws unsupported when the approach is not one the backend has for this model.
QuantizationSetup set_up_quantization(VerbRun& run, const Config& config);

/// The configuration's choice for each unit, the parameters it gives to tensors and the layout of conversions. Warns of
/// ops that cannot use the range method asked for; throws configuration when none can, when a name of a tensor matches
/// nothing, and for a layout that the format in use does not have.
TuneConfig choose_config(const QuantizationSetup& setup, const Config& config, Progress& progress);

/// Ranges are known before the model runs: those of activations that are quantized statically or in training.
bool is_static(const OpChoice& choice);

/// Throws configuration where approach qat has no function to train with, and another approach has one.
void require_training(const Hooks& hooks, const Config& config);

/// The plan of a configuration before anything was measured; what the configuration says, for backends that plan
/// themselves.
QuantizationPlan outline_of(const QuantizationSetup& setup, const TuneConfig& chosen);
/// Whether a model under that outline cannot be made without data.
bool needs_calibration(const QuantizationSetup& setup, const QuantizationPlan& outline, const Config& config);
/// The other configuration that the capability file wants tried; none where models are trained, or the backend has
/// quantize() alone.
std::optional<TuneConfig> rival_of(const QuantizationSetup& setup, const TuneConfig& chosen, const Config& config);

/// Rules that keep the groups of the recipes set to fp32 in float, by the exact names of their ops. Warns of a recipe
/// whose group is empty.
std::vector<OpRule> recipe_rules(const Config::Quantization& quantization, const Capability& capability,
                                 Progress& progress);

/// Takes away the choices of other modes than `approach` (auto: those that are there on request alone; qat keeps static
/// ones as well). Throws unsupported when nothing is left.
void keep_approach(Capability& capability, const std::string& approach);

/// "static", "dynamic", "weight_only", or several joined by "+", as the plan's ops are quantized.
std::string approach_of(const QuantizationPlan& plan);
/// The same; "qat" where the configuration has models trained.
std::string approach_of(const QuantizationPlan& plan, const Config& config);

/// The steps from the model to the one whose values are quantized, for the record: "prepare", and "train" under qat.
std::vector<std::string> preparation_steps(const Config& config);

/// A regular expression that matches this text alone.
std::string exact_pattern(const std::string& text);

}  // namespace halftone
