#include <gmock/gmock.h>

#include <atomic>
#include <cmath>
#include <sstream>

#include "base/file.h"
#include "base/sha256.h"
#include "halftone/measurer.h"
#include "verbs/testing/verb_fixture.h"

namespace halftone {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

/// What a calling program brings in place of files and commands.
class ProgramHooks : public testing::VerbFixture {
 protected:
  VerbContext with(Hooks hooks) { return {plugins_, stages_, {"halftone", "test"}, std::move(hooks)}; }
  Result quantize(const Hooks& hooks) {
    return run_quantize(with(hooks), config_, folder_ / "out.dense", folder_ / "out.json");
  }
  Result tune(const Hooks& hooks) {
    config_.tuning.objective = "size";
    config_.tuning.max_trials = 2;
    return run_tune(with(hooks), config_, {folder_ / "out.dense", folder_ / "out.json"});
  }
  /// Takes a model for worth 0.9, and for 0.8 once it is quantized.
  Hooks judging() {
    Hooks hooks;
    hooks.judge_text = "my_metric";
    hooks.judge = [this](const std::filesystem::path& model) {
      ++judged_;
      const bool is_quantized = Json::parse(read_file(model)).contains("quantized");
      return std::vector<CommandMetric>{{.name = "quality", .value = is_quantized ? 0.8 : 0.9},
                                        {.name = "other", .value = 1}};
    };
    return hooks;
  }
  /// Metrics see the first class alone.
  static Hooks blinded() {
    Hooks hooks;
    hooks.postprocess = [](const NamedTensors& outputs) {
      const std::int64_t rows = outputs.front().value.shape().front();
      std::vector<float> values;
      for (std::int64_t row = 0; row < rows; ++row) values.insert(values.end(), {1, 0, 0});
      return NamedTensors{{"seen", Tensor::from(std::move(values), {rows, 3})}};
    };
    return hooks;
  }
  std::atomic<int> judged_ = 0;
};

TEST_F(ProgramHooks, AJudgeTakesThePlaceOfDataAndMetrics) {
  config_.quantization.calibration_data = write_samples("d.npz", 300, 1);
  config_.accuracy.max_drop = "5pt";
  const Result result = quantize(judging());
  EXPECT_EQ(judged_, 2);
  EXPECT_EQ(result["accuracy"]["quality"]["float"]["value"], 0.9);
  EXPECT_EQ(result["accuracy"]["quality"]["value"]["value"], 0.8);
  EXPECT_TRUE(result["accuracy"]["quality"]["delta"]["low"].is_null());
  EXPECT_EQ(result["verdict"], "not_met");
  EXPECT_TRUE(result["data"]["evaluation"].is_null());
}

TEST_F(ProgramHooks, AJudgeGivesTheMetricsThatAreAskedFor) {
  config_.quantization.calibration_data = write_samples("d.npz", 300, 1);
  config_.evaluation.metrics = {"other"};
  EXPECT_FALSE(quantize(judging())["accuracy"].contains("quality"));
  config_.evaluation.metrics = {"qualty"};
  EXPECT_THAT(error_of([&] { quantize(judging()); }).hint(), HasSubstr("did you mean 'quality'?"));
}

TEST_F(ProgramHooks, AJudgeEvaluates) {
  const auto quantized = write_variant("q.dense", {{"quantized", Json::object()}});
  EXPECT_EQ(run_evaluate(with(judging()), config_, {})["metrics"]["quality"]["value"], 0.9);
  const auto in_float = config_.model.path;
  config_.model.path = quantized;
  const Result paired = run_evaluate(with(judging()), config_, {.against = in_float});
  EXPECT_NEAR(paired["against"]["metrics"]["quality"]["delta"]["value"].get<double>(), -0.1, 1e-12);
}

TEST_F(ProgramHooks, AJudgeJudgesTrials) {
  config_.quantization.calibration_data = write_samples("d.npz", 300, 1);
  config_.accuracy.max_drop = "20pt";
  const Result result = tune(judging());
  EXPECT_EQ(result["baseline"]["metrics"]["quality"]["value"], 0.9);
  EXPECT_EQ(result["trials"][1]["metrics"]["quality"]["value"], 0.8);
  std::istringstream history(read_file(folder_ / "out.dense.halftone.jsonl"));
  std::string first;
  std::getline(history, first);
  EXPECT_THAT(first, HasSubstr(sha256_of("my_metric")));
}

TEST_F(ProgramHooks, OneJudgeIsEnough) {
  config_.quantization.calibration_data = write_samples("d.npz", 300, 1);
  config_.evaluation.command = "judge {model}";
  EXPECT_EQ(error_of([&] { quantize(judging()); }).code(), ErrorCode::configuration);
  EXPECT_EQ(error_of([&] { tune(judging()); }).code(), ErrorCode::configuration);
  EXPECT_EQ(error_of([&] { run_evaluate(with(judging()), config_, {}); }).code(), ErrorCode::configuration);
  EXPECT_EQ(judged_, 0);
}

TEST_F(ProgramHooks, AJudgeHasToGiveNumbers) {
  Hooks hooks = judging();
  for (const std::vector<CommandMetric>& answer :
       {std::vector<CommandMetric>{}, {{.name = "quality", .value = std::nan("")}}}) {
    hooks.judge = [&](const std::filesystem::path&) { return answer; };
    const Error error = error_of([&] { run_evaluate(with(hooks), config_, {}); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  }
}

TEST_F(ProgramHooks, EvaluationDataBesideAJudgeAreNotUsed) {
  config_.evaluation.data = write_samples("d.npz", 300, 1);
  const Result result = run_evaluate(with(judging()), config_, {});
  EXPECT_THAT(warnings_of(result), Contains(HasSubstr("a function of the program judges the models")));
}

TEST_F(ProgramHooks, MetricsSeeWhatIsMadeOfOutputsInEveryVerb) {
  use_data(write_samples("d.npz", 300, 1));
  const double evaluated = run_evaluate(with(blinded()), config_, {})["metrics"]["top1"]["value"];
  EXPECT_LT(evaluated, 0.6) << "only samples of the first class are right";
  EXPECT_GT(evaluated, 0.1);
  const Result paired = run_evaluate(with(blinded()), config_, {.against = config_.model.path});
  EXPECT_EQ(paired["against"]["metrics"]["top1"]["delta"]["value"], 0.0);
  const Result quantized = quantize(blinded());
  EXPECT_LT(quantized["accuracy"]["top1"]["float"]["value"], 0.6);
  EXPECT_EQ(quantized["accuracy"]["top1"]["delta"]["value"], 0.0);
  const Result tuned = tune(blinded());
  EXPECT_LT(tuned["baseline"]["metrics"]["top1"]["value"], 0.6);
  EXPECT_EQ(tuned["trials"][1]["deltas"]["top1"]["value"], 0.0);
}

/// Counts inferences.
class Inferences final : public Measurer {
 public:
  void start() override { ++count; }
  void end() override {}
  int count = 0;
};

TEST_F(ProgramHooks, AMeasurerIsToldOfTheEvaluatedModelsInferences) {
  use_data(write_samples("d.npz", 40, 1));
  Inferences inferences;
  Hooks hooks;
  hooks.measurer = &inferences;
  run_evaluate(with(hooks), config_, {});
  EXPECT_EQ(inferences.count, 40);
  run_evaluate(with(hooks), config_, {.against = config_.model.path});
  EXPECT_EQ(inferences.count, 80);
}

}  // namespace
}  // namespace halftone
