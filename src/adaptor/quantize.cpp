#include <chrono>
#include <set>

#include "adaptor/known_statistics.h"
#include "adaptor/timed_pass.h"
#include "halftone/adaptor.h"
#include "halftone/error.h"
#include "planning/bias_correction.h"

namespace halftone {
namespace {

class Clock {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// What one or several configurations have to see of the data.
struct Needed {
  std::set<std::string> tensors;
  CalibrationOptions options;
};

Needed needed_by(const std::vector<TuneConfig>& configs, const GraphView& view, const Capability& capability,
                 const CalibrationOptions& options) {
  Needed needed{{}, options};
  needed.options.histograms = false;
  for (const TuneConfig& config : configs) {
    const QuantizationPlan outline = make_plan(view, capability, config, nullptr);
    for (std::string& tensor : outline.observed_tensors()) needed.tensors.insert(std::move(tensor));
    if (options.correct_bias) needed.options.channel_axes.merge(tensors_for_correction(view, outline));
    for (const TensorPlan& tensor : outline.tensors) {
      needed.options.histograms = needed.options.histograms || tensor.spec.range_method != RangeMethod::minmax;
    }
  }
  for (const auto& [tensor, axis] : needed.options.channel_axes) needed.tensors.insert(tensor);
  return needed;
}

GatheredStatistics gather(const Adaptor& adaptor, const std::vector<TuneConfig>& configs, const Model& model,
                          const Capability& capability, const DataLoader* data, const CalibrationOptions& options) {
  const Clock clock;
  const Needed needed = needed_by(configs, adaptor.graph(model), capability, options);
  const std::vector<std::string> tensors(needed.tensors.begin(), needed.tensors.end());
  GatheredStatistics gathered;
  if (tensors.empty()) return gathered;
  if (data == nullptr) {
    throw Error(ErrorCode::configuration, "static quantization needs calibration data",
                "give about 100 samples as the model will see them");
  }
  gathered.was_known = options.known != nullptr && serves(*options.known, model, tensors, needed.options, *data);
  gathered.table = gathered.was_known ? *options.known : adaptor.calibrate(model, tensors, *data, needed.options);
  gathered.seconds = clock.seconds();
  return gathered;
}

/// A model with fake quantization as planned, trained. Its graph is that of the model, its weights are others.
TrainedModel train(const Adaptor& adaptor, const Model& model, const QuantizationPlan& plan,
                   const TrainingFunction& q_func) {
  const std::unique_ptr<Model> trainable = adaptor.prepare_qat(model, plan);
  {
    const ErrorContext frame("training");
    const Stage stage(adaptor.progress(), "train");
    q_func(*trainable);
  }
  return adaptor.read_trained(*trainable, plan);
}

/// Weights were trained for these ranges: no method chooses others.
TuneConfig with_ranges_as_they_are(TuneConfig config) {
  for (auto& [anchor, unit] : config.units) {
    if (unit.choice) unit.choice->activation.range_method = RangeMethod::minmax;
  }
  return config;
}

[[noreturn]] void fail_untrainable(const std::string& backend) {
  throw Error(ErrorCode::unsupported, "backend '" + backend + "' cannot train",
              "choose another approach: static and dynamic need no training");
}

}  // namespace

QuantizeResult Adaptor::quantize(const TuneConfig& config, const Model& model, const DataLoader& data,
                                 const CalibrationOptions& options) const {
  return quantize(config, model, query_fw_capability(model), &data, options);
}

QuantizeResult Adaptor::quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                                 const DataLoader* data, const CalibrationOptions& options,
                                 const TrainingFunction& q_func) const {
  return timed_pass(progress(), "quantize model", "", [&] {
    QuantizeResult result = do_quantize(config, model, capability, data, options, q_func);
    if (!result.model) {
      throw Error(ErrorCode::internal, "quantize() of backend '" + options_.key + "' gave no model");
    }
    // Who plans for itself need not say how.
    if (result.plan.ops.empty()) result.plan = plan_as_chosen(graph(model), capability, config);
    return result;
  });
}

QuantizeResult Adaptor::do_quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                                    const DataLoader* data, const CalibrationOptions& options,
                                    const TrainingFunction& q_func) const {
  GatheredStatistics statistics = gather(*this, {config}, model, capability, data, options);
  double training_seconds = 0;
  QuantizeResult result;
  if (q_func) {
    const Clock clock;
    TrainedModel trained = train(*this, model, make_plan(graph(model), capability, config, &statistics.table), q_func);
    training_seconds = clock.seconds();
    result = quantize(with_ranges_as_they_are(config), *trained.model, capability, trained.table, options.correct_bias);
    result.table = std::move(trained.table);
  } else {
    result = quantize(config, model, capability, statistics.table, options.correct_bias);
    result.table = std::move(statistics.table);
  }
  result.table_was_known = statistics.was_known;
  result.seconds["calibrate"] = statistics.seconds;
  if (q_func) result.seconds["train"] = training_seconds;
  return result;
}

std::unique_ptr<Model> Adaptor::prepare_qat(const Model& model, const QuantizationPlan& plan) const {
  return timed_stage(progress(), "prepare for training", "", [&] { return do_prepare_qat(model, plan); });
}

TrainedModel Adaptor::read_trained(const Model& trainable, const QuantizationPlan& plan) const {
  return timed_stage(progress(), "read trained model", "", [&] { return do_read_trained(trainable, plan); });
}

std::unique_ptr<Model> Adaptor::do_prepare_qat(const Model&, const QuantizationPlan&) const {
  fail_untrainable(options_.key);
}

TrainedModel Adaptor::do_read_trained(const Model&, const QuantizationPlan&) const { fail_untrainable(options_.key); }

GatheredStatistics Adaptor::gather_statistics(const std::vector<TuneConfig>& configs, const Model& model,
                                              const Capability& capability, const DataLoader& data,
                                              const CalibrationOptions& options) const {
  return gather(*this, configs, model, capability, &data, options);
}

QuantizeResult Adaptor::quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                                 const CalibrationTable& table, bool correct_bias, PlanningCache* cache) const {
  QuantizeResult result;
  const Clock planning;
  const PassClock pass(progress(), "plan model");
  const GraphView view = graph(model);
  result.plan = make_plan(view, capability, config, &table, cache);
  if (correct_bias) correct_biases(view, result.plan, table.channels, cache);
  result.seconds["plan"] = planning.seconds();
  pass.tell();

  const Clock converting;
  result.model = convert(model, result.plan);
  result.seconds["convert"] = converting.seconds();
  return result;
}

}  // namespace halftone
