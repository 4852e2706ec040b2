#include "verbs/remedies.h"

#include <algorithm>
#include <map>
#include <set>

#include "verbs/quantization_setup.h"

namespace halftone {
namespace {

constexpr std::size_t kMost = 5;
constexpr double kWorthMending = 0.1;  ///< of the noise that the worst op adds
constexpr double kMuch = 0.25;         ///< of an op's noise
constexpr double kSteps = 255;

/// Finds what has to stay in float for the noise of an op to go.
class RemedyFinder {
 public:
  RemedyFinder(const GraphView& graph, const Capability& capability, const std::vector<OpDiagnosis>& ranked)
      : graph_(graph) {
    for (const UnitCapability& unit : capability.units) {
      if (unit.choices.empty()) continue;
      for (const OpId op : unit.unit.ops) anchors_[op] = unit.unit.anchor();
    }
    for (const OpDiagnosis& found : ranked) ranges_.emplace(found.error.tensor, found.error.reference_range);
  }

  /// The anchor of the op's unit, which could stay in float; kNone where it cannot be quantized.
  OpId anchor_of(OpId op) const {
    const auto anchor = anchors_.find(op);
    return anchor == anchors_.end() ? kNone : anchor->second;
  }

  /// Anchors of the units that give the op its input, where rounding that makes much of its noise.
  std::set<OpId> producers_to_blame(OpId op, const OpDiagnosis& found) const {
    const TensorId input = graph_.main_input(op);
    if (input == kNone) return {};
    const auto range = ranges_.find(graph_.tensor(input).name);
    if (range == ranges_.end()) return {};
    const double own_noise = found.added_noise * found.error.signal / static_cast<double>(found.error.values);
    if (noise_of_rounded_input(graph_, op, range->second) < kMuch * own_noise) return {};
    std::set<OpId> producers;
    collect_producers(input, producers);
    producers.erase(anchor_of(op));
    return producers;
  }

 private:
  // Ops that only move values hand on what they were given.
  void collect_producers(TensorId tensor, std::set<OpId>& producers) const {
    std::vector<TensorId> open{tensor};
    std::set<TensorId> seen;
    while (!open.empty()) {
      const TensorId next = open.back();
      open.pop_back();
      if (next == kNone || !seen.insert(next).second) continue;
      const OpId op = graph_.tensor(next).producer;
      if (op == kNone) continue;
      if (anchor_of(op) != kNone) producers.insert(anchor_of(op));
      if (!graph_.op(op).meaning.shares_scale) continue;
      const std::vector<TensorId>& inputs = graph_.op(op).inputs;
      open.insert(open.end(), inputs.begin(), inputs.end());
    }
  }

  const GraphView& graph_;
  std::map<OpId, OpId> anchors_;
  std::map<std::string, Range> ranges_;
};

std::string option_for(const std::vector<std::string>& names) {
  std::string pattern;
  for (const std::string& name : names) pattern += (pattern.empty() ? "" : "|") + exact_pattern(name);
  return "--set 'quantization.ops." + pattern + "={precision: fp32}'";
}

Json remedy_json(const GraphView& graph, OpId anchor, const std::set<OpId>& producers) {
  std::vector<std::string> names{graph.op(anchor).name}, with;
  for (const OpId producer : producers) with.push_back(graph.op(producer).name);
  names.insert(names.end(), with.begin(), with.end());
  return {{"op", names.front()},
          {"with", with},
          {"option", option_for(names)},
          {"reason", with.empty() ? "keeps the op in float, which adds no noise"
                                  : "keeps the op in float, and what gives its input, which loses much where it is "
                                    "rounded to 8 bits"}};
}

}  // namespace

double noise_of_rounded_input(const GraphView& graph, OpId op, const Range& range) {
  const double step = (double{std::max(range.high, 0.0F)} - std::min(range.low, 0.0F)) / kSteps;
  double gain = 1;
  const TensorId weight = graph.input_with_role(op, InputRole::weight);
  const std::optional<int> axis = graph.op(op).meaning.channel_axis;
  if (weight != kNone && axis && graph.tensor(weight).is_constant()) {
    const Tensor values = graph.tensor(weight).value->read();
    const auto rank = static_cast<int>(values.shape().size());
    const auto outputs = values.shape().at(static_cast<std::size_t>(*axis < 0 ? *axis + rank : *axis));
    gain = 0;
    for (const float value : values.to_floats()) gain += double{value} * value;
    gain /= static_cast<double>(std::max<std::int64_t>(outputs, 1));
  }
  return step * step / 12 * gain;
}

Json remedies_json(const GraphView& graph, const Capability& capability, const std::vector<OpDiagnosis>& ranked) {
  const RemedyFinder finder(graph, capability, ranked);
  Json remedies = Json::array();
  std::set<OpId> named;
  for (const OpDiagnosis& found : ranked) {
    if (remedies.size() == kMost || found.added_noise < kWorthMending * ranked.front().added_noise) break;
    const OpId op = graph.find_op(found.name).value_or(kNone);
    const OpId anchor = finder.anchor_of(op);
    if (anchor == kNone || found.added_noise == 0 || !named.insert(anchor).second) continue;
    remedies.push_back(remedy_json(graph, anchor, finder.producers_to_blame(op, found)));
  }
  return remedies;
}

}  // namespace halftone
