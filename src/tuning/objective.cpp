#include "tuning/objective.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <tuple>

#include "base/nearest_word.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::array kKinds{ObjectiveKind::latency, ObjectiveKind::size, ObjectiveKind::memory,
                            ObjectiveKind::accuracy};

[[noreturn]] void fail(std::string_view text, const std::string& problem, const std::string& hint) {
  throw Error(ErrorCode::invalid_argument, "objective '" + std::string(text) + "': " + problem, hint);
}

ObjectiveKind parse_kind(std::string_view whole, std::string_view word) {
  std::vector<std::string> known;
  for (const ObjectiveKind kind : kKinds) {
    if (to_string(kind) == word) return kind;
    known.emplace_back(to_string(kind));
  }
  fail(whole, "there is no objective '" + std::string(word) + "'", suggest(word, known));
}

std::pair<ObjectiveKind, double> parse_part(std::string_view whole, std::string_view part) {
  const std::size_t equals = part.find('=');
  if (equals == std::string_view::npos) return {parse_kind(whole, part), 1};
  const std::string_view number = part.substr(equals + 1);
  double weight = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
  if (error != std::errc() || end != number.data() + number.size() || !std::isfinite(weight) || weight < 0) {
    fail(whole, "'" + std::string(number) + "' is no weight", "weights are numbers from 0 on: latency=0.7,size=0.3");
  }
  return {parse_kind(whole, part.substr(0, equals)), weight};
}

/// What ties go by: fewer conversions, then fewer ops in float, then the lower id.
auto tie_order(const Trial& trial) {
  const TrialMeasurement& measured = trial.measured;
  return std::make_tuple(measured.conversions.quantize + measured.conversions.dequantize,
                         measured.ops - measured.quantized_ops, trial.id);
}

Estimate ratio_of(const Trial& trial) {
  if (trial.id == 0) return {1, 1, 1};
  return trial.measured.latency_ratio.value_or(Estimate{kInfinity, kInfinity, kInfinity});
}

/// A value of which less is better.
double cost_of(const Trial& trial, ObjectiveKind kind, const std::string& metric, bool higher_is_better) {
  const TrialMeasurement& measured = trial.measured;
  switch (kind) {
    case ObjectiveKind::latency:
      return ratio_of(trial).value;
    case ObjectiveKind::size:
      return static_cast<double>(measured.size_bytes);
    case ObjectiveKind::memory:
      return measured.peak_memory_bytes ? static_cast<double>(*measured.peak_memory_bytes) : kInfinity;
    case ObjectiveKind::accuracy:
      break;
  }
  const auto value = measured.metrics.find(metric);
  if (value == measured.metrics.end()) return kInfinity;
  return higher_is_better ? -value->second.value : value->second.value;
}

std::vector<const Trial*> accepted(const TrialHistory& history) {
  std::vector<const Trial*> trials;
  for (const Trial& trial : history.trials()) {
    if (trial.id == 0 || trial.met) trials.push_back(&trial);
  }
  return trials;
}

int best_of_ties(const std::vector<const Trial*>& trials, const std::vector<double>& costs, const Estimate* fastest) {
  const double least = *std::ranges::min_element(costs);
  const Trial* best = nullptr;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const bool ties = fastest != nullptr ? ratio_of(*trials[i]).low <= fastest->high : costs[i] == least;
    if (ties && (best == nullptr || tie_order(*trials[i]) < tie_order(*best))) best = trials[i];
  }
  return best->id;
}

int best_by_score(const std::vector<const Trial*>& trials, const Objective& objective, const std::string& metric,
                  bool higher_is_better) {
  std::vector<ObjectiveRow> rows(trials.size(), {true, {}});
  std::vector<double> weights;
  std::vector<double> baseline;
  for (const auto& [kind, weight] : objective.parts) {
    weights.push_back(weight);
    baseline.push_back(cost_of(*trials.front(), kind, metric, higher_is_better));
    for (std::size_t i = 0; i < trials.size(); ++i) {
      rows[i].values.push_back(cost_of(*trials[i], kind, metric, higher_is_better));
    }
  }
  // vector<bool> is no range of bool.
  const auto directions = std::make_unique<bool[]>(weights.size());
  const auto best = best_by_weighted_score(rows, baseline, weights, {directions.get(), weights.size()});
  return trials[best.value_or(0)]->id;
}

