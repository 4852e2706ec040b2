#include "tuning/objective.h"

#include <gmock/gmock.h>

#include <array>

#include "halftone/error.h"
#include "tuning/testing/scripted_search.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The tables by which the original system tests its choice among several objectives: accuracy, size in MB, seconds.
struct Row {
  double accuracy, size, seconds;
};
constexpr std::array kTable{Row{0.760, 400, 0.23}, Row{0.778, 420, 0.24}, Row{0.750, 430, 0.22}, Row{0.720, 410, 0.18},
                            Row{0.790, 360, 0.15}, Row{0.750, 430, 0.24}, Row{0.785, 360, 0.13}};

template <typename Accurate>
std::optional<std::size_t> best_of(std::span<const Row> table, Accurate accurate, std::vector<double> weights,
                                   bool accuracy_up, double base_accuracy, bool with_accuracy = true) {
  std::vector<ObjectiveRow> rows;
  for (const Row& row : table) {
    ObjectiveRow& made = rows.emplace_back(ObjectiveRow{accurate(row.accuracy), {}});
    if (with_accuracy) made.values.push_back(row.accuracy);
    made.values.push_back(row.size);
    made.values.push_back(row.seconds);
  }
  std::vector<double> baseline{780, 0.6};
  if (with_accuracy) baseline.insert(baseline.begin(), base_accuracy);
  const std::array<bool, 3> three{accuracy_up, false, false};
  const std::array<bool, 2> two{false, false};
  const std::span<const bool> directions = with_accuracy ? std::span<const bool>(three) : std::span<const bool>(two);
  return best_by_weighted_score(rows, baseline, weights, directions);
}

auto at_least(double limit) {
  return [=](double accuracy) { return accuracy >= limit; };
}
auto at_most(double limit) {
  return [=](double accuracy) { return accuracy <= limit; };
}
constexpr double kThird = 1.0 / 3;

TEST(WeightedObjectives, ChooseWhatTheOriginalsTablesSay) {
  EXPECT_EQ(best_of(kTable, at_least(0.72), {0.7, 0.2, 0.1}, true, 0.8), 4U);
  EXPECT_EQ(best_of(kTable, at_least(0.72), {kThird, kThird, kThird}, true, 0.8), 6U);
  EXPECT_EQ(best_of(kTable, at_least(0.5), {kThird, kThird, kThird}, true, 0.8), 6U);
  EXPECT_EQ(best_of(kTable, at_least(0.8 * 0.92), {0.2, 0.8}, true, 0.8, false), 6U);
}

TEST(WeightedObjectives, ChooseByTheOthersWhereSizesAreEqual) {
  std::array table = kTable;
  for (Row& row : table) row.size = 400;
  EXPECT_EQ(best_of(table, at_least(0.5), {0.6, 0.1, 0.3}, true, 0.8), 6U);
}

TEST(WeightedObjectives, ChooseAmongMetricsOfWhichLessIsBetter) {
  constexpr std::array kErrors{Row{0.760, 400, 0.23}, Row{0.778, 400, 0.10}, Row{0.750, 400, 0.22},
                               Row{0.720, 400, 0.18}, Row{0.790, 400, 0.15}, Row{0.750, 400, 0.24},
                               Row{0.785, 400, 0.13}};
  EXPECT_EQ(best_of(kErrors, at_most(0.79), {0.6, 0.1, 0.3}, false, 0.75), 3U);
}

TEST(WeightedObjectives, WorkWhereFloatsValueIsZero) {
  constexpr std::array kErrors{Row{0.00, 400, 0.23}, Row{0.80, 400, 0.10}, Row{0.02, 400, 0.22}, Row{0.10, 400, 0.18},
                               Row{0.20, 400, 0.15}, Row{0.00, 400, 0.24}, Row{0.50, 400, 0.13}};
  EXPECT_EQ(best_of(kErrors, at_most(0.4), {0.6, 0.1, 0.3}, false, 0.0), 0U);
}

