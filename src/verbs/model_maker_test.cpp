#include "verbs/model_maker.h"

#include <gmock/gmock.h>

#include <atomic>

#include "base/file.h"
#include "verbs/testing/verb_fixture.h"
#include "verbs/testing/whole_adaptor.h"

namespace halftone {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Verbs on adaptors that this program adds.
class AddedBackend : public testing::VerbFixture {
 protected:
  void use(const std::string& key, AdaptorFactory factory) {
    PluginManifest manifest;
    manifest.keys = {key};
    manifest.extensions = {".dense"};
    manifest.framework = "Dense";
    add_adaptor(std::move(manifest), std::move(factory), /*replace=*/true);
    registry_.emplace(PluginRegistry::discover());
    config_.model.backend = key;
  }
  VerbContext with(Hooks hooks = {}) { return {*registry_, stages_, {"halftone", "test"}, std::move(hooks)}; }
  Result quantize(const Hooks& hooks = {}) {
    return run_quantize(with(hooks), config_, folder_ / "out.dense", folder_ / "out.json");
  }
  Result tune(const Hooks& hooks = {}) {
    config_.tuning.objective = "size";
    config_.accuracy.max_drop = "5pt";
    return run_tune(with(hooks), config_, {folder_ / "out.dense", folder_ / "out.json"});
  }
  Json saved() const { return Json::parse(read_file(folder_ / "out.dense")); }
  RecoverRequest recovery() const { return {folder_ / "out.json", std::nullopt, folder_ / "again.dense"}; }

