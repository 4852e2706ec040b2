#include "verbs/quantization_setup.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "halftone/error.h"
#include "report/recorded_plan.h"
#include "verbs/stopwatch.h"

namespace halftone {
namespace {

constexpr std::string_view kTrained = "qat";

QuantizationSetup read_model(VerbRun& run, const Config& config) {
  QuantizationSetup setup;
  setup.opened = run.open(config);
  const Stopwatch stopwatch;
  setup.prepared = setup.opened.adaptor->prepare(*setup.opened.model);
  setup.prepare_seconds = stopwatch.seconds();
  setup.load_seconds = setup.opened.load_seconds;
  setup.graph = setup.opened.adaptor->graph(*setup.prepared);
  setup.capability =
      setup.opened.adaptor->query_fw_capability(*setup.prepared, setup.graph, config.quantization.constraints);
  return setup;
}

std::string joined(const std::set<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : separator).append(word);
  return text;
}

void warn_of_broken_fusions(const std::vector<std::string>& broken, VerbRun& run) {
  if (broken.empty()) return;
  const std::size_t more = broken.size() - 1;
  run.warn(broken.front() + (more > 0 ? " (and " + std::to_string(more) + " more like it)" : ""));
}

}  // namespace

QuantizationSetup set_up_quantization(VerbRun& run, const Config& config) {
  QuantizationSetup setup = read_model(run, config);
  const std::vector<OpRule> rules = recipe_rules(config.quantization, setup.capability, run.progress());
  if (!rules.empty()) {
    // Rules break units, which only a query made under them shows.
    UserConstraints constraints = config.quantization.constraints;
    constraints.ops.insert(constraints.ops.begin(), rules.begin(), rules.end());
    setup.capability = setup.opened.adaptor->query_fw_capability(*setup.prepared, setup.graph, constraints);
  }
  keep_approach(setup.capability, config.quantization.approach);
  warn_of_broken_fusions(setup.capability.broken_fusions, run);
  return setup;
}

namespace {

/// Warns of ops that cannot use the range method asked for; throws configuration when none can.
void check_range_method(const TuneConfig& chosen, RangeMethod method, Progress& progress) {
  std::vector<std::string> others;
  std::size_t quantized = 0;
  for (const auto& [anchor, unit] : chosen.units) {
    if (!unit.choice || !is_static(*unit.choice)) continue;
    ++quantized;
    if (unit.choice->activation.range_method != method) others.push_back(anchor);
  }
  if (others.empty()) return;
  const std::string name(to_string(method));
  if (others.size() == quantized) {
    throw Error(ErrorCode::configuration, "no op of this model can use the range method '" + name + "'",
                "halftone query lists the methods of each op; user rules (op_types, ops) may exclude it");
  }
  progress.warn(std::to_string(others.size()) + " ops cannot use the range method '" + name +
                "' and keep their default, '" + others.front() + "' among them");
}

/// Throws configuration where the layout of conversions asks for what the format in use does not have.
void check_layout(const TuneConfig& chosen) {
  if (chosen.layout == ConversionLayout{}) return;
  bool any = false;
  for (const auto& [anchor, unit] : chosen.units) {
    if (!unit.choice || !is_static(*unit.choice)) continue;
    if (unit.choice->format != QuantFormat::qdq) {
      throw Error(ErrorCode::configuration,
                  std::string(chosen.layout.dedicated_pairs ? "dedicated_qdq_pairs" : "qdq_on_weights") +
                      " has no meaning in format " + std::string(to_string(unit.choice->format)),
                  "leave the recipe out, or write --format qdq");
    }
    any = true;
  }
  if (any) return;
  throw Error(ErrorCode::configuration,
              std::string(chosen.layout.dedicated_pairs ? "dedicated_qdq_pairs" : "qdq_on_weights") +
                  " has no effect: no op is quantized statically",
              "leave the recipe out; halftone plan MODEL gives the reason for each op");
}

}  // namespace

bool is_static(const OpChoice& choice) {
  return choice.quant_mode == QuantMode::static_ || choice.quant_mode == QuantMode::qat;
}

void require_training(const Hooks& hooks, const Config& config) {
  const bool is_asked_for = config.quantization.approach == kTrained;
  if (is_asked_for && !hooks.q_func) {
    throw Error(ErrorCode::configuration, "approach qat needs a training function",
                "call halftone.quantize(..., q_func=...) from Python or Adaptor::quantize from C++");
  }
  if (hooks.q_func && !is_asked_for) {
    throw Error(ErrorCode::configuration, "a training function is given, but the approach is not qat",
                "choose approach qat, or leave q_func out");
  }
}

TuneConfig choose_config(const QuantizationSetup& setup, const Config& config, Progress& progress) {
  const std::optional<RangeMethod> method = config.quantization.range_method;
  TuneConfig chosen = default_config(setup.graph, setup.capability, method);
  chosen.tensors = given_parameters(setup.graph, config.quantization.tensors);
  chosen.layout = config.quantization.layout;
  if (method) check_range_method(chosen, *method, progress);
  check_layout(chosen);
  return chosen;
}

QuantizationPlan outline_of(const QuantizationSetup& setup, const TuneConfig& chosen) {
  if (setup.opened.adaptor->only_quantizes()) return plan_as_chosen(setup.graph, setup.capability, chosen);
  return make_plan(setup.graph, setup.capability, chosen, nullptr);
}

