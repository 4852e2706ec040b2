#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluation/data_set_verdict.h"
#include "evaluation/gate.h"
#include "halftone/certainty.h"
#include "halftone/evaluation.h"

namespace halftone {

/// What a trial has to keep of a metric, and how that is decided.
struct DropCriterion {
  MaxDrop max_drop;
  Decide decide = Decide::estimate;
  double confidence = 0.95;  ///< of this trial's verdict and interval; see confidence_for_trial()
};

/// Whether a trial can end before all samples are evaluated, and if not, why.
struct EarlyStopping {
  bool possible = true;
  std::string reason;  ///< why not: a sentence for people
};
/// It can where differences are bounded and samples can be taken in any order.
EarlyStopping early_stopping_for(const Metric& metric, bool random_access);

/// Which interval a judgement rests on.
enum class IntervalKind {
  sequence,  ///< of the confidence sequence: the evaluation ended when it was seen
  fixed      ///< for a number of samples fixed beforehand: all were evaluated
};
std::string_view to_string(IntervalKind kind);

struct SequentialOutcome {
  GateOutcome gate;
  Estimate delta;         ///< paired difference candidate - baseline over `samples`
  double confidence = 0;  ///< that delta's interval was computed with: the trial's, less what looking early cost
  IntervalKind interval = IntervalKind::fixed;
  std::uint64_t samples = 0;
  bool stopped_early = false;  ///< decided before all samples were evaluated
};

/// Follows a trial while it is evaluated, and says when it is decided.
///
/// Whoever looks at an interval after each chunk and stops when it pleases is wrong more often than the interval says.
/// So the error 1 - confidence is split: a part pays for looking, by a confidence sequence, and the rest for the
/// interval that is computed once when all samples are there. By Boole's inequality the interval reported misses the
/// true difference with a probability of at most the whole, whichever it is. Where early stopping is not possible,
/// nothing is looked at, and the last interval has all of the confidence.
///
/// The true difference is that of the population that the samples were drawn from; they have to come in random order.
/// Where the estimate decides, the question is another one: which side of the limit the estimate over all samples will
/// be on. That is asked of the data set itself (DataSetVerdict), and known earlier.
class SequentialGate {
 public:
  /// Share of the error that looking early costs.
  static constexpr double kLookingShare = 0.2;

  /// `baseline`: scores of all samples, in the order in which the candidate's will come; outlives the gate, as `metric`
  /// does. Throws invalid_data where there are none, invalid_argument for a confidence that is not between 0 and 1.
  SequentialGate(const Metric& metric, std::span<const double> baseline, const DropCriterion& criterion,
                 EarlyStopping early);

  /// The candidate's scores of the next samples. A verdict, met or not_met, ends the trial: the sequence lies wholly on
  /// one side of the limit. nullopt: go on. Always nullopt where early stopping is not possible, and when no samples
  /// are left. Throws invalid_data for scores out of the metric's bounds and for more than the baseline has,
  /// invalid_argument after a verdict.
  std::optional<Verdict> show(std::span<const double> candidate);

  /// What is known now; the last word where the trial was decided or all samples were shown. Where it was broken off
  /// for another reason, the interval is the sequence's, if there is one. Throws invalid_data where nothing was shown.
  SequentialOutcome outcome() const;

  std::uint64_t samples() const { return candidate_.size(); }
  std::uint64_t samples_in_all() const { return baseline_.size(); }
  const EarlyStopping& early_stopping() const { return early_; }

 private:
  std::optional<Verdict> look() const;
  double edge() const;

  const Metric& metric_;
  std::span<const double> baseline_;
  DropCriterion criterion_;
  EarlyStopping early_;
  double baseline_value_;
  double allowed_;  // the difference that just passes
  std::vector<double> candidate_;
  std::optional<ConfidenceSequence> sequence_;
  std::optional<DataSetVerdict> of_all_;  // where the estimate decides
  std::optional<Verdict> verdict_;
};

}  // namespace halftone
