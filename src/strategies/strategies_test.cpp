#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <set>

#include "strategies/option_vector.h"
#include "tuning/testing/scripted_search.h"
#include "tuning/testing/small_spaces.h"

namespace halftone {
namespace {

using testing::context_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::measured;
using testing::one_percent;
using testing::ScriptedRunner;
using testing::ScriptedSearch;
using testing::stop_at_success;

/// Numbers for units, whatever the configuration; counts how often it is asked.
class GivenSensitivity final : public SensitivitySource {
 public:
  GivenSensitivity(std::set<Sensitivity> measures, std::map<std::string, double> numbers)
      : measures_(std::move(measures)), numbers_(std::move(numbers)) {}
  bool has(Sensitivity measure) const override { return measures_.contains(measure); }
  std::map<std::string, double> measure(Sensitivity, const TuneConfig&) override {
    ++asked;
    return numbers_;
  }
  int asked = 0;

 private:
  std::set<Sensitivity> measures_;
  std::map<std::string, double> numbers_;
};

class Strategies : public ::testing::Test {
 protected:
  ScriptedSearch search(const std::string& name, ScriptedRunner runner, const StopRules& rules = stop_at_success(),
                        SensitivitySource* sensitivity = nullptr) {
    const auto strategy = make_strategy(name, context_of(space_, sensitivity));
    return {std::move(runner), *strategy, one_percent(), rules};
  }
  /// Accurate only with those units in float; slower with every unit in float.
  static ScriptedRunner needing_in_float(const std::set<std::string>& units) {
    return {1.0, [units](const Proposal& proposal) {
              double accuracy = 1;
              for (const std::string& unit : units) accuracy -= proposal.config.units.at(unit).choice ? 0.1 : 0;
              return measured(accuracy, 1, 1 - 0.1 * static_cast<double>(quantized_units(proposal.config)));
            }};
  }
  std::vector<std::string> stages(const ScriptedSearch& found) const {
    std::vector<std::string> names;
    for (const Proposal& proposal : found.runner.tried) {
      if (names.empty() || names.back() != proposal.stage) names.push_back(proposal.stage);
    }
    return names;
  }
  const TuningSpace space_ = testing::small_network();
};

// The original's scripted accuracies: float, the default, then convolutions alone and matrix products.
TEST_F(Strategies, AutoKeepsConvolutionsAloneWhereMatrixProductsCostTooMuch) {
  const auto found = search("auto", ScriptedRunner({1.0, 0.9, 1.1, 0.8}));
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "conv2"));
  EXPECT_EQ(found.outcome.reason, StopReason::target_met);
}

TEST_F(Strategies, AutoKeepsBothWhereBothPass) {
  const auto found =
      search("auto", ScriptedRunner(1.0, [n = 0](const Proposal& proposal) mutable {
               constexpr std::array kAccuracies{0.9, 1.1, 1.2};
               const auto i = static_cast<std::size_t>(n++);
               return measured(kAccuracies[i], 1.0, 1 - 0.1 * static_cast<double>(quantized_units(proposal.config)));
             }));
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "conv2", "matmul"));
}

TEST_F(Strategies, AutoKeepsMatrixProductsAloneWhereConvolutionsCostTooMuch) {
  const auto found = search("auto", ScriptedRunner({1.0, 0.9, 0.8, 1.1}));
  EXPECT_THAT(found.quantized(space_), ElementsAre("matmul"));
}

TEST_F(Strategies, AutoTakesTheDefaultWhereItPasses) {
  const auto found = search("auto", ScriptedRunner({1.0, 1.2, 0.8, 1.1}));
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "conv2", "add", "matmul"));
  EXPECT_EQ(found.runner.tried.size(), 1U);
}

TEST_F(Strategies, AutoGoesOnWithOtherSettingsWhereNoOpTypePasses) {
  const auto found = search("auto", ScriptedRunner({1.0, 0.7, 0.8, 0.9, 1.1}));
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "conv2", "add", "matmul"));
  const auto later = search("auto", ScriptedRunner({1.0, 0.7, 0.8, 0.9, 0.95, 0.98, 1.1}));
  EXPECT_THAT(later.quantized(space_), ElementsAre("conv1", "conv2", "add", "matmul"));
  EXPECT_EQ(later.runner.tried.back().stage, "settings");
}

TEST_F(Strategies, AutoFindsTheFewestNoisyUnitsInFloat) {
  GivenSensitivity noise({Sensitivity::added_noise}, {{"conv1", 0.1}, {"conv2", 0.9}, {"add", 0.5}, {"matmul", 0.2}});
  const auto found = search("auto", needing_in_float({"conv2"}), {}, &noise);
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "add", "matmul"));
  EXPECT_EQ(noise.asked, 1);
}

