#include "tuning/tuner.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>

#include "tuning/testing/scripted_search.h"
#include "tuning/testing/small_spaces.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::measured;
using testing::one_percent;
using testing::ScriptedRunner;
using testing::ScriptedSearch;
using testing::TrialNotes;

/// Proposes one unit after the other in float, as often as asked.
class OneByOne final : public Strategy {
 public:
  explicit OneByOne(const TuningSpace& space, std::size_t repeat = 1) : repeat_(repeat) {
    const TuneConfig all = space.first_choices(QuantMode::static_);
    configs_.push_back(all);
    for (const std::string& unit : quantized_in(space, all)) configs_.push_back(with_float(all, {unit}, "tried"));
  }
  std::optional<Proposal> next(const TrialHistory&) override {
    if (next_ == configs_.size() * repeat_) return std::nullopt;
    return Proposal{configs_[next_++ / repeat_], "one by one", "a unit"};
  }

 private:
  std::vector<TuneConfig> configs_;
  std::size_t repeat_;
  std::size_t next_ = 0;
};

class TunerTest : public ::testing::Test {
 protected:
  ScriptedSearch search(ScriptedRunner runner, const TuningGoal& goal = one_percent(), const StopRules& rules = {}) {
    OneByOne strategy(space_);
    return {std::move(runner), strategy, goal, rules};
  }
  const TuningSpace space_ = testing::small_network();
};

TEST_F(TunerTest, StopsAtTheFirstSuccessWhereAskedTo) {
  const auto found = search(ScriptedRunner({1.0, 0.9, 1.0, 1.0}), one_percent(), testing::stop_at_success());
  EXPECT_EQ(found.outcome.reason, StopReason::target_met);
  EXPECT_EQ(found.outcome.best, 2);
  EXPECT_TRUE(found.outcome.target_met);
  EXPECT_EQ(found.runner.tried.size(), 2U);
}

TEST_F(TunerTest, GoesOnAfterASuccessWhileTheStrategyHasMore) {
  const auto found = search(ScriptedRunner(1.0, [](const Proposal& proposal) {
    return measured(1.0, 1.0, 0.9 - 0.1 * static_cast<double>(4 - quantized_units(proposal.config)));
  }));
  EXPECT_EQ(found.outcome.reason, StopReason::exhausted);
  EXPECT_EQ(found.history.trials().size(), 6U);
  EXPECT_EQ(found.outcome.best, 2);
  EXPECT_THAT(found.runner.kept, ElementsAre(1, 2));
}

TEST_F(TunerTest, EndsAfterAsManyTrialsAsAllowed) {
  StopRules rules;
  rules.max_trials = 3;
  const auto found = search(ScriptedRunner({1.0, 0.9, 0.9, 0.9, 1.0}), one_percent(), rules);
  EXPECT_EQ(found.outcome.reason, StopReason::max_trials);
  EXPECT_EQ(found.history.trials().size(), 4U);
}

TEST_F(TunerTest, KeepsTheNearestWhereTheTargetIsMissed) {
  const auto found = search(ScriptedRunner({1.0, 0.5, 0.9, 0.8, 0.7, 0.6}));
  EXPECT_FALSE(found.outcome.target_met);
  EXPECT_EQ(found.outcome.best, 2);
  EXPECT_THAT(found.runner.kept, ElementsAre(1, 2));
}

TEST_F(TunerTest, WhereOnlyTheSpeedIsMissedTheFastestIsNearest) {
  TuningGoal goal = one_percent();
  goal.min_speedup = 100;
  const auto found = search(ScriptedRunner(1.0,
                                           [n = 0](const Proposal&) mutable {
                                             constexpr std::array kAccuracies{1.0, 1.0, 0.5, 1.0, 1.0};
                                             constexpr std::array kRatios{0.9, 0.6, 0.1, 0.5, 0.7};
                                             const auto i = static_cast<std::size_t>(n++);
                                             return measured(kAccuracies[i], 1.0, kRatios[i]);
                                           }),
                            goal);
  EXPECT_EQ(found.outcome.best, 4);
  EXPECT_FALSE(found.outcome.target_met);
}

TEST_F(TunerTest, AFailedTrialIsAValueInTheHistory) {
  const auto found = search(ScriptedRunner(1.0, [n = 0](const Proposal&) mutable {
    if (n++ == 0) throw Error(ErrorCode::framework, "no kernel for that");
    return measured(1.0, 1.0);
  }));
  EXPECT_EQ(found.history.trials()[1].error, "no kernel for that");
  EXPECT_FALSE(found.history.trials()[1].met);
  EXPECT_EQ(found.outcome.best, 2);
}

TEST_F(TunerTest, FloatIsKeptWhereEveryTrialFails) {
  const auto found = search(ScriptedRunner(
      1.0, [](const Proposal&) -> TrialMeasurement { throw Error(ErrorCode::framework, "no kernel for that"); }));
  EXPECT_EQ(found.outcome.best, 0);
  EXPECT_FALSE(found.outcome.target_met);
  EXPECT_THAT(found.runner.kept, ElementsAre(0));
}

