#include "adaptor/evaluation_events.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "adaptor/float_constants.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

constexpr std::size_t kMostSteps = 1'000;
constexpr std::size_t kBuckets = 64;

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void add_scores(EventFile& events, const std::string& metric, const std::vector<double>& scores) {
  const std::size_t stride = (scores.size() + kMostSteps - 1) / kMostSteps;
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    sum += scores[i];
    const std::size_t samples = i + 1;
    if (samples % stride != 0 && samples != scores.size()) continue;
    events.add_scalar("metrics/" + metric, static_cast<std::int64_t>(samples), sum / static_cast<double>(samples));
  }
}

// The first samples count once, the others not at all.
void add_values(EventFile& events, const std::string& metric, const MetricRows& rows) {
  const WeightedValue value = make_metric(metric)->weighted(rows);
  const std::size_t stride = (rows.size() + kMostSteps - 1) / kMostSteps;
  std::vector<std::uint32_t> weights(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    weights[i] = 1;
    const std::size_t samples = i + 1;
    if (samples % stride != 0 && samples != rows.size()) continue;
    const double so_far = value(weights);
    if (std::isfinite(so_far)) events.add_scalar("metrics/" + metric, static_cast<std::int64_t>(samples), so_far);
  }
}

/// Tensors of floats that ops give.
std::vector<std::string> activations(const GraphView& graph) {
  std::vector<std::string> tensors;
  for (const OpNode& op : graph.ops()) {
    for (const TensorId output : op.outputs) {
      if (output == kNone || !is_float(graph.tensor(output).dtype)) continue;
      tensors.push_back(graph.tensor(output).name);
    }
  }
  return tensors;
}

// One after another: together they may be larger than memory.
void add_weights(EventFile& events, const GraphView& graph, const std::vector<StoredConstant>& stored) {
  std::set<std::string> shown;
  const auto add = [&](const StoredConstant& constant) {
    const std::string& name = shown.insert(constant.tensor).second ? constant.tensor : constant.stored;
    events.add_histogram("weights/" + name, 0, histogram_of(dequantized(constant).values<float>(), kBuckets));
  };
  for (const StoredConstant& constant : float_constants(graph, stored)) add(constant);
  for (const StoredConstant& constant : stored) add(constant);
}

}  // namespace

EventHistogram event_histogram(const TensorStatistics& statistics) {
  EventHistogram shown{.min = statistics.min, .max = statistics.max, .count = static_cast<double>(statistics.count)};
  const Histogram& bins = statistics.histogram;
  const std::size_t in_bucket = (bins.counts.size() + kBuckets - 1) / kBuckets;
  for (std::size_t i = 0; i < bins.counts.size(); ++i) {
    const auto counted = static_cast<double>(bins.counts[i]);
    const double left = static_cast<double>(bins.first) + static_cast<double>(i);
    const double middle = std::ldexp(left + 0.5, bins.exponent);
    shown.sum += counted * middle;
    shown.sum_squares += counted * middle * middle;
    if (i % in_bucket == 0) {
      shown.limits.push_back(0);
      shown.counts.push_back(0);
    }
    shown.limits.back() = std::ldexp(left + 1, bins.exponent);
    shown.counts.back() += counted;
  }
  return shown;
}

void write_events(const Adaptor& adaptor, const Model& model, const DataLoader& data, const EvaluateOptions& options,
                  const Measurement& measurement) {
  EventFile events(options.tensorboard, seconds_since_1970);
  for (const auto& [metric, scores] : measurement.scores) add_scores(events, metric, scores);
  for (const auto& [metric, rows] : measurement.rows) add_values(events, metric, rows);
  const GraphView graph = adaptor.graph(model);
  const CalibrationTable table =
      adaptor.calibrate(model, activations(graph), data, {.threads = options.threads, .correct_bias = false});
  for (const auto& [tensor, statistics] : table.tensors) {
    if (statistics.count > 0) events.add_histogram("activations/" + tensor, 0, event_histogram(statistics));
  }
  add_weights(events, graph, adaptor.stored_constants(model).value_or(std::vector<StoredConstant>()));
  events.commit();
}

}  // namespace halftone
