#include "verbs/verbs.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "base/file.h"
#include "base/sha256.h"
#include "verbs/command_judgement.h"
#include "verbs/opened_model.h"
#include "verbs/testing/verb_fixture.h"

namespace halftone {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Verbs = testing::VerbFixture;

TEST_F(Verbs, QuantizeSavesModelAndResultAndJudgesBoth) {
  use_data(write_samples("d.npz", 300, 1));
  const Result result = quantize();
  EXPECT_EQ(Json::parse(read_file(folder_ / "out.json")), result);
  EXPECT_THAT(listing(), ElementsAre("d.npz", "m.dense", "out.dense", "out.json"));
  EXPECT_EQ(result["schema"], "halftone/quantize/1");
  EXPECT_EQ(result["calibration"]["samples"], 100);
  EXPECT_EQ(result["data"]["evaluation"]["samples"], 200);
  EXPECT_EQ(result["accuracy"]["top1"]["float"]["value"], 1.0);
  EXPECT_GT(result["accuracy"]["top1"]["value"]["value"], 0.95);
  EXPECT_EQ(result["ops"]["total"], 3);
  EXPECT_EQ(result["ops"]["quantized"], 3);
  EXPECT_EQ(result["verified"]["low_precision"], 2);
  EXPECT_EQ(result["size_bytes"]["after"], std::filesystem::file_size(folder_ / "out.dense"));
  EXPECT_EQ(result["output_sha256"], sha256_of_file(folder_ / "out.dense"));
  EXPECT_EQ(result["model_sha256"], sha256_of_file(folder_ / "m.dense"));
  EXPECT_EQ(result["q_config"]["model_sha256"], result["model_sha256"]);
  EXPECT_GT(result["latency_ms"]["ratio"]["p50"], 0.0);
  EXPECT_TRUE(result["verdict"].is_null());
  EXPECT_THAT(result["snippet"].get<std::string>(), HasSubstr("out.dense"));
  for (const std::string& warning : warnings_of(result)) EXPECT_THAT(warning, HasSubstr("latencies are unsteady"));
}

TEST_F(Verbs, QuantizeRecordsTheScalesOfTheSavedModel) {
  use_data(write_samples("d.npz", 300, 1));
  const Result result = quantize();
  const Json saved = Json::parse(read_file(folder_ / "out.dense"));
  for (const char* tensor : {"x", "r"}) {
    const Json& recorded = result["q_config"]["tensors"][tensor];
    const float scale = std::strtof(recorded["scale"][0].get<std::string>().c_str(), nullptr);
    EXPECT_EQ(scale, saved["quantized"][tensor]["scale"].get<float>());
    EXPECT_NEAR(scale, 1.0 / 255, 1e-4);
    EXPECT_EQ(recorded["zero_point"][0], 0);
  }
  EXPECT_EQ(result["q_config"]["ops"]["fc1"]["quant_mode"], "static");
}

TEST_F(Verbs, QuantizeGivesTheSameBytesForAnyNumberOfThreads) {
  use_data(write_samples("d.npz", 300, 1));
  quantize();
  const std::string first = read_file(folder_ / "out.dense");
  config_.threads = 1;
  quantize();
  EXPECT_EQ(read_file(folder_ / "out.dense"), first);
}

TEST_F(Verbs, QuantizeSavesAModelThatMissesItsTarget) {
  use_data(write_samples("d.npz", 2'000, 1));
  config_.accuracy.max_drop = "0";
  const Result result = quantize();
  ASSERT_LT(result["accuracy"]["top1"]["delta"]["value"], 0.0) << "no sample is near enough a tie";
  EXPECT_EQ(result["verdict"], "not_met");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out.dense"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out.json"));
}

TEST_F(Verbs, QuantizeIsUndecidedWhereTheDataCannotTell) {
  use_data(write_samples("d.npz", 300, 1));
  config_.accuracy.decide = "confident";
  config_.accuracy.max_drop = "0.1pt";
  const Result undecided = quantize();
  EXPECT_EQ(undecided["verdict"], "undecided");
  config_.accuracy.max_drop = "10pt";
  EXPECT_EQ(quantize()["verdict"], "met");
}

TEST_F(Verbs, QuantizeLeavesNothingBehindWhenItFails) {
  use_data(write_samples("d.npz", 300, 1));
  config_.model.path = write_network("m.dense", "convert");
  EXPECT_EQ(error_of([&] { quantize(); }).code(), ErrorCode::framework);
  config_.model.path = write_network("m.dense", "nan");
  EXPECT_THAT(error_of([&] { quantize(); }).message(), HasSubstr("NaN"));
  EXPECT_THAT(listing(), ElementsAre("d.npz", "m.dense"));
}

TEST_F(Verbs, QuantizeTellsOfPlannedKernelsThatRunInFloat) {
  use_data(write_samples("d.npz", 300, 1));
  config_.model.path = write_network("m.dense", "float_kernels");
  const Result result = quantize();
  EXPECT_THAT(warnings_of(result), Contains(HasSubstr("runs them in float")));
  EXPECT_EQ(result["verified"]["not_low_precision"].size(), 2);
}

TEST_F(Verbs, QuantizeComparesWithFloatWhereThereAreNoLabels) {
  use_data(write_samples("d.npz", 300, 1, 0, false));
  const Result result = quantize();
  EXPECT_EQ(result["accuracy"]["agreement"]["float"]["value"], 1.0);
  EXPECT_GT(result["accuracy"]["cosine"]["value"]["value"], 0.999);
  EXPECT_TRUE(result["accuracy"]["sqnr"]["float"].is_null());
  EXPECT_GT(result["accuracy"]["sqnr"]["value"]["value"], 30.0);
}

TEST_F(Verbs, QuantizeWithoutEvaluationDataJudgesNothing) {
  config_.quantization.calibration_data = write_samples("d.npz", 300, 1);
  const Result result = quantize();
  EXPECT_TRUE(result["accuracy"].is_null());
  EXPECT_TRUE(result["latency_ms"].is_null());
  EXPECT_TRUE(result["data"]["evaluation"].is_null());
}

TEST_F(Verbs, QuantizeNeedsCalibrationDataForStaticRanges) {
  EXPECT_EQ(error_of([&] { quantize(); }).code(), ErrorCode::configuration);
}

TEST_F(Verbs, QuantizeWarnsOfAFloatModelAtChanceLevel) {
  use_data(write_samples("d.npz", 300, 1, 1));
  EXPECT_THAT(warnings_of(quantize()), Contains(HasSubstr("chance level")));
}

TEST_F(Verbs, QuantizeStopsBeforeCalibrationWhenTheFloatModelMissesItsExpectation) {
  use_data(write_samples("d.npz", 300, 1, 1));
  config_.model.path = write_network("m.dense", "convert");
  config_.evaluation.expect = "top1=0.99±0.01";
  EXPECT_EQ(error_of([&] { quantize(); }).code(), ErrorCode::invalid_data);
}

TEST_F(Verbs, QuantizeUsesTheRangeMethodAskedForOrRefuses) {
  use_data(write_samples("d.npz", 300, 1));
  config_.quantization.range_method = RangeMethod::kl;
  EXPECT_EQ(quantize()["calibration"]["range_method"], "kl");
  config_.quantization.range_method = RangeMethod::mse;
  EXPECT_EQ(error_of([&] { quantize(); }).code(), ErrorCode::configuration);
}

TEST_F(Verbs, QuantizeReadsTheModelOnceWithRecipesToo) {
  use_data(write_samples("d.npz", 300, 1));
  config_.quantization.last_conv_or_matmul = "fp32";
  const Result result = quantize();
  ASSERT_EQ(result["ops"]["float"].size(), 1);
  EXPECT_EQ(result["ops"]["float"][0]["name"], "fc2");
  EXPECT_EQ(stages_.count("prepare model"), 1);
  EXPECT_EQ(stages_.count("load model"), 2) << "the float model, and the saved one";
}

TEST_F(Verbs, QuantizeJudgesTheSpeedup) {
  use_data(write_samples("d.npz", 300, 1));
  config_.min_speedup = 1'000;
  const Result result = quantize();
  EXPECT_EQ(result["verdict"], "not_met");
  EXPECT_EQ(result["gate"]["speed"]["verdict"], "not_met");
}

TEST_F(Verbs, PlanGivesEachFloatOpAReasonWithoutData) {
  config_.quantization.first_conv_or_matmul = "fp32";
  const Result result = run_plan(context(), config_);
  EXPECT_EQ(result["ops"]["quantized"], 1);
  EXPECT_EQ(result["ops"]["planned"][0]["name"], "fc2");
  ASSERT_EQ(result["ops"]["float"].size(), 2);
  EXPECT_EQ(result["ops"]["float"][0]["name"], "fc1");
  EXPECT_THAT(result["ops"]["float"][0]["reason"].get<std::string>(), HasSubstr("fc1"));
  EXPECT_EQ(result["conversions"].dump(), R"({"quantize":1,"dequantize":0,"islands":1})");
}

TEST_F(Verbs, PlanShowsTheFusions) {
  const Result result = run_plan(context(), config_);
  ASSERT_EQ(result["fusions"].size(), 1);
  EXPECT_EQ(result["fusions"][0]["ops"].dump(), R"(["fc1","relu"])");
  EXPECT_EQ(result["fusions"][0]["alternatives"].dump(),
            R"([[{"pattern":"Dense","ops":["fc1"],"quantizable":true},)"
            R"({"pattern":"Relu","ops":["relu"],"quantizable":false,)"
            R"("reason":"the backend has no low-precision kernel for Relu in section default"}]])");
}

TEST_F(Verbs, PlanRefusesAnApproachTheBackendDoesNotHave) {
  config_.quantization.approach = "dynamic";
  EXPECT_EQ(error_of([&] { run_plan(context(), config_); }).code(), ErrorCode::unsupported);
}

TEST_F(Verbs, QueryListsTheChoicesOfEachOp) {
  const Result result = run_query(context(), config_);
  EXPECT_EQ(result["section"], "default");
  EXPECT_EQ(result["op_types"]["Dense"].size(), 2);
  ASSERT_EQ(result["ops"].size(), 3);
  EXPECT_EQ(result["ops"][0]["choices"].size(), 2);
  EXPECT_EQ(result["ops"][1]["fused_into"], "fc1");
  EXPECT_EQ(result["groups"]["last_conv_or_matmul"].dump(), R"(["fc2"])");
  EXPECT_EQ(result["groups"]["blocks"].dump(), "[]");
  EXPECT_EQ(result["fusions"], run_plan(context(), config_)["fusions"]);
  EXPECT_EQ(result["fuse_patterns"].dump(), R"({"Dense":["Dense + Relu"]})");
}

TEST_F(Verbs, QueryWarnsOfARuleThatTakesAFusionApart) {
  config_.quantization.constraints.ops = {{"relu", true, {}, {}}};
  EXPECT_THAT(
      warnings_of(run_query(context(), config_)),
      ::testing::Contains(HasSubstr("'relu' is kept in float by the rule 'relu', and so taken out of the kernel "
                                    "Dense + Relu of 'fc1'")));
}

TEST_F(Verbs, InspectCountsOpsAndParameters) {
  const Result result = run_inspect(context(), config_);
  EXPECT_EQ(result["inputs"].dump(), R"([{"name":"x","dtype":"fp32","shape":[null,4]}])");
  EXPECT_EQ(result["ops"].dump(), R"({"total":3,"by_type":{"Dense":2,"Relu":1}})");
  EXPECT_EQ(result["parameters"]["total"], 28);
  EXPECT_EQ(result["quantized"]["already"], false);
}

TEST_F(Verbs, InspectKnowsAQuantizedModel) {
  config_.quantization.calibration_data = write_samples("d.npz", 300, 1);
  quantize();
  config_.model.path = folder_ / "out.dense";
  EXPECT_EQ(run_inspect(context(), config_)["quantized"]["already"], true);
}

TEST_F(Verbs, EvaluateComparesSampleBySample) {
  const std::string spec = write_samples("d.npz", 2'000, 1);
  use_data(spec);
  const Result quantized = quantize();
  config_.model.path = folder_ / "out.dense";
  config_.evaluation.data = write_samples("e.npz", 2'000, 2);
  config_.accuracy.max_drop = "5pt";
  const Result result = run_evaluate(context(), config_, {.against = folder_ / "m.dense"});
  EXPECT_EQ(result["samples"], 2'000);
  EXPECT_EQ(result["verdict"], "met");
  const double lost = result["against"]["flips"]["lost"];
  const double gained = result["against"]["flips"]["gained"];
  EXPECT_GT(lost, 0);
  EXPECT_EQ(gained, 0) << "the float model is always right here";
  EXPECT_DOUBLE_EQ(result["against"]["metrics"]["top1"]["delta"]["value"], (gained - lost) / 2'000);
  EXPECT_NEAR(result["metrics"]["top1"]["value"], 1 - lost / 2'000, 1e-12);
}

TEST_F(Verbs, EvaluateNeedsAModelToCompareWithForAToleratedLoss) {
  config_.evaluation.data = write_samples("d.npz", 60, 1);
  EXPECT_EQ(run_evaluate(context(), config_, {})["metrics"]["top1"]["value"], 1.0);
  config_.accuracy.max_drop = "1pt";
  EXPECT_EQ(error_of([&] { run_evaluate(context(), config_, {}); }).code(), ErrorCode::configuration);
}

/// A program that gives the float model 3 of 4 samples, any other model that is a file 2 of them.
constexpr const char* kJudge =
    R"(sh -c 'test -s "$1" || exit 3; case "$1" in *m.dense) s=1,1,1,0; v=0.75;; *) s=1,0,1,0; v=0.5;; esac;)"
    R"( echo "{\"metrics\": {\"mine\": $v, \"size\": 3}, \"per_sample\": {\"mine\": [$s]},)"
    R"( \"higher_is_better\": {\"size\": false}}"' judge {model})";

TEST_F(Verbs, EvaluateAsksTheUsersProgram) {
  config_.evaluation.command = kJudge;
  const Result alone = run_evaluate(context(), config_, {});
  EXPECT_EQ(alone["samples"], 4);
  EXPECT_EQ(alone["metrics"]["mine"]["value"], 0.75);
  EXPECT_TRUE(alone["metrics"]["size"]["low"].is_null());
  config_.model.path = write_network("other.dense");
  config_.accuracy.max_drop = "10pt";
  const Result result = run_evaluate(context(), config_, {.against = folder_ / "m.dense"});
  EXPECT_EQ(result["metrics"]["mine"]["value"], 0.5);
  EXPECT_EQ(result["against"]["metrics"]["mine"]["delta"]["value"], -0.25);
  EXPECT_EQ(result["against"]["flips"]["lost"], 1);
  EXPECT_EQ(result["verdict"], "not_met");
}

TEST_F(Verbs, QuantizeAsksTheUsersProgramAboutBothModels) {
  config_.quantization.calibration_data = write_samples("d.npz", 100, 1);
  config_.evaluation.command = kJudge;
  config_.accuracy.max_drop = "30pt";
  const Result result = quantize();
  EXPECT_EQ(result["accuracy"]["mine"]["float"]["value"], 0.75);
  EXPECT_EQ(result["accuracy"]["mine"]["value"]["value"], 0.5);
  EXPECT_EQ(result["accuracy"]["mine"]["flips"]["lost"], 1);
  EXPECT_EQ(result["verdict"], "met");
  EXPECT_TRUE(result["data"]["evaluation"].is_null());
  EXPECT_THAT(listing(), ElementsAre("d.npz", "m.dense", "out.dense", "out.json"));
}

TEST_F(Verbs, QuantizeEndsBeforeAnyWorkWhereTheUsersProgramFails) {
  config_.quantization.calibration_data = write_samples("d.npz", 100, 1);
  config_.evaluation.command = "sh -c 'echo out of luck >&2; exit 1' judge {model}";
  const Error error = error_of([&] { quantize(); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.message(), HasSubstr("out of luck"));
  EXPECT_THAT(listing(), ElementsAre("d.npz", "m.dense"));
  EXPECT_EQ(stages_.count("calibrate"), 0);
}

TEST_F(Verbs, EvaluateHasNothingToShowOfAProgramsSamples) {
  config_.evaluation.command = kJudge;
  EXPECT_EQ(error_of([&] { run_evaluate(context(), config_, {.iterations = 3}); }).code(), ErrorCode::configuration);
}

TEST_F(Verbs, AModelThatIsNoFileIsSavedForTheUsersProgram) {
  config_.evaluation.command = kJudge;
  const OpenedModel opened = open_model(plugins_, stages_, config_);
  const auto metrics =
      judge_unsaved(saved_model_judge({}, config_, stages_), *opened.adaptor, *opened.model, folder_ / "trial.dense");
  EXPECT_EQ(metrics.front().value, 0.5);
  EXPECT_THAT(listing(), ElementsAre("m.dense")) << "nothing is left of it";
}

TEST_F(Verbs, BenchmarkMeasuresAloneAndAgainst) {
  BenchmarkRequest request;
  request.runs = 10;
  request.batch = 3;
  const Result alone = run_benchmark(context(), config_, request);
  EXPECT_EQ(alone["runs"], 10);
  EXPECT_LE(alone["latency_ms"]["min"], alone["latency_ms"]["p50"]);
  EXPECT_TRUE(alone["against"].is_null());
  request.against = write_network("o.dense");
  const Result paired = run_benchmark(context(), config_, request);
  EXPECT_EQ(paired["against"]["pairs"], 10);
  EXPECT_GT(paired["against"]["ratio"]["p50"], 0.0);
}

TEST_F(Verbs, DataDescribesWhatTheModelWouldGet) {
  const Result result = run_data(context(), config_, write_samples("d.npz", 30, 1), std::nullopt);
  EXPECT_EQ(result["items"], 30);
  EXPECT_EQ(result["inputs"][0]["name"], "x");
  EXPECT_EQ(result["fits"], true);
  EXPECT_LE(result["inputs"][0]["max"], 1.0);
  std::uint64_t labelled = 0;
  for (const auto& [label, samples] : result["labels"].items()) labelled += samples.get<std::uint64_t>();
  EXPECT_EQ(labelled, 30);
}

TEST_F(Verbs, BackendsListsWhatIsThere) {
  const Result result = run_backends(context());
  ASSERT_EQ(result["backends"].size(), 1);
  EXPECT_EQ(result["backends"][0].dump(),
            R"({"key":"dense","framework":"Dense","version":"1.2.3","library":"built in","available":true,)"
            R"("skills":["static"],"missing":null,"hint":null})");
}

}  // namespace
}  // namespace halftone
