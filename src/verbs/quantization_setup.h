#pragma once

#include <memory>
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

/// Rules that keep the groups of the recipes set to fp32 in float, by the exact names of their ops. Warns of a recipe
/// whose group is empty.
std::vector<OpRule> recipe_rules(const Config::Quantization& quantization, const Capability& capability,
                                 Progress& progress);

/// Takes away the choices of other modes than `approach` (auto: those that are there on request alone). Throws
/// unsupported when nothing is left.
void keep_approach(Capability& capability, const std::string& approach);

/// "static", "dynamic", "weight_only", or several joined by "+", as the plan's ops are quantized.
std::string approach_of(const QuantizationPlan& plan);

/// A regular expression that matches this text alone.
std::string exact_pattern(const std::string& text);

}  // namespace halftone
