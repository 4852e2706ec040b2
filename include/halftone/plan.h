#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "halftone/calibration.h"
#include "halftone/capability.h"
#include "halftone/graph.h"
#include "halftone/quantization.h"

namespace halftone {

/// What was chosen for one unit: a way of running it, or float with the reason.
struct UnitChoice {
  std::optional<OpChoice> choice;
  std::string reason;
  friend bool operator==(const UnitChoice&, const UnitChoice&) = default;
};

/// Scale and zero point as they are to be written.
struct GivenScale {
  float scale = 1;
  std::int32_t zero_point = 0;
  friend bool operator==(const GivenScale&, const GivenScale&) = default;
};
/// What a user gives for an activation in place of what calibration would say: its range, or its parameters themselves.
using GivenParameters = std::variant<Range, GivenScale>;

/// Parameters for the tensors whose whole name a regular expression matches.
struct TensorRule {
  std::string pattern;
  GivenParameters parameters;
};
/// The parameters that rules give to the tensors of a graph; of several rules for one tensor the last counts. Throws
/// configuration when a rule matches no tensor (naming the nearest) or constants alone.
std::map<std::string, GivenParameters> given_parameters(const GraphView& graph, const std::vector<TensorRule>& rules);

/// Where formats that write conversions as ops of their own put them. Values are the same under each.
struct ConversionLayout {
  bool dedicated_pairs = false;   ///< each reader of a tensor has conversions of its own
  bool pairs_on_weights = false;  ///< weights stay in float, with conversions to integers and back behind them
  friend bool operator==(const ConversionLayout&, const ConversionLayout&) = default;
};

/// One choice for each unit, by the name of its anchor op; parameters for some tensors; how conversions are written.
struct TuneConfig {
  std::map<std::string, UnitChoice> units;
  std::map<std::string, GivenParameters> tensors;
  ConversionLayout layout;
  friend bool operator==(const TuneConfig&, const TuneConfig&) = default;
};

/// The first choice of every unit, under an activation range method where one is given.
TuneConfig default_config(const GraphView& graph, const Capability& capability, std::optional<RangeMethod> method);

/// `config` with every unit that has a choice advised where it is closer to float in that choice, except where it takes
/// its input from an op that would fall back to float for want of a reader in integers; absent where nothing differs.
std::optional<TuneConfig> closer_to_float_rival(const GraphView& graph, const Capability& capability,
                                                const TuneConfig& config);

/// A tensor that carries quantized values between ops.
struct TensorPlan {
  std::string tensor;
  QuantSpec spec;
  std::optional<QuantParams> params;  ///< absent in a plan made without calibration
  int group = 0;                      ///< tensors of one group share their parameters
  bool produced_quantized = false;    ///< its producer gives it quantized; else a conversion stands before the readers
};

/// A constant that one op reads quantized.
struct ConstantPlan {
  std::string tensor;
  int input = 0;  ///< index among the op's inputs
  QuantSpec spec;
  std::optional<QuantParams> params;
  std::vector<float> correction;  ///< for a bias: added to its values before they are quantized; empty for none
};

struct OpPlan {
  std::string name;
  std::string type;
  std::string pattern;  ///< of its unit
  bool quantized = false;
  bool is_anchor = false;             ///< the op of its unit that reads the quantized inputs
  std::optional<OpChoice> choice;     ///< for quantized ops
  std::string reason;                 ///< for float ops: why
  std::vector<int> quantized_inputs;  ///< inputs (activations) this op reads quantized
  std::vector<int> dynamic_inputs;    ///< inputs it reads in float and quantizes by their own range at each run
  std::optional<ConstantPlan> weight;
  std::optional<ConstantPlan> recurrent_weight;  ///< of ops with a state: what it is multiplied by
  std::optional<ConstantPlan> bias;
  std::vector<ConstantPlan> constant_activations;
  /// Its inputs are quantized at each run, by their own ranges.
  bool is_dynamic() const { return quantized && choice && choice->quant_mode == QuantMode::dynamic; }
  /// Its weight alone is quantized. Where that is done in groups, `weight` has no parameters: there are too many to be
  /// kept, and they follow from the values.
  bool is_weight_only() const { return quantized && choice && choice->quant_mode == QuantMode::weight_only; }
};

/// Where float and low precision meet.
struct ConversionCount {
  int quantize = 0;    ///< tensors converted to low precision at run time
  int dequantize = 0;  ///< tensors converted back
  int islands = 0;     ///< connected regions of low precision
};

/// What a configuration means for each tensor and op of one prepared model; everything an adaptor needs to rewrite it.
struct QuantizationPlan {
  std::vector<OpPlan> ops;                          ///< one for each op of the graph, in its order
  std::vector<TensorPlan> tensors;                  ///< activations, in the order of the graph
  std::map<int, std::vector<std::string>> sources;  ///< group → tensors whose statistics decide its parameters
  ConversionCount conversions;
  ConversionLayout layout;
  std::vector<std::string> warnings;

  const TensorPlan* find_tensor(std::string_view name) const;
  std::size_t quantized_ops() const;
  /// Tensors whose statistics the parameters need, sorted.
  std::vector<std::string> observed_tensors() const;
};

/// What planning works out of weights and statistics, kept for further plans of one prepared model from one table: a
/// search plans the same tensors over and over. Thread safe.
class PlanningCache {
 public:
  /// The value of a key, worked out the first time it is asked for. Keys name tensors and specs.
  Range range(const std::string& key, const std::function<Range()>& work_out);
  QuantParams parameters(const std::string& key, const std::function<QuantParams()>& work_out);
  std::vector<float> correction(const std::string& key, const std::function<std::vector<float>()>& work_out);

 private:
  std::mutex mutex_;
  std::map<std::string, Range> ranges_;
  std::map<std::string, QuantParams> parameters_;
  std::map<std::string, std::vector<float>> corrections_;
};

/// Decides specs, places of conversion, shared scales and reasons. Without a table (null), parameters stay absent.
/// A unit whose tensors the table has not seen is left in float, with that reason. Throws invalid_data when the
/// statistics of a tensor hold NaN or infinities, and configuration when given parameters do not fit the type they are
/// for, or differ within a group. `cache` changes nothing but the time it takes; null: none.
QuantizationPlan make_plan(const GraphView& graph, const Capability& capability, const TuneConfig& config,
                           const CalibrationTable* table, PlanningCache* cache = nullptr);

/// What a configuration says, taken at its word: every op of a unit with a choice is quantized so. Nothing is placed
/// and no tensor has parameters: for adaptors that plan themselves.
QuantizationPlan plan_as_chosen(const GraphView& graph, const Capability& capability, const TuneConfig& config);

}  // namespace halftone