bool needs_calibration(const QuantizationSetup& setup, const QuantizationPlan& outline, const Config& config) {
  if (!setup.opened.adaptor->only_quantizes()) return !outline.observed_tensors().empty();
  if (config.quantization.approach == kTrained) return false;
  return std::ranges::any_of(outline.ops, [](const OpPlan& op) { return op.choice && is_static(*op.choice); });
}

std::optional<TuneConfig> rival_of(const QuantizationSetup& setup, const TuneConfig& chosen, const Config& config) {
  if (setup.opened.adaptor->only_quantizes() || config.quantization.approach == kTrained) return std::nullopt;
  return closer_to_float_rival(setup.graph, setup.capability, chosen);
}

std::vector<OpRule> recipe_rules(const Config::Quantization& quantization, const Capability& capability,
                                 Progress& progress) {
  const std::pair<std::string, const std::string*> recipes[] = {
      {"first_conv_or_matmul", &quantization.first_conv_or_matmul},
      {"last_conv_or_matmul", &quantization.last_conv_or_matmul},
      {"pre_post_process", &quantization.pre_post_process},
  };
  std::set<std::string> names;
  for (const auto& [recipe, precision] : recipes) {
    if (*precision != "fp32") continue;
    const auto group = capability.groups.find(recipe);
    if (group == capability.groups.end() || group->second.empty()) {
      progress.warn("recipe " + recipe + ": fp32 has no effect, the model has no such op");
      continue;
    }
    names.insert(group->second.begin(), group->second.end());
  }
  std::vector<OpRule> rules;
  for (const std::string& name : names) {
    OpRule rule;
    rule.pattern = exact_pattern(name);
    rule.keep_float = true;
    rules.push_back(std::move(rule));
  }
  return rules;
}

namespace {

/// The pieces of other cuts are narrowed as the units are.
template <typename Narrow>
void narrow_pieces(Capability& capability, Narrow narrow) {
  for (FusedPattern& fusion : capability.fusions) {
    for (std::vector<UnitCapability>& pieces : fusion.alternatives) {
      for (UnitCapability& piece : pieces) narrow(piece);
    }
  }
}

// A backend that has nothing else was asked for by its name.
bool all_on_request(const Capability& capability) {
  return std::ranges::all_of(capability.units, [](const UnitCapability& unit) {
    return std::ranges::all_of(unit.choices,
                               [](const OpChoice& choice) { return choice.advice == Advice::on_request; });
  });
}

// An approach asks for what it has on request alone only where it has nothing else.
void drop_requests_beside_others(UnitCapability& unit) {
  const auto on_request = [](const OpChoice& choice) { return choice.advice == Advice::on_request; };
  if (!std::ranges::all_of(unit.choices, on_request)) std::erase_if(unit.choices, on_request);
}

void drop_on_request(UnitCapability& unit) {
  if (unit.choices.empty()) return;
  const std::string mode(to_string(unit.choices.front().quant_mode));
  std::erase_if(unit.choices, [](const OpChoice& choice) { return choice.advice == Advice::on_request; });
  if (unit.choices.empty()) unit.reason = "auto leaves it in float; approach " + mode + " quantizes it";
}

void keep_mode(UnitCapability& unit, const std::string& approach) {
  if (unit.choices.empty()) return;
  std::erase_if(unit.choices, [&](const OpChoice& choice) {
    return approach == kTrained ? !is_static(choice) : to_string(choice.quant_mode) != approach;
  });
  drop_requests_beside_others(unit);
  if (unit.choices.empty()) unit.reason = "the backend has no " + approach + " quantization for it";
}

}  // namespace

void keep_approach(Capability& capability, const std::string& approach) {
  if (approach.empty() || approach == "auto") {
    if (all_on_request(capability)) return;
    for (UnitCapability& unit : capability.units) drop_on_request(unit);
    narrow_pieces(capability, drop_on_request);
    return;
  }
  bool any_left = false;
  for (UnitCapability& unit : capability.units) {
    keep_mode(unit, approach);
    any_left = any_left || !unit.choices.empty();
  }
  narrow_pieces(capability, [&](UnitCapability& piece) { keep_mode(piece, approach); });
  if (any_left) return;
  throw Error(ErrorCode::unsupported, "no op of this model can be quantized by the approach '" + approach + "'",
              "halftone query MODEL lists what the backend can do; approach auto takes what it advises");
}

std::string approach_of(const QuantizationPlan& plan) {
  std::set<std::string> modes;
  for (const OpPlan& op : plan.ops) {
    if (op.quantized && op.choice) modes.emplace(to_string(op.choice->quant_mode));
  }
  return joined(modes, "+");
}

std::string approach_of(const QuantizationPlan& plan, const Config& config) {
  const bool is_trained = config.quantization.approach == kTrained && plan.quantized_ops() > 0;
  return is_trained ? std::string(kTrained) : approach_of(plan);
}

std::vector<std::string> preparation_steps(const Config& config) {
  std::vector<std::string> steps{"prepare"};
  if (config.quantization.approach == kTrained) steps.emplace_back(kTrainingStep);
  return steps;
}

std::string exact_pattern(const std::string& text) {
  static constexpr std::string_view kSpecial = R"(\^$.|?*+()[]{})";
  std::string pattern;
  for (const char letter : text) {
    if (kSpecial.find(letter) != std::string_view::npos) pattern += '\\';
    pattern += letter;
  }
  return pattern;
}

}  // namespace halftone
