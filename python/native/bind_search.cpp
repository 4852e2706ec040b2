#include "halftone/tuning.h"
#include "native/errors.h"
#include "native/tensors.h"
#include "native/words.h"

namespace halftone::python {
namespace {

using nb::literals::operator""_a;

std::optional<QuantMode> mode_of(const std::string& word) {
  if (word.empty()) return std::nullopt;
  if (const auto mode = parse_word<QuantMode>(word)) return mode;
  throw Error(ErrorCode::invalid_argument, "there is no mode '" + word + "'", "static, dynamic or weight_only");
}

void bind_space(nb::module_& module) {
  nb::class_<SpaceUnit>(module, "SpaceUnit", "What one quantization unit may become in a search.")
      .def_ro("name", &SpaceUnit::name)
      .def_ro("type", &SpaceUnit::type)
      .def_ro("pattern", &SpaceUnit::pattern)
      .def_ro("ops", &SpaceUnit::ops)
      .def_ro("choices", &SpaceUnit::choices, "Best first; empty: float only.")
      .def_ro("reason", &SpaceUnit::reason)
      .def_ro("is_product", &SpaceUnit::is_product)
      .def("__repr__", [](const SpaceUnit& unit) { return "SpaceUnit('" + unit.name + "', '" + unit.pattern + "')"; });
  nb::class_<TuningSpace>(module, "TuningSpace", "All configurations that a search may propose.")
      .def_prop_ro("units", &TuningSpace::units)
      .def("unit", &TuningSpace::unit, "name"_a, nb::rv_policy::reference_internal)
      .def(
          "quantizable",
          [](const TuningSpace& space, const std::string& mode) { return space.quantizable(mode_of(mode)); },
          "mode"_a = "", "Names of the units that have a choice of that mode, in the order of the graph.")
      .def_prop_ro("modes", &TuningSpace::modes)
      .def_prop_ro("groups", &TuningSpace::groups)
      .def_prop_ro("blocks", &TuningSpace::blocks)
      .def("in_float", &TuningSpace::in_float, "Every unit in float.")
      .def("first_choices", &TuningSpace::first_choices, "mode"_a)
      .def("choice_index", &TuningSpace::choice_index, "config"_a, "unit"_a);
}

void bind_trials(nb::module_& module) {
  nb::class_<TrialMeasurement>(module, "TrialMeasurement", "What was measured of one model.")
      .def_ro("metrics", &TrialMeasurement::metrics)
      .def_ro("deltas", &TrialMeasurement::deltas)
      .def_ro("latency_ms", &TrialMeasurement::latency_ms)
      .def_ro("latency_ratio", &TrialMeasurement::latency_ratio)
      .def_ro("size_bytes", &TrialMeasurement::size_bytes)
      .def_ro("samples", &TrialMeasurement::samples)
      .def_ro("stopped_early", &TrialMeasurement::stopped_early)
      .def_ro("quantized_ops", &TrialMeasurement::quantized_ops);
  nb::class_<Proposal>(module, "Proposal", "A configuration that a strategy wants tried.")
      .def(
          "__init__",
          [](Proposal* self, const TuneConfig& config, std::string stage, std::string changes) {
            new (self) Proposal{config, std::move(stage), std::move(changes)};
          },
          "config"_a, "stage"_a = "search", "changes"_a = "another configuration")
      .def_rw("config", &Proposal::config)
      .def_rw("stage", &Proposal::stage)
      .def_rw("changes", &Proposal::changes);
  nb::class_<Trial>(module, "Trial", "A finished trial; trial 0 is float.")
      .def_ro("id", &Trial::id)
      .def_ro("proposal", &Trial::proposal)
      .def_prop_ro("config", [](const Trial& trial) { return trial.proposal.config; })
      .def_ro("measured", &Trial::measured)
      .def_ro("met", &Trial::met, "Accuracy, and the speed-up where one is asked for.")
      .def_ro("margin", &Trial::margin)
      .def_ro("score", &Trial::score, "Higher is better; at least -1 where the target is met.")
      .def_ro("error", &Trial::error)
      .def_prop_ro("failed", &Trial::failed)
      .def("__repr__", [](const Trial& trial) {
        return "Trial(" + std::to_string(trial.id) + ", " + (trial.met ? "met" : "not met") + ")";
      });
  nb::class_<TrialHistory>(module, "TrialHistory", "Every trial so far, float first.")
      .def_prop_ro("trials",
                   [](const TrialHistory& history) {
                     return std::vector<Trial>(history.trials().begin(), history.trials().end());
                   })
      .def_prop_ro("baseline", [](const TrialHistory& history) { return history.baseline(); })
      .def_prop_ro("last", [](const TrialHistory& history) { return history.trials().back(); })
      .def_prop_ro("any_met", &TrialHistory::any_met)
      .def(
          "find",
          [](const TrialHistory& history, const TuneConfig& config) -> std::optional<Trial> {
            const Trial* found = history.find(config);
            return found == nullptr ? std::nullopt : std::optional(*found);
          },
          "config"_a, "The trial of that configuration, or None.")
      .def("__len__", [](const TrialHistory& history) { return history.trials().size(); });
}

std::optional<Sensitivity> parse_sensitivity(const std::string& word) {
  for (const Sensitivity measure :
       {Sensitivity::activation_error, Sensitivity::added_noise, Sensitivity::hessian_trace}) {
    if (to_string(measure) == word) return measure;
  }
  return std::nullopt;
}

/// What a Python strategy is made with. Python may keep it longer than the search lives.
struct SearchContext {
  TuningSpace space;
  TuneConfig initial;
  std::optional<TuneConfig> rival;
  std::uint64_t seed;
  SensitivitySource* source;  ///< null where there is none, and when the search is over

