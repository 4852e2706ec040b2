#include "conformance/op_trial.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "capability/op_choices.h"
#include "halftone/data.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kCalibrationItems = 16;
constexpr std::size_t kJudgedItems = 4;

DataLoader random_data(const Model& model, int seed, std::size_t items) {
  const std::vector<TensorSignature> signatures = model.inputs();
  return {open_data("random:" + std::to_string(seed), signatures), signatures, items, 0};
}

// Calibration and judgement on different draws of the same distribution.
double sqnr_of(const Adaptor& adaptor, const Model& reference, const Model& quantized) {
  const auto float_session = adaptor.open(reference, {.threads = 1});
  const auto session = adaptor.open(quantized, {.threads = 1});
  const DataLoader data = random_data(reference, 2, kJudgedItems);
  double signal = 0, noise = 0;
  for (std::size_t i = 0; i < kJudgedItems; ++i) {
    const DataItem item = data.item(i);
    const NamedTensors expected = float_session->run(item.inputs), actual = session->run(item.inputs);
    if (expected.size() != actual.size()) return -std::numeric_limits<double>::infinity();
    for (std::size_t output = 0; output < expected.size(); ++output) {
      const std::vector<float> x = expected[output].value.to_floats(), y = actual[output].value.to_floats();
      if (x.size() != y.size()) return -std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < x.size(); ++k) {
        signal += static_cast<double>(x[k]) * x[k];
        noise += (static_cast<double>(x[k]) - y[k]) * (static_cast<double>(x[k]) - y[k]);
      }
    }
  }
  return noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(signal / noise);
}

// A choice for an op that the backend does not offer to quantize, to see what the framework would make of it: in the
// mode that its other ops have.
OpChoice forced_choice(const GraphView& graph, OpId op, const QueryBackendCapability& query) {
  const auto& offered = query.get_quantization_capability();
  const Alternative usual = offered.empty() ? Alternative{} : offered.begin()->second.front();
  OpChoice choice{.quant_mode = usual.quant_mode,
                  .format = usual.format,
                  .activation = {.dtype = DType::u8},
                  .runs = Runs::float_between};
  const TensorId weight = graph.input_with_role(op, InputRole::weight);
  if (weight != kNone && graph.tensor(weight).is_constant()) {
    choice.weight = QuantSpec{.dtype = DType::s8, .scheme = Scheme::symmetric, .granularity = Granularity::per_channel};
  }
  return choice;
}

// Range methods aside, which decide numbers and no kernel.
bool runs_alike(OpChoice one, OpChoice other) {
  one.activation.range_method = other.activation.range_method;
  return one.quant_mode == other.quant_mode && one.weight == other.weight && one.activation == other.activation;
}

// What passes between ops has to be the same for all; a weight, for those that have one.
bool suits(OpChoice choice, const OpChoice& wanted) {
  if (!choice.weight || !wanted.weight) choice.weight = wanted.weight;
  return runs_alike(choice, wanted);
}

TuneConfig config_of(const GraphView& graph, const Capability& capability, const std::optional<OpChoice>& wanted) {
  TuneConfig config = default_config(graph, capability, std::nullopt);
  for (const UnitCapability& unit : capability.units) {
    for (const OpChoice& choice : unit.choices) {
      if (!wanted || !suits(choice, *wanted)) continue;
      config.units[graph.op(unit.unit.anchor()).name].choice = choice;
      break;
    }
  }
  return config;
}

UnitCapability& unit_of(Capability& capability, OpId op) {
  return *std::find_if(capability.units.begin(), capability.units.end(), [&](const UnitCapability& unit) {
    return std::find(unit.unit.ops.begin(), unit.unit.ops.end(), op) != unit.unit.ops.end();
  });
}

OpId op_under_test(const GraphView& graph, const OpModel& op_model) {
  const std::optional<OpId> op = graph.find_op(op_model.op);
  if (op) return *op;
  throw Error(ErrorCode::invalid_argument,
              "the prepared model '" + op_model.file.string() + "' has no op '" + op_model.op + "'",
              "OpModel::op is the name that the op has after Adaptor::prepare");
}

void describe_plan(const QuantizationPlan& plan, const std::string& op, ConformanceTrial& trial) {
  const auto planned = std::ranges::find(plan.ops, op, &OpPlan::name);
  if (planned == plan.ops.end()) {
    trial.reason = "the plan does not have it";
    return;
  }
  if (planned->quantized && planned->choice) {
    trial.claim = planned->choice->runs;
    if (planned->weight) trial.weight = planned->weight->spec;
  }
  trial.reason = planned->reason;
  for (const OpPlan& each : plan.ops) {
    if (each.weight) trial.fewest_bits = std::min(trial.fewest_bits, bit_width(each.weight->spec.dtype));
  }
}

/// `conversions`: the most that may be executed.
void describe_execution(const OpModelMaker& maker, const std::vector<ExecutedOp>& executed, int conversions,
                        ConformanceTrial& trial) {
  trial.execution_known = true;
  int converting = 0, in_float = 0;
  for (const ExecutedOp& op : executed) {
    const bool converts = maker.is_conversion(op.type);
    converting += converts ? 1 : 0;
    in_float += !converts && !op.low_precision ? 1 : 0;
    trial.executed.push_back(op.type + (op.low_precision ? "*" : ""));
    if (!op.low_precision) continue;
    const bool is_kernel = maker.is_kernel_of(op.type, trial.op_type);
    trial.kernel_in_low_precision = trial.kernel_in_low_precision || is_kernel;
    const bool of_a_piece =
        std::ranges::any_of(trial.pattern, [&](const std::string& type) { return maker.is_kernel_of(op.type, type); });
    trial.one_kernel = trial.one_kernel && (is_kernel || !of_a_piece);
  }
  trial.all_in_low_precision = in_float == 0 && converting <= conversions;
}

}  // namespace

std::vector<OpChoice> ways_of(const std::vector<Alternative>& alternatives) {
  std::vector<OpChoice> ways;
  for (const Alternative& alternative : alternatives) {
    for (const OpChoice& choice : expand(alternative, false)) {
      const bool known = std::ranges::any_of(ways, [&](const OpChoice& way) { return runs_alike(way, choice); });
      if (!known) ways.push_back(choice);
    }
  }
  return ways;
}

void run_trial(const Adaptor& adaptor, const OpModelMaker& maker, const OpModel& op_model, ConformanceTrial& trial) {
  const auto model = adaptor.prepare(*adaptor.load({op_model.file, {}}));
  const GraphView graph = adaptor.graph(*model);
  const OpId op = op_under_test(graph, op_model);
  Capability capability = adaptor.query_fw_capability(*model);
  if (trial.forced) unit_of(capability, op).choices = {forced_choice(graph, op, adaptor.query())};
  const TuneConfig config = config_of(graph, capability, trial.wanted);

  const DataLoader data = random_data(*model, 1, kCalibrationItems);
  const QuantizeResult quantized =
      adaptor.quantize(config, *model, capability, &data, {.threads = 1, .correct_bias = false});
  describe_plan(quantized.plan, op_model.op, trial);
  // Who plans alone does not say how many conversions there have to be.
  const int conversions = adaptor.only_quantizes()
                              ? std::numeric_limits<int>::max()
                              : quantized.plan.conversions.quantize + quantized.plan.conversions.dequantize;
  if (const auto executed = adaptor.executed_ops(*quantized.model))
    describe_execution(maker, *executed, conversions, trial);
  trial.sqnr_db = sqnr_of(adaptor, *model, *quantized.model);
}

}  // namespace halftone