  std::optional<PluginRegistry> registry_;
};

class WholeBackend : public AddedBackend {
 protected:
  void SetUp() override {
    AddedBackend::SetUp();
    use("whole", [passes = passes_](AdaptorOptions options) {
      return std::make_unique<testing::WholeAdaptor>(std::move(options), passes);
    });
  }
  std::shared_ptr<std::atomic<int>> passes_ = std::make_shared<std::atomic<int>>(0);
};

TEST_F(WholeBackend, QuantizesAndIsJudgedByOneNumberAMetric) {
  use_data(write_samples("d.npz", 300, 1));
  config_.accuracy.max_drop = "5pt";
  config_.target_isa = "avx2";
  const Result result = quantize();
  EXPECT_EQ(*passes_, 1);
  EXPECT_EQ(result["ops"]["quantized"], 3);
  EXPECT_EQ(result["approach"], "static");
  EXPECT_EQ(result["q_config"]["ops"]["fc1"]["quant_mode"], "static");
  EXPECT_EQ(result["calibration"]["samples"], 100);
  EXPECT_EQ(result["data"]["evaluation"]["samples"], 200);
  EXPECT_EQ(result["accuracy"]["top1"]["float"]["value"], 1.0);
  EXPECT_GT(result["accuracy"]["top1"]["value"]["value"], 0.95);
  EXPECT_TRUE(result["accuracy"]["top1"]["delta"]["low"].is_null());
  EXPECT_EQ(result["verdict"], "met");
  EXPECT_TRUE(result["saturation"].is_null()) << "nobody can look at its tensors";
  EXPECT_GT(result["latency_ms"]["ratio"]["p50"], 0.0);
  EXPECT_GT(saved()["quantized"]["x"]["scale"], 0.0);
}

TEST_F(WholeBackend, NeedsDataForStaticChoices) {
  const Error error = error_of([&] { quantize(); });
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(error.message(), HasSubstr("needs calibration data"));
}

TEST_F(WholeBackend, IsPlannedAsChosen) {
  config_.quantization.constraints.ops_to_exclude = {"fc2"};
  const Result plan = run_plan(with(), config_);
  EXPECT_EQ(plan["ops"]["quantized"], 2);
  EXPECT_EQ(plan["conversions"]["quantize"], 0);
  EXPECT_EQ(plan["approaches"], Json::array({"static"}));
  EXPECT_EQ(run_query(with(), config_)["units"].size(), 2);
}

TEST_F(WholeBackend, IsEvaluatedAndTimed) {
  use_data(write_samples("d.npz", 50, 1));
  const Result alone = run_evaluate(with(), config_, {});
  EXPECT_EQ(alone["samples"], 50);
  EXPECT_EQ(alone["metrics"]["top1"]["value"], 1.0);
  EXPECT_TRUE(alone["metrics"]["top1"]["low"].is_null());
  config_.accuracy.max_drop = "1%";
  const Result paired = run_evaluate(with(), config_, {.against = config_.model.path});
  EXPECT_EQ(paired["against"]["metrics"]["top1"]["delta"]["value"], 0.0);
  EXPECT_EQ(paired["verdict"], "met");
  config_.accuracy.decide = "confident";
  EXPECT_EQ(run_evaluate(with(), config_, {.against = config_.model.path})["verdict"], "undecided");
  BenchmarkRequest request;
  request.runs = 3;
  EXPECT_EQ(run_benchmark(with(), config_, request)["runs"], 3);
}

TEST_F(WholeBackend, IsSearchedWithAPassForEachTrial) {
  use_data(write_samples("d.npz", 300, 1));
  config_.tuning.max_trials = 3;
  for (const char* strategy : {"basic", "random"}) {
    config_.tuning.strategy = strategy;
    *passes_ = 0;
    const Result result = tune();
    const std::size_t trials = result["trials"].size();
    EXPECT_TRUE(result["target_met"]) << strategy;
    EXPECT_GE(*passes_, static_cast<int>(trials) - 1) << strategy;
    EXPECT_EQ(stages_.count("calibrate"), 0);
    EXPECT_TRUE(result["calibration"]["each_trial"]);
    EXPECT_TRUE(result["calibration"]["table"].is_null());
    EXPECT_EQ(result["calibration"]["samples"], 100);
    for (const Json& trial : result["trials"]) {
      EXPECT_EQ(trial["samples"], 200) << trial.dump();
      EXPECT_FALSE(trial["stopped_early"]) << trial.dump();
    }
    const std::vector<std::string> warnings = warnings_of(result);
    EXPECT_EQ(std::ranges::count_if(
                  warnings,
                  [](const std::string& text) { return text.find("every trial makes a pass") != std::string::npos; }),
              1);
  }
}

TEST_F(WholeBackend, NeedNotSayWhatItsModelsTakeAndGive) {
  config_.model.path = write_variant("m.dense", {{"undeclared", true}});
  use_data(write_samples("d.npz", 300, 1));
  EXPECT_EQ(quantize()["accuracy"]["top1"]["float"]["value"], 1.0);
  EXPECT_TRUE(tune()["target_met"]);
}

TEST_F(WholeBackend, IsNotRunWhereNobodyKnowsItsInputs) {
  config_.model.path = write_variant("m.dense", {{"undeclared", true}});
  config_.quantization.approach = "qat";
  Hooks hooks;
  hooks.q_func = [](Model&) {};
  EXPECT_THAT(warnings_of(quantize(hooks)), Contains(HasSubstr("that it opens, and not that it runs")));
  config_.min_speedup = 1.5;
  EXPECT_EQ(error_of([&] { quantize(hooks); }).code(), ErrorCode::configuration);
}

TEST_F(WholeBackend, IsSearchedByNoStrategyThatLooksIntoModels) {
  use_data(write_samples("d.npz", 300, 1));
  config_.tuning.strategy = "mse";
  EXPECT_EQ(error_of([&] { tune(); }).code(), ErrorCode::configuration);
}

TEST_F(WholeBackend, MakesNoModelFromARecord) {
  use_data(write_samples("d.npz", 300, 1));
  quantize();
  const Error error = error_of([&] { run_recover(with(), config_, recovery()); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_THAT(error.hint(), HasSubstr("quantize again"));
}

class TrainableBackend : public AddedBackend {
 protected:
  void SetUp() override {
    AddedBackend::SetUp();
    use("trainable",
        [](AdaptorOptions options) { return std::make_unique<testing::TrainableAdaptor>(std::move(options)); });
    config_.quantization.approach = "qat";
    use_data(write_samples("d.npz", 300, 1));
  }
  /// "Trains": one weight doubles, and with it what the second product reads at the most.
  Hooks trained() {
    Hooks hooks;
    hooks.q_func = [this](Model& model) {
      auto& network = dynamic_cast<testing::TrainableNetwork&>(model);
      ++trainings_;
      seen_ = network.ranges;
      network.file["fc1"][0] = 2;
      network.ranges["r"].high = 2;
    };
    return hooks;
  }
  std::atomic<int> trainings_ = 0;
  std::map<std::string, Range> seen_;
};

TEST_F(TrainableBackend, SavesWhatTrainingMadeOfWeightsAndRanges) {
  config_.quantization.range_method = RangeMethod::kl;
  const Result result = quantize(trained());
  EXPECT_EQ(trainings_, 1);
  EXPECT_NEAR(seen_.at("r").high, 1, 0.05) << "training begins with calibrated ranges";
  EXPECT_EQ(saved()["fc1"][0], 2);
  EXPECT_FLOAT_EQ(saved()["quantized"]["r"]["scale"].get<float>(), 2.0F / 255);
  EXPECT_NEAR(saved()["quantized"]["x"]["scale"].get<float>(), 1.0F / 255, 1e-4);
  EXPECT_EQ(result["approach"], "qat");
  EXPECT_EQ(result["calibration"]["samples"], 100);
  EXPECT_EQ(result["q_config"]["prepare"], Json::array({"prepare", "train"}));
}

TEST_F(TrainableBackend, TrainsOnlyWithAFunctionAndOnlyWhereThatIsTheApproach) {
  const Error without = error_of([&] { quantize(); });
  EXPECT_EQ(without.code(), ErrorCode::configuration);
  EXPECT_THAT(without.message(), HasSubstr("needs a training function"));
  EXPECT_EQ(error_of([&] { tune(); }).code(), ErrorCode::configuration);
  config_.quantization.approach = "static";
  EXPECT_EQ(error_of([&] { quantize(trained()); }).code(), ErrorCode::configuration);
  EXPECT_EQ(error_of([&] { tune(trained()); }).code(), ErrorCode::configuration);
  EXPECT_EQ(trainings_, 0);
}

TEST_F(TrainableBackend, IsPlannedWithoutAFunction) { EXPECT_EQ(run_plan(with(), config_)["approach"], "qat"); }

TEST_F(TrainableBackend, IsTrainedInEachTrialOfASearch) {
  config_.tuning.max_trials = 2;
  config_.tuning.strategy = "random";
  const Result result = tune(trained());
  EXPECT_GE(trainings_, static_cast<int>(result["trials"].size()) - 1);
  EXPECT_FALSE(result["calibration"]["each_trial"]);
  EXPECT_EQ(stages_.count("calibrate"), 1) << "every training begins with the same statistics";
}

TEST_F(TrainableBackend, MakesNoModelFromARecordThatLacksItsWeights) {
  quantize(trained());
  const Error error = error_of([&] { run_recover(with(), config_, recovery()); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_THAT(error.message(), HasSubstr("weights were trained"));
}

TEST_F(TrainableBackend, NoOtherBackendTrains) {
  config_.model.backend = "dense";
  Hooks hooks = trained();
  const VerbContext context{plugins_, stages_, {}, hooks};
  const Error error = error_of([&] { run_quantize(context, config_, folder_ / "out.dense", folder_ / "out.json"); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_THAT(error.message(), HasSubstr("'dense' cannot train"));
  EXPECT_THAT(listing(), Not(Contains("out.dense")));
}

TEST_F(TrainableBackend, QuantizesWithoutDataWhatObservesNothing) {
  const auto adaptor = registry_->make({.key = "trainable"});
  const auto model = adaptor->prepare(*adaptor->load({config_.model.path, {}}));
  const Capability capability = adaptor->query_fw_capability(*model);
  TuneConfig config = default_config(adaptor->graph(*model), capability, std::nullopt);
  const Error error = error_of([&] { adaptor->quantize(config, *model, capability, nullptr, {}); });
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(error.message(), HasSubstr("static quantization needs calibration data"));
  for (auto& [anchor, unit] : config.units) unit = {std::nullopt, "as it was"};
  EXPECT_EQ(adaptor->quantize(config, *model, capability, nullptr, {}).plan.quantized_ops(), 0U);
}

}  // namespace
}  // namespace halftone
