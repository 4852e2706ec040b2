#include <gmock/gmock.h>

#include <sstream>

#include "base/file.h"
#include "base/sha256.h"
#include "verbs/testing/verb_fixture.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

/// Notes what a search tells, and may end it in the middle.
class SearchNotes final : public TuneView {
 public:
  void started(int id, const Proposal&, const TuningGoal&, int) override {
    begun.push_back(id);
    if (id == stop_at) throw Error(ErrorCode::interrupted, "interrupted");
  }
  void finished(const Trial& trial, bool was_repeated, const TuningGoal&) override {
    ids.push_back(trial.id);
    repeated += was_repeated ? 1 : 0;
  }
  std::vector<int> begun, ids;
  int repeated = 0;
  int stop_at = -1;
};

class Tune : public testing::VerbFixture {
 protected:
  void SetUp() override {
    VerbFixture::SetUp();
    use_data(write_samples("d.npz", 600, 1));
    config_.accuracy.max_drop = "5pt";
    config_.tuning.objective = "size";
    config_.seed = 3;
  }
  TuneRequest request() {
    TuneRequest request{folder_ / "out.dense", folder_ / "out.json"};
    request.view = &notes_;
    return request;
  }
  Result tune() { return run_tune(context(), config_, request()); }
  Result tune(const TuneRequest& asked) { return run_tune(context(), config_, asked); }
  /// So that a quantized model is kept as the nearest: in this backend none is smaller or faster than float.
  void want_what_only_float_has() {
    config_.evaluation.metrics = {"cosine"};
    config_.accuracy.max_drop = "0";
  }
  std::vector<Json> history() const {
    std::vector<Json> lines;
    std::istringstream text(read_file(folder_ / "out.dense.halftone.jsonl"));
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
  }
  /// What a search chose, without anything that takes time or depends on it.
  static Json choices_of(const Result& result) {
    Json choices{{"best", result["best"]}, {"stop_reason", result["stop_reason"]}, {"units", result["units"]}};
    for (const Json& trial : result["trials"]) {
      choices["trials"].push_back({trial["id"], trial["changes"], trial["metrics"], trial["verdict"]});
    }
    return choices;
  }

  SearchNotes notes_;
};

TEST_F(Tune, FindsAModelAndTellsHow) {
  const Result result = tune();
  EXPECT_EQ(Json::parse(read_file(folder_ / "out.json")), result);
  EXPECT_EQ(result["schema"], "halftone/tune/1");
  EXPECT_EQ(result["command"], "tune");
  EXPECT_TRUE(result["target_met"]);
  EXPECT_EQ(result["verdict"], "met");
  EXPECT_EQ(result["trials"][0]["stage"], "float");
  EXPECT_GE(result["trials"].size(), 2U);
  EXPECT_EQ(result["output_sha256"], sha256_of_file(folder_ / "out.dense"));
  EXPECT_EQ(result["goal"]["criteria"][0]["metric"], "top1");
  EXPECT_NEAR(result["goal"]["criteria"][0]["limit"].get<double>(), 0.95, 1e-12);
  EXPECT_THAT(listing(), IsSupersetOf({"out.dense", "out.json", "out.dense.halftone.jsonl"}));
}

TEST_F(Tune, WritesOneLineATrial) {
  const Result result = tune();
  const std::vector<Json> lines = history();
  std::vector<int> ids;
  for (const Json& line : lines) {
    if (line.contains("trial")) ids.push_back(line["trial"].get<int>());
  }
  EXPECT_EQ(ids.size(), result["trials"].size());
  EXPECT_EQ(ids, notes_.ids);
}

TEST_F(Tune, CalibratesOnce) {
  tune();
  EXPECT_EQ(stages_.count("calibrate"), 1);
}

TEST_F(Tune, TwoSearchesBySizeAreTheSame) {
  const Result first = tune();
  const std::string bytes = read_file(folder_ / "out.dense");
  config_.threads = 1;
  const Result second = tune();
  EXPECT_EQ(choices_of(first), choices_of(second));
  EXPECT_EQ(read_file(folder_ / "out.dense"), bytes);
}

class TuneStrategies : public Tune, public ::testing::WithParamInterface<const char*> {};