// Several metrics: who is accurate is decided by each of them, or by their weighted sum.
TEST(WeightedObjectives, ChooseWhatTheOriginalsTablesOfSeveralMetricsSay) {
  constexpr std::array<std::array<double, 2>, 7> kMetrics{
      {{0.760, 0.093}, {0.778, 0.094}, {0.750, 0.092}, {0.720, 0.093}, {0.790, 0.093}, {0.750, 0.093}, {0.785, 0.060}}};
  const auto best_where = [&](auto accurate) {
    std::vector<ObjectiveRow> rows;
    for (std::size_t i = 0; i < kTable.size(); ++i) {
      rows.push_back({accurate(kMetrics[i][0], kMetrics[i][1]), {kTable[i].size, kTable[i].seconds}});
    }
    const std::array<double, 2> baseline{780, 0.6};
    const std::array<double, 2> weights{0.2, 0.8};
    const std::array<bool, 2> down{false, false};
    return best_by_weighted_score(rows, baseline, weights, down);
  };
  EXPECT_EQ(best_where([](double a, double b) { return (a + b) / 2 >= 0.45 * 0.92; }), 6U);
  EXPECT_EQ(best_where([](double a, double b) { return (a + b) / 2 >= 0.45 - 0.013; }), 4U);
  EXPECT_EQ(best_where([](double a, double b) { return a >= 0.8 * 0.92 && b >= 0.1 * 0.92; }), 4U);
  EXPECT_EQ(best_where([](double a, double b) { return a >= 0.8 - 0.06 && b >= 0.1 - 0.06; }), 6U);
  EXPECT_EQ(best_where([](double a, double b) { return a >= 0.8 * 0.92 && b <= 0.1 * 1.08; }), 6U);
  EXPECT_EQ(best_where([](double a, double b) { return a >= 0.8 - 0.07 && b <= 0.1 + 0.07; }), 6U);
}

TEST(WeightedObjectives, TakeAWeightedMetricForTheAccuracy) {
  constexpr std::array<double, 7> kSeconds{0.23, 0.10, 0.22, 0.18, 0.15, 0.24, 0.13};
  std::vector<ObjectiveRow> rows;
  for (std::size_t i = 0; i < kSeconds.size(); ++i) {
    const double metric = i == 0 ? 0.4 : 0.3;  // the second of two, which has all of the weight
    rows.push_back({metric >= 0.4 * 0.96, {metric, 400, kSeconds[i]}});
  }
  const std::array<double, 3> baseline{0.4, 780, 0.6};
  const std::array<double, 3> weights{0.6, 0.1, 0.3};
  const std::array<bool, 3> directions{true, false, false};
  EXPECT_EQ(best_by_weighted_score(rows, baseline, weights, directions), 0U);
}

TEST(WeightedObjectives, ShareTheWeightAmongMetricsOfOppositeDirections) {
  constexpr std::array<std::array<double, 3>, 7> kRows{{{0.00, 0.9, 0.23},
                                                        {0.80, 0.8, 0.10},
                                                        {0.02, 0.7, 0.22},
                                                        {0.10, 0.6, 0.18},
                                                        {0.20, 0.7, 0.15},
                                                        {0.00, 0.7, 0.24},
                                                        {0.50, 0.7, 0.13}}};
  std::vector<ObjectiveRow> rows;
  for (const auto& [lower, higher, seconds] : kRows) {
    rows.push_back({lower <= 0.4 && higher >= 0.9 - 0.4, {lower, higher, 400, seconds}});
  }
  const std::array<double, 4> baseline{0, 0.9, 780, 0.6};
  const std::array<double, 4> weights{0.3, 0.3, 0.1, 0.3};
  const std::array<bool, 4> directions{false, true, false, false};
  EXPECT_EQ(best_by_weighted_score(rows, baseline, weights, directions), 0U);
}

TEST(WeightedObjectives, HaveNoBestWhereNothingIsAccurate) {
  EXPECT_EQ(best_of(kTable, at_least(2), {kThird, kThird, kThird}, true, 0.8), std::nullopt);
}

TEST(Objective, IsReadFromOneWordOrFromWeights) {
  EXPECT_EQ(to_string(parse_objective("latency")), "latency");
  EXPECT_EQ(to_string(parse_objective("latency=0.7,size=0.3")), "latency=0.7,size=0.3");
  EXPECT_TRUE(parse_objective("latency,memory").has(ObjectiveKind::memory));
  EXPECT_FALSE(parse_objective("latency,memory=0").has(ObjectiveKind::memory));
}

