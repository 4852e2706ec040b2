#include "configuration/search_options.h"

#include <utility>

#include "configuration/duration.h"
#include "configuration/option_setters.h"
#include "tuning/criterion.h"
#include "tuning/objective.h"

namespace halftone {
namespace {

void set_max_drop(Config& config, const OptionValue& value) {
  check_at(value, [&] { parse_max_drops(value.text()); });
  config.accuracy.max_drop = value.text();
}

void set_confidence(Config& config, const OptionValue& value) {
  const double confidence = value.number();
  if (confidence < 0.5 || confidence >= 1) value.fail("a confidence lies between 0.5 and 1 (1 excluded)");
  config.accuracy.confidence = confidence;
}

void set_weights(Config& config, const OptionValue& value) {
  check_at(value, [&] { parse_weights(value.text()); });
  config.tuning.weights = value.text();
}

void set_objective(Config& config, const OptionValue& value) {
  check_at(value, [&] { parse_objective(value.text()); });
  config.tuning.objective = value.text();
}

void set_max_trials(Config& config, const OptionValue& value) {
  constexpr std::uint64_t kMost = 1'000'000;
  config.tuning.max_trials = value.count();
  if (config.tuning.max_trials == 0 || config.tuning.max_trials > kMost) value.fail("expected 1 to 1000000 trials");
}

void set_timeout(Config& config, const OptionValue& value) {
  check_at(value, [&] { config.tuning.timeout_seconds = parse_duration(value.text()); });
}

void set_min_speedup(Config& config, const OptionValue& value) {
  const double speedup = value.number();
  if (speedup <= 0) value.fail("a speed-up is above 0; 1.5 asks for one and a half times as fast");
  config.min_speedup = speedup;
}

void set_threads(Config& config, const OptionValue& value) {
  constexpr std::uint64_t kMaxThreads = 4'096;
  const std::uint64_t threads = value.count();
  if (threads > kMaxThreads) value.fail("more than 4096 threads");
  config.threads = static_cast<int>(threads);
}

std::vector<ConfigOption> target_options() {
  return {
      {"tuning.accuracy.max_drop",
       {"--max-drop"},
       "D",
       "Tolerated loss of the first metric: 0.5pt (absolute) or 1% "
       "(relative); of several, top1=0.5pt,top5=1%",
       "(no gate; 1% for tune)",
       OptionGroup::judgement,
       false,
       set_max_drop},
      {"tuning.accuracy.decide",
       {"--decide"},
       "estimate|confident",
       "What the gate looks at: the estimate, or the bound "
       "of its confidence interval",
       "estimate",
       OptionGroup::judgement,
       false,
       [](Config& config, const OptionValue& value) {
         config.accuracy.decide = value.word({"estimate", "confident"});
       }},
      {"tuning.accuracy.confidence",
       {"--confidence"},
       "P",
       "Confidence of all intervals",
       "0.95",
       OptionGroup::judgement,
       false,
       set_confidence},
      {"tuning.accuracy.weights",
       {"--weights"},
       "a=0.7,b=0.3",
       "Metrics are added up with these weights, and their sum is judged by max_drop",
       "(each metric is judged alone)",
       OptionGroup::search,
       false,
       set_weights},
      {"tuning.accuracy.fresh_samples",
       {"--fresh-samples"},
       "N",
       "Evaluation samples that the search does not see, by which the chosen model is judged again; without, the "
       "confidence is divided among the trials",
       "(none)",
       OptionGroup::search,
       false,
       [](Config& config, const OptionValue& value) { set_samples(config.tuning.fresh_samples.emplace(), value); }},
      {"tuning.min_speedup",
       {"--min-speedup"},
       "X",
       "How many times faster than float it has to be",
       "(no gate)",
       OptionGroup::judgement,
       false,
       set_min_speedup},
  };
}

std::vector<ConfigOption> way_options() {
  return {
      {"tuning.strategy",
       {"--strategy"},
       "NAME",
       "Who chooses what is tried: auto, basic, conservative, exhaustive, random, bayesian, tpe, mse, mse_v2, hawq_v2, "
       "auto_mixed_precision",
       "auto",
       OptionGroup::search,
       false,
       // Plugins may bring others: an unknown one is an error when it is made.
       [](Config& config, const OptionValue& value) { config.tuning.strategy = value.text(); }},
      {"tuning.objective",
       {"--objective"},
       "latency|size|memory|accuracy",
       "What is made as good as it can be among accurate models; several with weights: latency=0.7,size=0.3",
       "latency",
       OptionGroup::search,
       false,
       set_objective},
      {"tuning.stop.effort",
       {"--effort"},
       "first|normal|thorough",
       "Ends at the first model that meets the target, when trials, time or ideas are used up, or likewise with every "
       "trial seeing all data",
       "normal",
       OptionGroup::search,
       false,
       [](Config& config, const OptionValue& value) {
         config.tuning.effort = value.word({"first", "normal", "thorough"});
       }},
      {"tuning.stop.max_trials",
       {"--max-trials"},
       "N",
       "Trials at the most, beside float",
       "50",
       OptionGroup::search,
       false,
       set_max_trials},
      {"tuning.stop.timeout",
       {"--timeout"},
       "1h30m",
       "Time of the whole search; the best model so far is what it ends with",
       "(none)",
       OptionGroup::search,
       false,
       set_timeout},
  };
}

std::vector<ConfigOption> running_options() {
  return {
      {"threads",
       {"--threads"},
       "N",
       "Threads; 0 takes all this process may use",
       "0",
       OptionGroup::running,
       false,
       set_threads},
      {"seed",
       {"--seed"},
       "N",
       "Seed of everything that is drawn by chance",
       "0",
       OptionGroup::running,
       false,
       [](Config& config, const OptionValue& value) { config.seed = value.count(); }},
  };
}

}  // namespace

std::vector<ConfigOption> search_options() {
  std::vector<ConfigOption> all = target_options();
  for (auto options : {way_options(), running_options()}) {
    for (ConfigOption& option : options) all.push_back(std::move(option));
  }
  return all;
}

}  // namespace halftone