TEST_F(TunerTest, FloatWinsWhereQuantizationBringsNothing) {
  const auto found = search(ScriptedRunner(1.0, [](const Proposal&) { return measured(1.0, 1.0, 1.1); }));
  EXPECT_EQ(found.outcome.reason, StopReason::no_gain);
  EXPECT_EQ(found.outcome.best, 0);
  EXPECT_TRUE(found.outcome.target_met);
}

TEST_F(TunerTest, ASpeedUpCanBeDemanded) {
  TuningGoal goal = one_percent();
  goal.min_speedup = 2.5;
  EXPECT_FALSE(search(ScriptedRunner({1.0, 1.0, 1.0, 1.0, 1.0, 1.0}), goal).outcome.target_met);
  goal.min_speedup = 1.5;
  EXPECT_TRUE(search(ScriptedRunner({1.0, 1.0, 1.0, 1.0, 1.0, 1.0}), goal).outcome.target_met);
}

TEST_F(TunerTest, AConfigurationIsNotTriedTwice) {
  OneByOne strategy(space_, 3);
  const ScriptedSearch found(ScriptedRunner({1.0, 0.5, 0.5, 0.5, 0.5, 0.5}), strategy, one_percent(), {});
  EXPECT_EQ(found.runner.tried.size(), 5U);
}

TEST_F(TunerTest, TimeIsHonouredBetweenAndWithinTrials) {
  StopRules rules;
  rules.timeout = std::chrono::seconds(0);
  OneByOne strategy(space_);
  ScriptedRunner runner({1.0, 1.0});
  TrialNotes notes;
  const TimeBudget budget(rules.timeout);
  Tuner between(strategy, runner, notes, one_percent(), rules, budget);
  EXPECT_EQ(between.run().reason, StopReason::timeout);

  OneByOne again(space_);
  const TimeBudget unlimited(std::nullopt);
  ScriptedRunner interrupted(
      1.0, [](const Proposal&) -> TrialMeasurement { throw Error(ErrorCode::interrupted, "stopped"); });
  Tuner within(again, interrupted, notes, one_percent(), {}, unlimited);
  EXPECT_EQ(within.run().reason, StopReason::interrupted);
  EXPECT_EQ(within.history().trials().size(), 1U);
}

TEST_F(TunerTest, RecordedTrialsAreNotRunAgain) {
  const auto first = search(ScriptedRunner({1.0, 0.5, 0.9, 1.0, 0.7, 0.6}));
  TrialHistory record;
  for (std::size_t i = 0; i < 4; ++i) record.add(first.history.trials()[i]);

  OneByOne strategy(space_);
  ScriptedRunner runner({1.0, 0.7, 0.6});
  TrialNotes notes;
  const TimeBudget budget(std::nullopt);
  Tuner tuner(strategy, runner, notes, one_percent(), {}, budget);
  const TuningOutcome outcome = tuner.run({&record, false});
  EXPECT_EQ(notes.repeated, 4);
  EXPECT_EQ(runner.tried.size(), 2U);
  EXPECT_EQ(outcome.best, first.outcome.best);
  EXPECT_THAT(runner.kept, ElementsAre(3));
}

TEST_F(TunerTest, AReplayRunsNothingAndChoosesTheSame) {
  const auto first = search(ScriptedRunner({1.0, 0.5, 0.995, 1.0, 0.7, 0.6}));
  OneByOne strategy(space_);
  ScriptedRunner runner({1.0});
  TrialNotes notes;
  const TimeBudget budget(std::nullopt);
  Tuner tuner(strategy, runner, notes, one_percent(), {}, budget);
  const TuningOutcome outcome = tuner.run({&first.history, true});
  EXPECT_THAT(runner.tried, IsEmpty());
  EXPECT_EQ(outcome.best, first.outcome.best);
  EXPECT_EQ(outcome.reason, first.outcome.reason);
}

TEST_F(TunerTest, AReplayEndsWhereTheRecordEnds) {
  const auto first = search(ScriptedRunner({1.0, 0.5, 0.9, 0.5, 0.7, 0.6}));
  TrialHistory record;
  for (std::size_t i = 0; i < 3; ++i) record.add(first.history.trials()[i]);
  OneByOne strategy(space_);
  ScriptedRunner runner({1.0});
  TrialNotes notes;
  const TimeBudget budget(std::nullopt);
  Tuner tuner(strategy, runner, notes, one_percent(), {}, budget);
  EXPECT_EQ(tuner.run({&record, true}).reason, StopReason::end_of_history);
}

TEST_F(TunerTest, ScoresRiseWithWhatIsSavedAndFallWithWhatIsMissed) {
  const auto found = search(ScriptedRunner(1.0, [n = 0](const Proposal&) mutable {
    constexpr std::array kAccuracies{1.0, 1.0, 0.98, 0.9, 0.1};
    constexpr std::array kRatios{0.5, 0.8, 0.5, 0.5, 0.5};
    const auto i = static_cast<std::size_t>(n++);
    return measured(kAccuracies[i], 1.0, kRatios[i]);
  }));
  std::vector<double> scores;
  for (const Trial& trial : found.history.trials()) {
    if (trial.id != 0) scores.push_back(trial.score);
  }
  EXPECT_TRUE(std::ranges::is_sorted(scores, std::greater{}));
  EXPECT_GT(scores[1], -1);
  EXPECT_LT(scores[2], -1);
  EXPECT_GE(scores[4], -2);
}

}  // namespace
}  // namespace halftone
