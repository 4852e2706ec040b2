#include "resampling.h"

#include <random>
#include <span>

#include "evaluation/sequential_gate.h"

namespace halftone::bench {
namespace {

/// One data set.
struct DataSet {
  std::vector<double> baseline;
  std::vector<double> candidate;
};

DataSet draw(const Pair& pair, const Plan& plan, std::mt19937_64& random) {
  DataSet drawn;
  for (std::uint64_t i = 0; i < plan.samples; ++i) {
    const std::size_t sample = random() % pair.baseline.right.size();
    drawn.baseline.push_back(pair.baseline.right[sample]);
    drawn.candidate.push_back(pair.candidate.right[sample]);
  }
  return drawn;
}

SequentialOutcome judge(const Metric& metric, const DataSet& data, const Plan& plan, double limit) {
  const DropCriterion criterion{{-limit, false}, Decide::confident, plan.confidence};
  SequentialGate gate(metric, data.baseline, criterion, early_stopping_for(metric, true));
  std::span<const double> left = data.candidate;
  while (!left.empty()) {
    const std::size_t count = std::min(plan.chunk, left.size());
    if (gate.show(left.first(count))) break;
    left = left.subspan(count);
  }
  return gate.outcome();
}

/// Looks at Tango's interval after every chunk, as one must not.
void peek(const DataSet& data, const Plan& plan, double limit, Tally& tally) {
  std::uint64_t lost = 0;
  std::uint64_t gained = 0;
  bool above = false;
  bool below = false;
  for (std::uint64_t i = 0; i < plan.samples && !above && !below; ++i) {
    lost += data.baseline[i] > data.candidate[i] ? 1 : 0;
    gained += data.baseline[i] < data.candidate[i] ? 1 : 0;
    if ((i + 1) % plan.chunk != 0 && i + 1 != plan.samples) continue;
    const Estimate interval = paired_proportion_interval(lost, gained, i + 1, plan.confidence);
    above = interval.low >= limit;
    below = interval.high < limit;
  }
  tally.peeking_met += above ? 1 : 0;
  tally.peeking_not_met += below ? 1 : 0;
}

void count(const SequentialOutcome& outcome, double delta, Tally& tally) {
  tally.met += outcome.gate.verdict == Verdict::met ? 1 : 0;
  tally.not_met += outcome.gate.verdict == Verdict::not_met ? 1 : 0;
  tally.undecided += outcome.gate.verdict == Verdict::undecided ? 1 : 0;
  tally.stopped_early += outcome.stopped_early ? 1 : 0;
  const bool covered = outcome.delta.low <= delta && delta <= outcome.delta.high;
  tally.covered += covered ? 1 : 0;
  tally.covered_complete += covered && !outcome.stopped_early ? 1 : 0;
  tally.used += static_cast<double>(outcome.samples);
}

}  // namespace

double Pair::delta() const {
  double sum = 0;
  for (std::size_t i = 0; i < baseline.right.size(); ++i) sum += candidate.right[i] - baseline.right[i];
  return sum / static_cast<double>(baseline.right.size());
}

double Pair::discordant() const {
  double sum = 0;
  for (std::size_t i = 0; i < baseline.right.size(); ++i) sum += candidate.right[i] != baseline.right[i] ? 1 : 0;
  return sum / static_cast<double>(baseline.right.size());
}

Tally judge_resamples(const Pair& pair, const Plan& plan, double limit) {
  const std::unique_ptr<Metric> metric = make_metric("top1");
  std::mt19937_64 random(plan.seed);
  Tally tally;
  for (int repetition = 0; repetition < plan.repetitions; ++repetition) {
    const DataSet data = draw(pair, plan, random);
    const SequentialOutcome outcome = judge(*metric, data, plan, limit);
    count(outcome, pair.delta(), tally);
    peek(data, plan, limit, tally);
    if (outcome.stopped_early) continue;
    const Estimate tango = estimate_delta(*metric, data.baseline, data.candidate, plan.confidence);
    tally.width_ratio += (outcome.delta.high - outcome.delta.low) / (tango.high - tango.low);
  }
  tally.used /= plan.repetitions;
  if (tally.complete(plan) > 0) tally.width_ratio /= tally.complete(plan);
  return tally;
}

}  // namespace halftone::bench
