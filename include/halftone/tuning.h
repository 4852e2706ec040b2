#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/capability.h"
#include "halftone/evaluation.h"
#include "halftone/graph.h"
#include "halftone/plan.h"

namespace halftone {

/// What one quantization unit may become in a search.
struct SpaceUnit {
  std::string name;               ///< of its anchor op, as in TuneConfig::units
  std::string type;               ///< of its anchor op
  std::string pattern;            ///< "Conv + Relu"; the op type for a single op
  std::vector<std::string> ops;   ///< names, in order of data
  std::vector<OpChoice> choices;  ///< best first; empty: float only
  std::string reason;             ///< why there are none
  bool is_product = false;
};

/// All configurations that a search may propose: the choices of each unit, and float for any of them. Units stand in
/// the order of the graph.
class TuningSpace {
 public:
  TuningSpace(const GraphView& graph, const Capability& capability);
  /// From its parts. Throws invalid_argument for two units of one name, and for groups and blocks of unknown ops.
  TuningSpace(std::vector<SpaceUnit> units, std::map<std::string, std::vector<std::string>> groups,
              std::vector<std::vector<std::string>> blocks);

  const std::vector<SpaceUnit>& units() const { return units_; }
  /// By the name of its anchor; throws invalid_argument naming the nearest.
  const SpaceUnit& unit(const std::string& name) const;
  /// Names of the units that have a choice of that mode (of any, where absent), in the order of the graph.
  std::vector<std::string> quantizable(std::optional<QuantMode> mode = std::nullopt) const;
  /// Modes of the space, static first, then dynamic and weight-only.
  std::vector<QuantMode> modes() const;
  /// Units of first_conv_or_matmul, last_conv_or_matmul and pre_post_process that have choices.
  const std::map<std::string, std::vector<std::string>>& groups() const { return groups_; }
  /// Units of each transformer block that have choices, the last block first.
  const std::vector<std::vector<std::string>>& blocks() const { return blocks_; }

  /// Every unit in float.
  TuneConfig in_float() const;
  /// Every unit that has a choice of the mode takes the first of them; the others the first they have.
  TuneConfig first_choices(QuantMode mode) const;
  /// Which choice of its unit a configuration takes; -1 for float. Throws invalid_argument for what is in no unit's
  /// list.
  int choice_index(const TuneConfig& config, const SpaceUnit& unit) const;

 private:
  std::vector<SpaceUnit> units_;
  std::map<std::string, std::size_t> by_name_;
  std::map<std::string, std::vector<std::string>> groups_;
  std::vector<std::vector<std::string>> blocks_;
};

/// Names a configuration within its space: equal names mean equal configurations.
std::string config_id(const TuneConfig& config);

/// `config` with those units in float, for that reason.
TuneConfig with_float(TuneConfig config, const std::vector<std::string>& units, const std::string& reason);
/// How many units of a configuration are quantized.
std::size_t quantized_units(const TuneConfig& config);

enum class Verdict;

/// What was measured of one model, and compared with float on the same samples and in the same moments.
struct TrialMeasurement {
  std::map<std::string, Estimate> metrics;         ///< by name
  std::map<std::string, Estimate> deltas;          ///< paired, trial - float; for metrics that float has too
  std::optional<double> latency_ms;                ///< median
  std::optional<Estimate> latency_ratio;           ///< median of paired trial / float
  std::uint64_t size_bytes = 0;                    ///< of the model's file
  std::optional<std::uint64_t> peak_memory_bytes;  ///< of a process that runs it
  std::uint64_t samples = 0;                       ///< that were evaluated
  bool stopped_early = false;                      ///< the verdict was certain before the data were through
  std::size_t ops = 0;                             ///< of the prepared model
  std::size_t quantized_ops = 0;
  ConversionCount conversions;
  std::map<std::string, double> seconds;  ///< plan, convert, evaluate, benchmark, save
};

/// A configuration that a strategy wants tried.
struct Proposal {
  TuneConfig config;
  std::string stage;    ///< what part of the strategy it belongs to, e.g. "fallback one by one"
  std::string changes;  ///< what is different, for people: "conv1 in float"
};

/// A finished trial. Trial 0 is float.
struct Trial {
  int id = 0;
  Proposal proposal;
  TrialMeasurement measured;
  std::optional<Verdict> accuracy;  ///< what the criteria say; absent for float and for trials that failed
  bool met = false;                 ///< accuracy, and the speed-up where one is asked for
  /// How far it is above what it must reach, in units of what it may lose; negative where it misses. Of several
  /// criteria the least; infinite where there are none, and minus infinity for trials that failed.
  double margin = 0;
  /// One number for searches that need one, higher is better: at least -1 where the target is met (the share of float's
  /// cost that is saved), between -2 and -1 where it is not (the nearer the higher).
  double score = 0;
  std::string error;  ///< why it failed; nothing was measured then
  bool failed() const { return !error.empty(); }
};

/// Every trial so far, float first. References to trials stay valid.
class TrialHistory {
 public:
  bool empty() const { return trials_.empty(); }
  const Trial& baseline() const { return trials_.front(); }
  const std::deque<Trial>& trials() const { return trials_; }
  /// The trial of that configuration, or null.
  const Trial* find(const TuneConfig& config) const;
  /// A trial other than float meets the target.
  bool any_met() const;
  Trial& add(Trial trial);

