#include "conformance/conformance.h"

#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <set>
#include <sstream>

#include "capability/op_choices.h"
#include "halftone/data.h"
#include "halftone/error.h"
#include "halftone/plugin.h"

namespace halftone::conformance {
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

// A choice for an op that the backend does not offer to quantize, to see what the framework would make of it.
OpChoice forced_choice(const GraphView& graph, OpId op, const QueryBackendCapability& query) {
  const Alternative& usual = query.get_quantization_capability().begin()->second.front();
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
  return runs_alike(std::move(choice), wanted);
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

// The ways of running an op that the lists of its alternatives come to.
std::vector<OpChoice> ways_of(const std::vector<Alternative>& alternatives) {
  std::vector<OpChoice> ways;
  for (const Alternative& alternative : alternatives) {
    for (OpChoice& choice : expand(alternative, false)) {
      const bool known = std::ranges::any_of(ways, [&](const OpChoice& way) { return runs_alike(way, choice); });
      if (!known) ways.push_back(std::move(choice));
    }
  }
  return ways;
}

bool is_beside_others(const OpChoice& way, const std::vector<Alternative>& alternatives) {
  return way.advice == Advice::on_request && alternatives.front().advice != Advice::on_request;
}

UnitCapability& unit_of(Capability& capability, OpId op) {
  return *std::find_if(capability.units.begin(), capability.units.end(), [&](const UnitCapability& unit) {
    return std::find(unit.unit.ops.begin(), unit.unit.ops.end(), op) != unit.unit.ops.end();
  });
}

void describe_execution(const OpModelMaker& maker, const std::vector<ExecutedOp>& executed, int conversions,
                        Trial& trial) {
  int converting = 0, in_float = 0;
  for (const ExecutedOp& op : executed) {
    const bool converts = maker.is_conversion(op.type);
    converting += converts ? 1 : 0;
    in_float += !converts && !op.low_precision ? 1 : 0;
    trial.executed.push_back(op.type + (op.low_precision ? "*" : ""));
    if (op.low_precision && maker.is_kernel_of(op.type, trial.op_type)) trial.kernel_in_low_precision = true;
  }
  trial.all_in_low_precision = in_float == 0 && converting <= conversions;
}

}  // namespace

void Conformance::SetUp() {
  AdaptorOptions options;
  options.key = GetParam().key;
  options.target = make_target("vnni");
  try {
    adaptor_ = PluginRegistry::from_folders({HALFTONE_PLUGINS}).make(options);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::framework_missing) throw;
    GTEST_SKIP() << "SKIPPED: " << error.message();
  }
  maker_ = GetParam().maker();
  std::string pattern = (std::filesystem::temp_directory_path() / "halftone-conformance-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
}

void Conformance::TearDown() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Trial Conformance::try_model(const std::string& op_type, const OpModel& model,
                             const std::optional<OpChoice>& wanted) const {
  const ErrorContext frame([&] { return "model " + op_type + " " + model.variant; });
  Trial trial{.op_type = op_type, .variant = model.variant, .wanted = wanted};
  run_trial(model, trial);
  return trial;
}

Trial Conformance::force_model(const std::string& op_type, const OpModel& model) const {
  Trial trial{.op_type = op_type, .variant = model.variant, .forced = true};
  try {
    run_trial(model, trial);
  } catch (const Error& error) {
    trial.failure = error.message();
  }
  return trial;
}

void Conformance::run_trial(const OpModel& op_model, Trial& trial) const {
  const auto model = adaptor_->prepare(*adaptor_->load({op_model.file, {}}));
  const GraphView graph = adaptor_->graph(*model);
  const OpId op = graph.find_op(op_model.op).value();
  Capability capability = adaptor_->query_fw_capability(*model);
  if (trial.forced) unit_of(capability, op).choices = {forced_choice(graph, op, adaptor_->query())};
  const TuneConfig config = config_of(graph, capability, trial.wanted);

  const QuantizationPlan outline = make_plan(graph, capability, config, nullptr);
  const CalibrationTable table = adaptor_->calibrate(*model, outline.observed_tensors(),
                                                     random_data(*model, 1, kCalibrationItems), {.threads = 1});
  const QuantizationPlan plan = make_plan(graph, capability, config, &table);
  const OpPlan& planned = *std::ranges::find(plan.ops, op_model.op, &OpPlan::name);
  if (planned.quantized) {
    trial.claim = planned.choice->runs;
    if (planned.weight) trial.weight = planned.weight->spec;
  }
  trial.reason = planned.reason;
  for (const OpPlan& each : plan.ops) {
    if (each.weight) trial.fewest_bits = std::min(trial.fewest_bits, bit_width(each.weight->spec.dtype));
  }
  const auto quantized = adaptor_->convert(*model, plan);
  describe_execution(*maker_, adaptor_->executed_ops(*quantized).value(),
                     plan.conversions.quantize + plan.conversions.dequantize, trial);
  trial.sqnr_db = sqnr_of(*adaptor_, *model, *quantized);
}

std::filesystem::path Conformance::page() const { return std::filesystem::path(ADAPTOR_PAGES) / GetParam().page; }

std::string Conformance::mark() const {
  const FrameworkVersion framework = adaptor_->framework();
  return GetParam().key + " with " + framework.name + " " + framework.version;
}

std::vector<Alternative> Conformance::alternatives_of(const std::string& op_type) const {
  const auto& all = adaptor_->query().get_quantization_capability();
  const auto found = all.find(op_type);
  return found == all.end() ? std::vector<Alternative>{} : found->second;
}

std::vector<Trial> Conformance::try_op_type(const std::string& op_type) const {
  const std::vector<Alternative> alternatives = alternatives_of(op_type);
  std::vector<Trial> trials;
  for (const OpModel& model : maker_->models_of(op_type, folder_)) {
    Trial first = try_model(op_type, model);
    const bool has_weight = first.weight.has_value(), offered = first.offered();
    std::vector<OpChoice> ways = offered ? ways_of(alternatives) : std::vector<OpChoice>{};
    // A model without a constant weight runs the same whatever is wanted of weights.
    std::erase_if(ways, [&](const OpChoice& way) { return way.weight.has_value() != has_weight; });
    if (ways.empty()) trials.push_back(std::move(first));
    if (!offered) trials.push_back(force_model(op_type, model));
    for (OpChoice& way : ways) {
      Trial trial = try_model(op_type, model, way);
      trial.beside_others = is_beside_others(way, alternatives);
      trials.push_back(std::move(trial));
    }
  }
  return trials;
}

std::string Trial::weights() const {
  if (!weight) return "";
  std::string text(to_string(weight->dtype));
  text.append(" ").append(to_string(weight->scheme)).append(" ").append(to_string(weight->granularity));
  if (weight->granularity == Granularity::per_group) text += " " + std::to_string(weight->group_size);
  if (wanted && wanted->quant_mode == QuantMode::weight_only)
    text += ", by " + std::string(to_string(wanted->activation.dtype));
  return text;
}

std::string Trial::activations() const {
  if (!beside_others) return "";
  return std::string(to_string(wanted->activation.dtype)) + " " + std::string(to_string(wanted->activation.scheme)) +
         (weight ? " × " : "");
}

std::string to_table(const std::vector<Trial>& trials) {
  std::ostringstream text;
  text << std::left << std::setw(18) << "op" << std::setw(24) << "variant" << std::setw(44) << "weights"
       << std::setw(15) << "file says" << std::right << std::setw(8) << "dB"
       << "  executed (* in low precision)\n";
  for (const Trial& trial : trials) {
    std::string executed;
    for (const std::string& type : trial.executed) executed += (executed.empty() ? "" : " ") + type;
    if (!trial.reason.empty()) executed += " (" + trial.reason + ")";
    text << std::left << std::setw(18) << trial.op_type << std::setw(24) << trial.variant << std::setw(44)
         << trial.activations() + trial.weights() << std::setw(15)
         << (trial.forced  ? "(forced)"
             : trial.claim ? to_string(*trial.claim)
                           : "float")
         << std::right << std::setw(8) << std::fixed << std::setprecision(1) << trial.sqnr_db << "  "
         << (trial.failure.empty() ? executed : "refused: " + trial.failure) << "\n";
  }
  return text.str();
}

}  // namespace halftone::conformance
