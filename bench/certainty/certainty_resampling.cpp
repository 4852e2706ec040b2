// Resamples outcomes of real models and counts how often intervals and verdicts are right:
//   certainty_resampling OUTCOMES.csv [REPETITIONS]
// The first column is the model that the others are compared with. Prints tables in Markdown.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "resampling.h"

namespace halftone::bench {
namespace {

constexpr std::array<std::uint64_t, 4> kSizes{250, 500, 1000, 5000};
constexpr std::array<double, 4> kDrops{0.0025, 0.005, 0.01, 0.02};

double percent(double count, double of) { return of > 0 ? 100 * count / of : 0; }

void print_population(const Outcomes& baseline, const std::vector<Outcomes>& models) {
  std::puts("\n| model | samples | right, % | change, pt | lost or gained, % |\n|---|---|---|---|---|");
  for (const Outcomes& model : models) {
    double right = 0;
    for (const double score : model.right) right += score;
    const Pair pair{baseline, model};
    std::printf("| %s | %zu | %.2f | %+.2f | %.2f |\n", model.name.c_str(), model.right.size(),
                percent(right, static_cast<double>(model.right.size())), 100 * pair.delta(), 100 * pair.discordant());
  }
}

/// Verdicts on the boundary: `at` where the true difference just passes, `beyond` where it just does not.
void print_boundary(const Pair& pair, Plan plan) {
  constexpr double kJustBeyond = 1e-9;
  for (const std::uint64_t samples : kSizes) {
    plan.samples = samples;
    const Tally at = judge_resamples(pair, plan, pair.delta());
    const Tally beyond = judge_resamples(pair, plan, pair.delta() + kJustBeyond);
    const auto all = static_cast<double>(plan.repetitions);
    std::printf("| %s | %llu | %.1f | %.1f | %.3f | %.1f | %.1f | %.1f | %.1f |\n", pair.candidate.name.c_str(),
                static_cast<unsigned long long>(samples), percent(at.covered, all),
                percent(at.covered_complete, at.complete(plan)), at.width_ratio, percent(at.not_met, all),
                percent(beyond.met, all), percent(at.peeking_not_met, all), percent(beyond.peeking_met, all));
  }
}

void print_limits(const Pair& pair, Plan plan) {
  for (const std::uint64_t samples : {std::uint64_t{1000}, std::uint64_t{5000}}) {
    plan.samples = samples;
    for (const double drop : kDrops) {
      const Tally tally = judge_resamples(pair, plan, -drop);
      const auto all = static_cast<double>(plan.repetitions);
      const bool passes = pair.delta() >= -drop;
      std::printf("| %s | %llu | %.2f | %+.2f | %.1f | %.1f | %.1f | %.1f | %.0f | %.1f |\n",
                  pair.candidate.name.c_str(), static_cast<unsigned long long>(samples), 100 * drop,
                  100 * (pair.delta() + drop), percent(tally.met, all), percent(tally.not_met, all),
                  percent(tally.undecided, all), percent(passes ? tally.not_met : tally.met, all), tally.used,
                  static_cast<double>(samples) / tally.used);
    }
  }
}

void print_tables(const std::vector<Outcomes>& models, const Plan& plan) {
  const Outcomes& baseline = models.front();
  print_population(baseline, models);
  std::puts(
      "\n| model | samples | intervals that cover, % | … of those not stopped early, % | width over Tango's | wrongly "
      "not met, % | wrongly met, % | peeking at Tango's: wrongly not met, % | … met, % "
      "|\n|---|---|---|---|---|---|---|---"
      "|---|");
  for (std::size_t m = 1; m < models.size(); ++m) print_boundary({baseline, models[m]}, plan);
  std::puts(
      "\n| model | samples | max_drop, pt | distance from it, pt | met, % | not met, % | undecided, % | wrong, % | "
      "samples "
      "used | times fewer |\n|---|---|---|---|---|---|---|---|---|---|");
  for (std::size_t m = 1; m < models.size(); ++m) print_limits({baseline, models[m]}, plan);
}

}  // namespace
}  // namespace halftone::bench

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("usage: certainty_resampling OUTCOMES.csv [REPETITIONS]\n", stderr);
    return 2;
  }
  try {
    halftone::bench::Plan plan;
    if (count > 2) plan.repetitions = std::atoi(words[2]);
    halftone::bench::print_tables(halftone::bench::read_outcomes(words[1]), plan);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