 private:
  std::deque<Trial> trials_;
  std::map<std::string, int> by_config_;
};

/// What a strategy may ask of models beside trials.
enum class Sensitivity {
  activation_error,  ///< noise over signal of each unit's result in the whole quantized model
  added_noise,       ///< the part of it that arises in the unit itself
  hessian_trace,     ///< curvature of the loss in the unit's weights
};
std::string_view to_string(Sensitivity measure);

/// Answers such questions. One question is one pass over a few samples, whatever the number of units.
class SensitivitySource {
 public:
  virtual ~SensitivitySource();
  virtual bool has(Sensitivity measure) const = 0;
  /// By unit; units without a number were not seen. Throws unsupported for what has() denies.
  virtual std::map<std::string, double> measure(Sensitivity measure, const TuneConfig& config) = 0;
};

/// Chooses what is tried next. It knows nothing of models, data and the rules by which trials are judged.
class Strategy {
 public:
  virtual ~Strategy();
  /// The next configuration, given all that came of the ones before; nullopt when it has no more. A configuration that
  /// was tried before is not tried again: the strategy is asked for the next one at once.
  virtual std::optional<Proposal> next(const TrialHistory& history) = 0;
  /// The last success is a step on a way that should be gone to its end, even where the search stops at a success.
  virtual bool improves_on_success() const { return false; }
};

/// What strategies are made from.
struct StrategyContext {
  const TuningSpace& space;
  TuneConfig initial;               ///< the backend's advice under the user's rules; what quantize would take
  std::optional<TuneConfig> rival;  ///< where the capability file wants another one tried beside it
  std::uint64_t seed = 0;
  SensitivitySource* sensitivity = nullptr;  ///< may be null
};

using StrategyFactory = std::function<std::unique_ptr<Strategy>(const StrategyContext&)>;

/// Makes a strategy by name. Throws invalid_argument naming the nearest, and configuration where the backend lacks a
/// skill that it needs.
std::unique_ptr<Strategy> make_strategy(const std::string& name, const StrategyContext& context);
/// Names for help texts, built-in ones first.
std::vector<std::string> strategy_names();
/// Adds a strategy of the calling program for the rest of the process. Throws invalid_argument for a built-in name, and
/// for one that was added before unless `replace` is set. Strategies of plugins need not be added: their manifests name
/// them.
void add_strategy(const std::string& name, StrategyFactory factory, bool replace = false);

}  // namespace halftone
