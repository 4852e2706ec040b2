#include "configuration/config_file.h"

#include <gmock/gmock.h>

#include "halftone/error.h"
#include "report/config_json.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string problems_of(const char* text) {
  try {
    parse_config(text, "c.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::configuration);
    return error.message();
  }
  return "no problem";
}

TEST(ConfigFile, ReadsEverySection) {
  const Config config = parse_config(R"(
model: {path: model.bin, backend: some_backend, inputs: {data: 1x3x224x224}, signature: null, library: null}
target: {isa: avx512}
quantization:
  approach: static
  format: qdq
  calibration: {data: "npz:calib.npz", samples: 64, range_method: percentile}
  recipes: {first_conv_or_matmul: fp32, last_conv_or_matmul: int8, pre_post_process: int8}
  op_types: {Conv: {weight: {granularity: per_channel}, activation: {scheme: asymmetric, algorithm: [minmax, kl]}}}
  ops: {"/features/0/.*": {precision: fp32}}
evaluation: {data: "images:val,labels=labels.csv,resize=256,crop=224", metrics: [top1], labels: given, command: null}
tuning:
  accuracy: {max_drop: 0.5pt, decide: confident, confidence: 0.9}
  min_speedup: 1.2
threads: 2
seed: 5
)",
                                     "c.yaml");
  EXPECT_EQ(config.model.path, "model.bin");
  EXPECT_EQ(config.model.backend, "some_backend");
  EXPECT_EQ(config.model.inputs.at(0).shape, (Shape{1, 3, 224, 224}));
  EXPECT_EQ(config.model.signature, "");
  EXPECT_EQ(config.target_isa, "avx512");
  EXPECT_EQ(config.quantization.calibration_data, "npz:calib.npz");
  EXPECT_EQ(config.quantization.calibration_samples, 64u);
  EXPECT_EQ(config.quantization.range_method, RangeMethod::percentile);
  EXPECT_EQ(config.quantization.first_conv_or_matmul, "fp32");
  EXPECT_EQ(config.quantization.constraints.op_types.at(0).pattern, "Conv");
  EXPECT_EQ(config.quantization.constraints.ops.at(0).keep_float, true);
  EXPECT_EQ(config.evaluation.data, "images:val,labels=labels.csv,resize=256,crop=224");
  EXPECT_THAT(config.evaluation.metrics, ElementsAre("top1"));
  EXPECT_EQ(config.accuracy.max_drop, "0.5pt");
  EXPECT_EQ(config.accuracy.decide, "confident");
  EXPECT_DOUBLE_EQ(config.accuracy.confidence, 0.9);
  EXPECT_EQ(config.min_speedup, 1.2);
  EXPECT_EQ(config.threads, 2);
  EXPECT_EQ(config.seed, 5u);
}

TEST(ConfigFile, NothingMeansTheDefaults) {
  for (const char* text : {"", "# only a comment\n", "{}", "model:\n", "quantization: {calibration: null}"}) {
    EXPECT_EQ(json_of(parse_config(text, "c.yaml")), json_of(Config{})) << text;
  }
}

TEST(ConfigFile, ListsAllProblemsAtOnceWithTheirLines) {
  const std::string problems = problems_of(
      "quantisation:\n"
      "  approach: static\n"
      "target: {isa: vni}\n"
      "quantization:\n"
      "  calibration:\n"
      "    sample: 100\n"
      "    samples: many\n"
      "  ops:\n"
      "    Conv: {precision: fp33}\n"
      "    '(': {precision: fp32}\n"
      "tuning:\n"
      "  stop: {effort: hard}\n");
  EXPECT_THAT(problems, HasSubstr("c.yaml has 7 problems:"));
  EXPECT_THAT(problems, HasSubstr("c.yaml:1: unknown key 'quantisation'; did you mean 'quantization'?"));
  EXPECT_THAT(problems, HasSubstr("c.yaml:3: unknown word 'vni'; did you mean 'vnni'?"));
  EXPECT_THAT(problems, HasSubstr("c.yaml:6: unknown key 'quantization.calibration.sample'; did you mean 'samples'?"));
  EXPECT_THAT(problems, HasSubstr("c.yaml:7: expected a whole number"));
  EXPECT_THAT(problems, HasSubstr("c.yaml:9: unknown word 'fp33'"));
  EXPECT_THAT(problems, HasSubstr("c.yaml:10: '(' is not a regular expression"));
  EXPECT_THAT(problems, HasSubstr("c.yaml:12: unknown word 'hard'"));
}

TEST(ConfigFile, OneProblemStandsAlone) {
  EXPECT_THAT(problems_of("seed: x"), HasSubstr("c.yaml:1: expected a whole number"));
  EXPECT_THAT(problems_of("seed: x"), Not(HasSubstr("problems")));
}

TEST(ConfigFile, RefusesSectionsThatAreNone) {
  EXPECT_THAT(problems_of("model: m.bin"), HasSubstr("'model' is a section"));
  EXPECT_THAT(problems_of("[a, b]"), HasSubstr("expected a map"));
  EXPECT_THAT(problems_of("model: {path: [a]}"), HasSubstr("c.yaml:1: expected a single value"));
}

TEST(ConfigFile, ReadsTheFile) { EXPECT_THROW(load_config("/nonexistent/c.yaml"), Error); }

TEST(ConfigFile, ChecksTheWholeAsWell) {
  EXPECT_THAT(problems_of("evaluation: {metrics: [top1, top1]}"), HasSubstr("named twice"));
}

TEST(ConfigFile, ResolvesAnchorsAndMergeKeys) {
  const Config config = parse_config(
      "quantization:\n  ops:\n    a: &keep {precision: fp32}\n    b: *keep\n    c: {<<: *keep}\n", "c.yaml");
  EXPECT_EQ(config.quantization.constraints.ops.size(), 3u);
}

TEST(ConfigFile, ItsOwnResultIsAConfigurationAgain) {
  const Config config =
      parse_config("model: {inputs: {x: 1x2:int64}}\nquantization: {ops: {a: {precision: fp32}}}\n", "c.yaml");
  EXPECT_EQ(json_of(parse_config(json_of(config).dump(), "again")), json_of(config));
}

}  // namespace
}  // namespace halftone