TEST_F(Strategies, AutoTriesOnlyWhatMayBeFasterOnceTheTargetIsMet) {
  const auto found = search("auto", needing_in_float({}), {});
  EXPECT_EQ(found.outcome.best, 1);
  EXPECT_THAT(stages(found), ElementsAre("default", "products alone"));
}

TEST_F(Strategies, ConservativeGoesFromFloatUp) {
  const auto found = search("conservative", needing_in_float({"matmul"}), {});
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "conv2", "add"));
  EXPECT_EQ(found.runner.tried.size(), 3U);
  EXPECT_EQ(quantized_units(found.runner.tried.front().config), 2U);
}

TEST_F(Strategies, BasicFallsBackOneByOneFromTheLastAndThenAccumulates) {
  const auto found = search("basic", needing_in_float({"conv1", "add"}), {});
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv2", "matmul"));
  EXPECT_THAT(stages(found), ElementsAre("default", "recipes together", "settings", "recipes one by one",
                                         "fallback one by one", "fallback accumulated"));
  std::vector<std::string> alone;
  for (const Proposal& proposal : found.runner.tried) {
    if (proposal.stage == "fallback one by one") alone.push_back(proposal.changes);
  }
  // conv1 and matmul alone were recipes.
  EXPECT_THAT(alone, ElementsAre("add in float", "conv2 in float"));
}

TEST_F(Strategies, BasicLeavesUnitsQuantizedOnceTheTargetIsMet) {
  const auto found = search("basic", needing_in_float({}), {});
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "conv2", "add", "matmul"));
  EXPECT_EQ(found.runner.tried.back().stage, "recipes one by one");
}

TEST_F(Strategies, ExhaustiveTriesEveryConfigurationOnce) {
  const auto found = search("exhaustive", needing_in_float({"conv1"}), StopRules{Effort::normal, 1'000, std::nullopt});
  // Four options for each product, two for the sum; all of them in float is trial 0.
  EXPECT_EQ(found.runner.tried.size(), 4U * 4U * 4U * 2U - 1);
  EXPECT_EQ(found.outcome.reason, StopReason::exhausted);
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv2", "add", "matmul"));
}

TEST_F(Strategies, ExhaustiveBeginsAtOnceInAHugeSpace) {
  std::vector<SpaceUnit> units;
  for (int i = 0; i < 500; ++i) {
    units.push_back(space_.units().front());
    units.back().name = "unit" + std::to_string(i);
    units.back().ops = {units.back().name};
  }
  const TuningSpace huge(units, {}, {});
  for (const char* name : {"exhaustive", "random", "bayesian", "tpe"}) {
    const auto strategy = make_strategy(name, context_of(huge));
    StopRules rules;
    rules.max_trials = 12;
    const ScriptedSearch found(ScriptedRunner(1.0, [](const Proposal&) { return measured(0.5, 1.0); }), *strategy,
                               one_percent(), rules);
    EXPECT_EQ(found.outcome.reason, StopReason::max_trials) << name;
  }
}

class SeededStrategies : public Strategies, public ::testing::WithParamInterface<const char*> {};

TEST_P(SeededStrategies, RepeatThemselvesBitForBit) {
  StopRules rules;
  rules.max_trials = 25;
  const auto first = search(GetParam(), needing_in_float({"conv1"}), rules);
  const auto second = search(GetParam(), needing_in_float({"conv1"}), rules);
  ASSERT_EQ(first.runner.tried.size(), second.runner.tried.size());
  for (std::size_t i = 0; i < first.runner.tried.size(); ++i) {
    EXPECT_EQ(config_id(first.runner.tried[i].config), config_id(second.runner.tried[i].config));
  }
}

TEST_P(SeededStrategies, FindAnAccurateFastConfiguration) {
  StopRules rules;
  rules.max_trials = 40;
  const auto found = search(GetParam(), needing_in_float({"conv1"}), rules);
  EXPECT_TRUE(found.outcome.target_met);
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv2", "add", "matmul"));
}

TEST_P(SeededStrategies, EndWhenTheSpaceIsUsedUp) {
  StopRules rules;
  rules.max_trials = 1'000;
  const auto found = search(GetParam(), needing_in_float({"conv1"}), rules);
  EXPECT_EQ(found.outcome.reason, StopReason::exhausted);
  EXPECT_LE(found.runner.tried.size(), 128U);
}

INSTANTIATE_TEST_SUITE_P(Every, SeededStrategies, ::testing::Values("random", "bayesian", "tpe"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST_F(Strategies, MseFallsBackTheMostWrongFirst) {
  GivenSensitivity errors({Sensitivity::activation_error}, {{"add", 0.9}, {"conv2", 0.7}, {"conv1", 0.1}});
  const auto found = search("mse", needing_in_float({"add", "conv2"}), {}, &errors);
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "matmul"));
  EXPECT_EQ(errors.asked, 1);
  const auto first = std::ranges::find(found.runner.tried, "fallback one by one", &Proposal::stage);
  EXPECT_EQ(first->changes, "add in float");
}

TEST_F(Strategies, MseV2BringsBackWhatNeedNotStayInFloat) {
  GivenSensitivity noise({Sensitivity::added_noise}, {{"add", 0.9}, {"conv2", 0.7}, {"conv1", 0.1}});
  const auto found = search("mse_v2", needing_in_float({"conv2"}), {}, &noise);
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "add", "matmul"));
  EXPECT_EQ(found.runner.tried.back().stage, "back to low precision");
  // One pass for each unit that fell, not one quantization for each unit there is.
  EXPECT_EQ(noise.asked, 2);
}

