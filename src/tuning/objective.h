#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "halftone/tuning.h"

namespace halftone {

/// What the search makes as good as it can among accurate models.
enum class ObjectiveKind { latency, size, memory, accuracy };
std::string_view to_string(ObjectiveKind kind);

/// One objective, or several with weights.
struct Objective {
  std::vector<std::pair<ObjectiveKind, double>> parts{{ObjectiveKind::latency, 1}};
  bool has(ObjectiveKind kind) const;
};
/// "latency", or weights as in "latency=0.7,size=0.3"; several names without weights count alike. Throws
/// invalid_argument for unknown words (naming the nearest), negative weights, and weights that are all zero.
Objective parse_objective(std::string_view text);
std::string to_string(const Objective& objective);

/// One candidate's values under each part of an objective.
struct ObjectiveRow {
  bool accurate = false;
  std::vector<double> values;
};
/// The row of the highest weighted score among accurate ones: each value over the baseline's, brought between 0 and 1
/// over the accurate rows (1 is best), weighted and summed. `higher_is_better` has one entry a column. Of equals the
/// first; nullopt where no row is accurate.
std::optional<std::size_t> best_by_weighted_score(std::span<const ObjectiveRow> rows, std::span<const double> baseline,
                                                  std::span<const double> weights,
                                                  std::span<const bool> higher_is_better);

/// The best of float and the trials that met the target, by id. With one objective: the least latency, where latencies
/// whose intervals overlap the least one's are a tie that goes to fewer conversions, then fewer ops in float, then the
/// lower id; the least size or memory, and the highest first metric, with the same ties between equal values.
/// `metric` is the one that accuracy means. Trials without a measured latency are never the fastest.
int choose_best(const TrialHistory& history, const Objective& objective, const std::string& metric,
                bool higher_is_better);

/// Ids of the trials, float among them, that no other one beats in accuracy, latency and size at once.
std::vector<int> pareto_front(const TrialHistory& history, const std::string& metric, bool higher_is_better);

}  // namespace halftone
