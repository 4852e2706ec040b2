#include "evaluation/gate.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "halftone/error.h"

namespace halftone {
namespace {

// `margin` is how much better than the limit the candidate is.
Verdict judge(const Estimate& margin, Decide decide) {
  if (!std::isfinite(margin.value)) return Verdict::undecided;
  if (decide == Decide::estimate) return margin.value >= -kLimitRounding ? Verdict::met : Verdict::not_met;
  if (margin.low >= -kLimitRounding) return Verdict::met;
  return margin.high < -kLimitRounding ? Verdict::not_met : Verdict::undecided;
}

std::optional<std::uint64_t> samples_to_decide(const Estimate& margin, std::uint64_t samples) {
  const double distance = std::abs(margin.value);
  const double reach = margin.value >= 0 ? margin.value - margin.low : margin.high - margin.value;
  if (!(distance > kLimitRounding) || !std::isfinite(reach)) return std::nullopt;
  const double needed = std::ceil(static_cast<double>(samples) * std::pow(reach / distance, 2));
  constexpr double kBeyondUse = 1e15;
  if (needed > kBeyondUse) return std::nullopt;
  return static_cast<std::uint64_t>(needed);
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      return "met";
    case Verdict::not_met:
      return "not_met";
    case Verdict::undecided:
      break;
  }
  return "undecided";
}

Verdict both(Verdict a, Verdict b) {
  if (a == Verdict::not_met || b == Verdict::not_met) return Verdict::not_met;
  return a == Verdict::undecided || b == Verdict::undecided ? Verdict::undecided : Verdict::met;
}

Decide parse_decide(std::string_view word) {
  if (word == "estimate") return Decide::estimate;
  if (word == "confident") return Decide::confident;
  throw Error(ErrorCode::configuration, "'" + std::string(word) + "' is no way to decide", "use estimate or confident");
}

GateOutcome judge_drop(double baseline, const Estimate& delta, bool higher_is_better, const MaxDrop& max_drop,
                       Decide decide, std::uint64_t samples) {
  GateOutcome outcome;
  outcome.limit = max_drop.limit(baseline, higher_is_better);
  const double allowed = outcome.limit - baseline;
  const Estimate margin = higher_is_better ? Estimate{delta.value - allowed, delta.low - allowed, delta.high - allowed}
                                           : Estimate{allowed - delta.value, allowed - delta.high, allowed - delta.low};
  outcome.verdict = judge(margin, decide);
  if (outcome.verdict == Verdict::undecided) outcome.samples_needed = samples_to_decide(margin, samples);
  return outcome;
}

Verdict judge_speedup(const Estimate& speedup, double min_speedup, Decide decide) {
  return judge({speedup.value - min_speedup, speedup.low - min_speedup, speedup.high - min_speedup}, decide);
}

}  // namespace halftone
