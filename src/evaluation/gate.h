#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "halftone/evaluation.h"

namespace halftone {

enum class Verdict { met, not_met, undecided };
std::string_view to_string(Verdict verdict);
/// Not met where one is not met, else undecided where one is, else met.
Verdict both(Verdict a, Verdict b);

/// How a gate decides: by the point estimate, or only where the whole interval is on one side.
enum class Decide { estimate, confident };
/// Throws configuration for another word.
Decide parse_decide(std::string_view word);

/// Differences of fractions that a person would call equal, such as 0.76 - 0.755 and 0.005, differ by roundings. What
/// is nearer to a limit than this lies on it.
constexpr double kLimitRounding = 1e-12;

struct GateOutcome {
  Verdict verdict = Verdict::met;
  double limit = 0;  ///< the value that just passes
  /// Where undecided: samples that would decide, if the difference stays what it is and its interval narrows with
  /// 1/sqrt(n), as intervals of means and proportions do. Absent where the difference lies on the limit.
  std::optional<std::uint64_t> samples_needed;
};

/// Judges a tolerated loss of a metric. `delta` is the paired difference candidate - baseline over `samples`. A
/// relative tolerance is one of the baseline's point estimate.
GateOutcome judge_drop(double baseline, const Estimate& delta, bool higher_is_better, const MaxDrop& max_drop,
                       Decide decide, std::uint64_t samples);

/// Judges how many times faster the candidate is.
Verdict judge_speedup(const Estimate& speedup, double min_speedup, Decide decide);

}  // namespace halftone