TEST(Objective, ProblemsAreNamed) {
  for (const char* text : {"latenzy", "", "latency=-1", "latency=x", "latency=0", "size,size", "latency=nan", ","}) {
    EXPECT_THROW(parse_objective(text), Error) << text;
  }
  try {
    parse_objective("latenzy");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.hint(), HasSubstr("latency"));
  }
}

// One trial after the other, with its accuracy, the interval of its latency ratio, size, conversions and float ops.
class Choice : public ::testing::Test {
 protected:
  Choice() { add(0.8, {1, 1, 1}, 1000, 0, 10); }
  void add(double accuracy, Estimate ratio, std::uint64_t size, int conversions, std::size_t in_float,
           bool met = true) {
    Trial trial;
    trial.proposal.config.units["unit" + std::to_string(history_.trials().size())].choice = OpChoice{};
    trial.measured = testing::measured(accuracy, 0.8);
    trial.measured.latency_ratio = ratio;
    trial.measured.size_bytes = size;
    trial.measured.conversions.quantize = conversions;
    trial.measured.ops = 10;
    trial.measured.quantized_ops = 10 - in_float;
    trial.met = met;
    history_.add(std::move(trial));
  }
  int best(const std::string& objective) const {
    return choose_best(history_, parse_objective(objective), testing::kMetric, true);
  }
  TrialHistory history_;
};

TEST_F(Choice, TakesTheFastestOfThoseThatMeetTheTarget) {
  add(0.80, {0.6, 0.59, 0.61}, 300, 2, 1);
  add(0.70, {0.4, 0.39, 0.41}, 300, 2, 0, /*met=*/false);
  add(0.79, {0.5, 0.49, 0.51}, 300, 4, 1);
  EXPECT_EQ(best("latency"), 3);
}

TEST_F(Choice, TiesOfLatencyGoToFewerConversionsThenFewerFloatOpsThenTheLowerId) {
  add(0.80, {0.50, 0.48, 0.52}, 300, 4, 0);
  add(0.80, {0.52, 0.50, 0.54}, 300, 2, 3);
  add(0.80, {0.52, 0.51, 0.54}, 300, 2, 2);
  add(0.80, {0.52, 0.50, 0.54}, 300, 2, 2);
  EXPECT_EQ(best("latency"), 3);
}

TEST_F(Choice, FloatWinsWhereNothingIsMeasurablyFaster) {
  add(0.80, {0.97, 0.90, 1.04}, 300, 2, 0);
  EXPECT_EQ(best("latency"), 0);
  EXPECT_EQ(best("size"), 1);
}

TEST_F(Choice, ATrialWithoutLatencyIsNeverTheFastest) {
  add(0.80, {0.9, 0.89, 0.91}, 300, 2, 0);
  Trial trial;
  trial.proposal.config.units["x"].choice = OpChoice{};
  trial.measured = testing::measured(0.8, 0.8);
  trial.measured.latency_ratio.reset();
  trial.met = true;
  history_.add(std::move(trial));
  EXPECT_EQ(best("latency"), 1);
}

TEST_F(Choice, AccuracyTakesTheHighestMetric) {
  add(0.79, {0.5, 0.49, 0.51}, 300, 2, 0);
  add(0.81, {0.9, 0.89, 0.91}, 900, 2, 0);
  EXPECT_EQ(best("accuracy"), 2);
}

TEST_F(Choice, WeightsBalanceSizeAgainstLatency) {
  add(0.80, {0.5, 0.49, 0.51}, 900, 2, 0);
  add(0.80, {0.6, 0.59, 0.61}, 300, 2, 0);
  EXPECT_EQ(best("latency=1,size=1"), 2);
  EXPECT_EQ(best("latency=20,size=1"), 1);
}

TEST_F(Choice, ParetoFrontLeavesOutWhatAnotherTrialBeats) {
  add(0.79, {0.5, 0.49, 0.51}, 300, 2, 0);
  add(0.78, {0.6, 0.59, 0.61}, 300, 2, 0);
  add(0.70, {0.4, 0.39, 0.41}, 300, 2, 0, /*met=*/false);
  EXPECT_THAT(pareto_front(history_, testing::kMetric, true), ElementsAre(0, 1, 3));
}

}  // namespace
}  // namespace halftone