TEST_P(TuneStrategies, FinishAndReplay) {
  config_.tuning.strategy = GetParam();
  config_.tuning.max_trials = 12;
  config_.tuning.objective = "latency";
  const Result first = tune();
  ASSERT_TRUE(first["best"].is_number()) << GetParam();
  const std::string bytes = read_file(folder_ / "out.dense");
  const std::filesystem::path kept = folder_ / "kept.jsonl";
  std::filesystem::copy_file(folder_ / "out.dense.halftone.jsonl", kept);
  TuneRequest replay = request();
  replay.replay = kept;
  const int tried = static_cast<int>(notes_.begun.size());
  const Result second = tune(replay);
  EXPECT_EQ(static_cast<int>(notes_.begun.size()), tried) << "a replay runs nothing";
  EXPECT_EQ(choices_of(first), choices_of(second));
  EXPECT_EQ(read_file(folder_ / "out.dense"), bytes);
}

INSTANTIATE_TEST_SUITE_P(Every, TuneStrategies,
                         ::testing::Values("auto", "basic", "conservative", "exhaustive", "random", "bayesian", "tpe",
                                           "mse", "mse_v2"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST_F(Tune, AMissingSkillIsAMatterOfConfiguration) {
  for (const char* strategy : {"hawq_v2", "auto_mixed_precision", "nobodys"}) {
    config_.tuning.strategy = strategy;
    const Error error = error_of([&] { tune(); });
    EXPECT_EQ(exit_status(error.code()), 2) << strategy;
    EXPECT_THAT(error.message(), HasSubstr(strategy));
  }
}

TEST_F(Tune, GoesOnWhereItWasInterrupted) {
  config_.tuning.strategy = "random";
  config_.tuning.max_trials = 4;
  notes_.stop_at = 3;
  const Result stopped = tune();
  EXPECT_EQ(stopped["stop_reason"], "interrupted");
  EXPECT_EQ(stopped["trials"].size(), 3U);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out.dense")) << "the best so far is there";

  notes_ = {};
  TuneRequest resumed = request();
  resumed.resume = true;
  const Result result = tune(resumed);
  EXPECT_EQ(notes_.repeated, 3);
  EXPECT_THAT(notes_.begun, ElementsAre(3, 4));

  notes_ = {};
  const Result whole = tune();
  EXPECT_EQ(choices_of(result), choices_of(whole));
}

TEST_F(Tune, TheConfidenceOfATrialDoesNotDependOnAnInterruption) {
  config_.tuning.strategy = "random";
  config_.tuning.max_trials = 4;
  config_.tuning.effort = "thorough";
  config_.accuracy.decide = "confident";
  notes_.stop_at = 3;
  tune();
  notes_ = {};
  TuneRequest resumed = request();
  resumed.resume = true;
  const Result result = tune(resumed);
  notes_ = {};
  const Result whole = tune();
  ASSERT_EQ(result["trials"].size(), whole["trials"].size());
  for (std::size_t i = 0; i < whole["trials"].size(); ++i) {
    EXPECT_EQ(result["trials"][i]["deltas"], whole["trials"][i]["deltas"]) << i;
  }
}

TEST_F(Tune, TrialsThatWereJudgedByOtherRulesAreRefused) {
  tune();
  TuneRequest again = request();
  again.resume = true;
  config_.accuracy.max_drop = "1pt";
  EXPECT_THAT(error_of([&] { tune(again); }).message(), HasSubstr("max_drop"));
  config_.accuracy.max_drop = "5pt";
  config_.tuning.fresh_samples = 100;
  EXPECT_THAT(error_of([&] { tune(again); }).message(), HasSubstr("fresh_samples"));
}

TEST_F(Tune, ReadyBatchesAreJudgedWhole) {
  std::filesystem::create_directory(folder_ / "batches");
  for (int i = 0; i < 40; ++i)
    write_samples("batches/" + std::to_string(i) + ".npz", 10, static_cast<std::uint64_t>(i));
  config_.evaluation.data = "batches:" + (folder_ / "batches").string();
  for (const std::vector<std::string>& metrics : {std::vector<std::string>{"top1"}, {"agreement"}, {"cosine"}}) {
    config_.evaluation.metrics = metrics;
    const Result result = tune();
    for (const Json& trial : result["trials"]) {
      EXPECT_TRUE(trial["error"].is_null()) << trial["error"];
      if (trial["id"] != 0) EXPECT_EQ(trial["samples"], 400) << metrics.front();
    }
  }
}

TEST_F(Tune, ASearchThatIsOverIsNotRunAgain) {
  const Result first = tune();
  notes_ = {};
  TuneRequest again = request();
  again.resume = true;
  const Result second = tune(again);
  EXPECT_TRUE(notes_.begun.empty());
  EXPECT_EQ(choices_of(first), choices_of(second));
}

TEST_F(Tune, AHistoryOfOtherDataIsRefused) {
  tune();
  config_.evaluation.data = write_samples("e.npz", 400, 2);
  TuneRequest again = request();
  again.resume = true;
  const Error error = error_of([&] { tune(again); });
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(error.message(), HasSubstr("evaluation data"));
}

TEST_F(Tune, AnEarlierHistoryIsKeptAside) {
  tune();
  const std::string before = read_file(folder_ / "out.dense.halftone.jsonl");
  config_.tuning.max_trials = 1;
  tune();
  EXPECT_EQ(read_file(folder_ / "out.dense.halftone.jsonl~"), before);
}

TEST_F(Tune, KeepsTheNearestWhereNothingMeetsTheTarget) {
  want_what_only_float_has();
  const Result result = tune();
  EXPECT_FALSE(result["target_met"]);
  EXPECT_EQ(result["verdict"], "not_met");
  EXPECT_NE(result["best"], 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out.dense"));
}

TEST_F(Tune, FailedTrialsAreToldAndFloatStays) {
  config_.model.path = write_network("broken.dense", "convert");
  const Result result = tune();
  EXPECT_EQ(result["best"], 0);
  EXPECT_EQ(result["trials"][1]["verdict"], "failed");
  EXPECT_THAT(result["trials"][1]["error"].get<std::string>(), HasSubstr("refuses"));
}

TEST_F(Tune, TheTimeOfASearchIsHonoured) {
  config_.tuning.timeout_seconds = 1e-9;
  const Error error = error_of([&] { tune(); });
  EXPECT_EQ(error.code(), ErrorCode::target_not_met);
  EXPECT_THAT(error.message(), HasSubstr("time"));
}

TEST_F(Tune, FreshSamplesJudgeTheChosenModel) {
  want_what_only_float_has();
  config_.tuning.fresh_samples = 100;
  const Result result = tune();
  EXPECT_EQ(result["selection"]["how"], "fresh_samples");
  EXPECT_EQ(result["selection"]["samples"], 100);
  EXPECT_EQ(result["trials"][0]["samples"], 400);
  config_.tuning.fresh_samples = 500;
  EXPECT_EQ(error_of([&] { tune(); }).code(), ErrorCode::configuration);
}

TEST_F(Tune, OtherwiseTheConfidenceIsDividedAmongTheTrials) {
  want_what_only_float_has();
  config_.tuning.effort = "thorough";
  const Result result = tune();
  EXPECT_EQ(result["selection"]["how"], "split_confidence");
  EXPECT_EQ(result["selection"]["samples"], 500);
  const double trials = static_cast<double>(result["trials"].size() - 1);
  EXPECT_NEAR(result["selection"]["confidence"].get<double>(), 1 - 0.05 / trials, 1e-12);
}

TEST_F(Tune, ThoroughTrialsSeeAllSamples) {
  config_.tuning.effort = "thorough";
  const Result result = tune();
  for (const Json& trial : result["trials"]) EXPECT_EQ(trial["samples"], 500);
}

TEST_F(Tune, WithoutDataNothingBegins) {
  config_.evaluation.data.clear();
  EXPECT_EQ(error_of([&] { tune(); }).code(), ErrorCode::configuration);
}

TEST_F(Tune, MemoryIsMeasuredByTheCommandAlone) {
  config_.tuning.objective = "memory";
  EXPECT_THAT(error_of([&] { tune(); }).message(), HasSubstr("memory"));
}

TEST_F(Tune, SeveralMetricsMayBeAddedUp) {
  config_.evaluation.metrics = {"top1", "accuracy"};
  config_.accuracy.max_drop = "top1=5pt,accuracy=5pt";
  config_.tuning.weights = "top1=0.5,accuracy=0.5";
  EXPECT_EQ(tune()["goal"]["criteria"].size(), 2U);
  config_.tuning.weights = "top3=1";
  EXPECT_EQ(error_of([&] { tune(); }).code(), ErrorCode::configuration);
}

}  // namespace
}  // namespace halftone