  std::map<std::string, double> sensitivity(const std::string& word, const TuneConfig& config) const {
    const auto measure = parse_sensitivity(word);
    if (!measure) throw Error(ErrorCode::invalid_argument, "there is no sensitivity '" + word + "'");
    if (source == nullptr || !source->has(*measure)) {
      throw Error(ErrorCode::configuration, "the backend cannot measure '" + word + "'");
    }
    const nb::gil_scoped_release unlocked;
    return source->measure(*measure, config);
  }
};

void bind_context(nb::module_& module) {
  nb::class_<SearchContext>(module, "StrategyContext", "What a strategy is made with.")
      .def_ro("space", &SearchContext::space)
      .def_ro("initial", &SearchContext::initial, "What `quantize` would take.")
      .def_ro("rival", &SearchContext::rival)
      .def_ro("seed", &SearchContext::seed)
      .def("sensitivity", &SearchContext::sensitivity, "measure"_a, "config"_a,
           "By unit, from one pass over a few samples: 'activation_error', 'added_noise' or 'hessian_trace'.");
}

/// A strategy that is a Python object with `next(history)`.
class PythonStrategy final : public Strategy {
 public:
  PythonStrategy(std::string name, HeldObject strategy, HeldObject context)
      : name_("strategy '" + std::move(name) + "'"), strategy_(std::move(strategy)), context_(std::move(context)) {}
  ~PythonStrategy() override {
    if (!can_take_lock()) return;
    const nb::gil_scoped_acquire lock;
    if (auto* context = nb::inst_ptr<SearchContext>(context_.get())) context->source = nullptr;
  }
  PythonStrategy(const PythonStrategy&) = delete;
  PythonStrategy& operator=(const PythonStrategy&) = delete;

  std::optional<Proposal> next(const TrialHistory& history) override {
    return call_python(name_, [&]() -> std::optional<Proposal> {
      const nb::object proposed = strategy_.get().attr("next")(TrialHistory(history));
      if (proposed.is_none()) return std::nullopt;
      if (nb::isinstance<TuneConfig>(proposed)) {
        return Proposal{nb::cast<TuneConfig>(proposed), name_, "another configuration"};
      }
      return nb::cast<Proposal>(proposed);
    });
  }

 private:
  std::string name_;
  HeldObject strategy_;
  HeldObject context_;
};

std::unique_ptr<Strategy> make_python_strategy(const std::string& name, const HeldObject& make,
                                               const StrategyContext& context) {
  return call_python("making strategy '" + name + "'", [&] {
    const nb::object told =
        nb::cast(SearchContext{context.space, context.initial, context.rival, context.seed, context.sensitivity});
    return std::make_unique<PythonStrategy>(name, HeldObject(nb::object(make.get()(told))), HeldObject(told));
  });
}

}  // namespace

void bind_search(nb::module_& module) {
  bind_space(module);
  bind_trials(module);
  bind_context(module);
  module.def(
      "add_strategy",
      [](const std::string& name, nb::callable make, bool replace) {
        const HeldObject held{nb::object(make)};
        add_strategy(
            name, [name, held](const StrategyContext& context) { return make_python_strategy(name, held, context); },
            replace);
      },
      "name"_a, "make"_a, "replace"_a = false);
  module.def("strategy_names", strategy_names, "Names of all strategies, built-in ones first.");
  module.def("config_id", config_id, "config"_a, "Equal names mean equal configurations.");
  module.def("with_float", with_float, "config"_a, "units"_a, "reason"_a,
             "The configuration with those units in float.");
}

}  // namespace halftone::python
