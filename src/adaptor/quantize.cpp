#include <chrono>
#include <set>

#include "adaptor/known_statistics.h"
#include "adaptor/timed_pass.h"
#include "halftone/adaptor.h"
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

}  // namespace

QuantizeResult Adaptor::quantize(const TuneConfig& config, const Model& model, const DataLoader& data,
                                 const CalibrationOptions& options) const {
  return quantize(config, model, query_fw_capability(model), data, options);
}

QuantizeResult Adaptor::quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                                 const DataLoader& data, const CalibrationOptions& options) const {
  const PassClock clock(progress(), "quantize model");
  GatheredStatistics statistics = gather_statistics({config}, model, capability, data, options);
  QuantizeResult result = quantize(config, model, capability, statistics.table, options.correct_bias);
  result.table = std::move(statistics.table);
  result.table_was_known = statistics.was_known;
  result.seconds["calibrate"] = statistics.seconds;
  clock.tell();
  return result;
}

GatheredStatistics Adaptor::gather_statistics(const std::vector<TuneConfig>& configs, const Model& model,
                                              const Capability& capability, const DataLoader& data,
                                              const CalibrationOptions& options) const {
  const Clock clock;
  const Needed needed = needed_by(configs, graph(model), capability, options);
  const std::vector<std::string> tensors(needed.tensors.begin(), needed.tensors.end());
  GatheredStatistics gathered;
  if (tensors.empty()) return gathered;
  gathered.was_known = options.known != nullptr && serves(*options.known, model, tensors, needed.options, data);
  gathered.table = gathered.was_known ? *options.known : calibrate(model, tensors, data, needed.options);
  gathered.seconds = clock.seconds();
  return gathered;
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