/// How good each row is in a column, between 0 and 1 over the accurate rows; 0 for what was not measured.
std::vector<double> shares_of(std::span<const ObjectiveRow> rows, std::size_t column, double baseline, bool higher) {
  const auto ratio = [&](const ObjectiveRow& row) {
    return baseline == 0 ? row.values[column] : row.values[column] / std::abs(baseline);
  };
  double least = kInfinity;
  double most = -kInfinity;
  for (const ObjectiveRow& row : rows) {
    if (!row.accurate || !std::isfinite(ratio(row))) continue;
    least = std::min(least, ratio(row));
    most = std::max(most, ratio(row));
  }
  std::vector<double> shares;
  for (const ObjectiveRow& row : rows) {
    const double value = ratio(row);
    // Where all are equal, all are best.
    const double share = most > least ? (value - least) / (most - least) : (higher ? 1 : 0);
    shares.push_back(!std::isfinite(value) ? 0 : higher ? share : 1 - share);
  }
  return shares;
}

bool dominates(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

}  // namespace

std::string_view to_string(ObjectiveKind kind) {
  switch (kind) {
    case ObjectiveKind::latency:
      return "latency";
    case ObjectiveKind::size:
      return "size";
    case ObjectiveKind::memory:
      return "memory";
    case ObjectiveKind::accuracy:
      return "accuracy";
  }
  return "unknown";
}

bool Objective::has(ObjectiveKind kind) const {
  return std::ranges::any_of(parts, [kind](const auto& part) { return part.first == kind && part.second > 0; });
}

Objective parse_objective(std::string_view text) {
  Objective objective;
  objective.parts.clear();
  double sum = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const auto part = parse_part(text, text.substr(begin, comma - begin));
    for (const auto& [kind, weight] : objective.parts) {
      if (kind == part.first) fail(text, "'" + std::string(to_string(kind)) + "' stands there twice", "leave one out");
    }
    objective.parts.push_back(part);
    sum += part.second;
    begin = comma + 1;
  }
  if (sum == 0) fail(text, "every weight is zero", "give one of them more");
  return objective;
}

std::string to_string(const Objective& objective) {
  if (objective.parts.size() == 1) return std::string(to_string(objective.parts.front().first));
  std::string text;
  for (const auto& [kind, weight] : objective.parts) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), weight).ptr;
    text.append(text.empty() ? "" : ",").append(to_string(kind)).append("=").append(digits.data(), end);
  }
  return text;
}

std::optional<std::size_t> best_by_weighted_score(std::span<const ObjectiveRow> rows, std::span<const double> baseline,
                                                  std::span<const double> weights,
                                                  std::span<const bool> higher_is_better) {
  std::vector<double> scores(rows.size(), 0);
  for (std::size_t k = 0; k < baseline.size(); ++k) {
    const std::vector<double> shares = shares_of(rows, k, baseline[k], higher_is_better[k]);
    for (std::size_t i = 0; i < rows.size(); ++i) scores[i] += weights[k] * shares[i];
  }
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].accurate && (!best || scores[i] > scores[*best])) best = i;
  }
  return best;
}

int choose_best(const TrialHistory& history, const Objective& objective, const std::string& metric,
                bool higher_is_better) {
  const std::vector<const Trial*> trials = accepted(history);
  if (objective.parts.size() > 1) return best_by_score(trials, objective, metric, higher_is_better);
  const ObjectiveKind kind = objective.parts.front().first;
  std::vector<double> costs;
  for (const Trial* trial : trials) costs.push_back(cost_of(*trial, kind, metric, higher_is_better));
  if (kind != ObjectiveKind::latency) return best_of_ties(trials, costs, nullptr);
  const auto fastest = std::ranges::min_element(costs) - costs.begin();
  const Estimate ratio = ratio_of(*trials[static_cast<std::size_t>(fastest)]);
  return best_of_ties(trials, costs, &ratio);
}

std::vector<int> pareto_front(const TrialHistory& history, const std::string& metric, bool higher_is_better) {
  std::vector<std::pair<int, std::array<double, 3>>> points;
  for (const Trial& trial : history.trials()) {
    if (trial.failed()) continue;
    points.push_back({trial.id,
                      {cost_of(trial, ObjectiveKind::accuracy, metric, higher_is_better), ratio_of(trial).value,
                       static_cast<double>(trial.measured.size_bytes)}});
  }
  std::vector<int> front;
  for (const auto& [id, costs] : points) {
    const bool beaten = std::ranges::any_of(points, [&](const auto& other) { return dominates(other.second, costs); });
    if (!beaten) front.push_back(id);
  }
  return front;
}

}  // namespace halftone