TEST_F(Strategies, HawqV2GoesByTheTrace) {
  GivenSensitivity traces({Sensitivity::hessian_trace}, {{"matmul", 8}, {"conv1", 4}, {"conv2", 2}, {"add", 1}});
  const auto found = search("hawq_v2", needing_in_float({"matmul"}), {}, &traces);
  EXPECT_THAT(found.quantized(space_), ElementsAre("conv1", "conv2", "add"));
}

TEST_F(Strategies, AMissingSkillEndsBeforeAnyTrial) {
  for (const auto& [name, skill] : std::map<std::string, std::string>{{"mse", "activation_error"},
                                                                      {"mse_v2", "added_noise"},
                                                                      {"hawq_v2", "hessian_trace"},
                                                                      {"auto_mixed_precision", "bf16"}}) {
    try {
      make_strategy(name, context_of(space_));
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::configuration);
      EXPECT_THAT(error.message(), HasSubstr(skill));
      EXPECT_THAT(error.message(), HasSubstr(name));
    }
  }
}

TEST_F(Strategies, MixedPrecisionFallsBackByTypeAndThenByUnit) {
  std::vector<SpaceUnit> units = space_.units();
  OpChoice half;
  half.activation.dtype = DType::bf16;
  for (SpaceUnit& unit : units) {
    if (unit.name != "softmax") unit.choices = {half};
  }
  const TuningSpace halves(units, {}, {});
  const auto strategy = make_strategy("auto_mixed_precision", context_of(halves));
  const ScriptedSearch found(needing_in_float({"matmul"}), *strategy, one_percent(), stop_at_success());
  EXPECT_THAT(found.quantized(halves), ElementsAre("conv1", "conv2", "add"));
  EXPECT_EQ(found.runner.tried.back().stage, "fallback by op type");
}

TEST(StrategyRegistry, KnowsEveryStrategyOfTheDesign) {
  EXPECT_THAT(strategy_names(),
              ::testing::IsSupersetOf({"auto", "basic", "conservative", "exhaustive", "random", "bayesian", "tpe",
                                       "mse", "mse_v2", "hawq_v2", "auto_mixed_precision"}));
}

TEST(StrategyRegistry, AnUnknownNameIsAnErrorWithASuggestion) {
  const TuningSpace space = testing::small_network();
  try {
    make_strategy("bayesean", context_of(space));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.hint(), HasSubstr("bayesian"));
  }
}

class DefaultOnly final : public Strategy {
 public:
  explicit DefaultOnly(const StrategyContext& context) : config_(context.initial) {}
  std::optional<Proposal> next(const TrialHistory& history) override {
    if (history.trials().size() > 1) return std::nullopt;
    return Proposal{config_, "mine", "the default"};
  }

 private:
  TuneConfig config_;
};

TEST(StrategyRegistry, TakesTheUsersOwnOnce) {
  const auto factory = [](const StrategyContext& context) -> std::unique_ptr<Strategy> {
    return std::make_unique<DefaultOnly>(context);
  };
  add_strategy("default_only", factory);
  EXPECT_THROW(add_strategy("default_only", factory), Error);
  EXPECT_NO_THROW(add_strategy("default_only", factory, /*replace=*/true));
  EXPECT_THROW(add_strategy("auto", factory), Error);
  EXPECT_THROW(add_strategy("auto", factory, /*replace=*/true), Error);
  EXPECT_THROW(add_strategy("", factory), Error);
  const TuningSpace space = testing::small_network();
  const auto strategy = make_strategy("default_only", context_of(space));
  const ScriptedSearch found(ScriptedRunner({1.0, 1.0}), *strategy, one_percent(), {});
  EXPECT_EQ(found.outcome.best, 1);
}

}  // namespace
}  // namespace halftone
