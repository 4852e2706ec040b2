#include "configuration/option_table.h"

#include <gmock/gmock.h>

#include <set>

#include "halftone/error.h"
#include "report/config_json.h"

namespace halftone {
namespace {

using testing::HasSubstr;

bool is_written(const std::string& text) { return !text.empty() && text.front() != '('; }

std::string error_text(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(exit_status(error.code()), 2);
    return error.message() + " " + error.hint();
  }
  return "no error";
}

TEST(OptionTable, HasEveryKeyOfAResolvedConfiguration) {
  std::set<std::string> keys;
  const std::function<void(const Json&, const std::string&)> collect = [&](const Json& json,
                                                                           const std::string& prefix) {
    for (const auto& [key, value] : json.items()) {
      const std::string path = prefix + key;
      const bool is_section = value.is_object() && find_option(path) == nullptr;
      if (is_section)
        collect(value, path + ".");
      else
        keys.insert(path);
    }
  };
  collect(json_of(Config{}), "");
  std::set<std::string> table;
  for (const ConfigOption& option : option_table()) table.insert(option.key);
  EXPECT_EQ(keys, table);
}

TEST(OptionTable, KeysAndFlagsAreUnique) {
  std::set<std::string> seen;
  for (const ConfigOption& option : option_table()) {
    EXPECT_TRUE(seen.insert(option.key).second) << option.key;
    for (const std::string& flag : option.flags) EXPECT_TRUE(seen.insert(flag).second) << flag;
  }
}

TEST(OptionTable, DefaultTextsAreTheDefaults) {
  for (const ConfigOption& option : option_table()) {
    if (!is_written(option.default_text)) continue;
    Config config;
    option.set(config, OptionValue(option.default_text, option.key));
    EXPECT_EQ(json_of(config), json_of(Config{})) << option.key;
  }
}

TEST(OptionTable, SetsEveryKey) {
  Config config;
  for (const char* assignment : {"model.path=m.bin",
                                 "model.backend=b",
                                 "model.library=/l.so",
                                 "model.signature=s",
                                 "model.inputs=x=1x2",
                                 "target.isa=avx2",
                                 "quantization.approach=static",
                                 "quantization.format=qdq",
                                 "quantization.calibration.data=npz:c.npz",
                                 "quantization.calibration.samples=7",
                                 "quantization.calibration.range_method=kl",
                                 "quantization.recipes.first_conv_or_matmul=fp32",
                                 "quantization.recipes.last_conv_or_matmul=fp32",
                                 "quantization.recipes.pre_post_process=fp32",
                                 "quantization.recipes.float_outputs=[Conv]",
                                 "quantization.recipes.dedicated_qdq_pairs=true",
                                 "quantization.recipes.qdq_on_weights=true",
                                 "quantization.reduce_range=true",
                                 "quantization.op_types_to_quantize=Conv,MatMul",
                                 "quantization.ops_to_quantize=[a]",
                                 "quantization.ops_to_exclude=b",
                                 "quantization.tensors={x: {min: 0, max: 1}}",
                                 "quantization.op_types={Conv: {precision: fp32}}",
                                 "quantization.ops={a: {precision: fp32}}",
                                 "evaluation.data=npz:e.npz",
                                 "evaluation.samples=9",
                                 "evaluation.metrics=top1,top5",
                                 "evaluation.labels=float",
                                 "evaluation.command=./judge {model}",
                                 "evaluation.expect=top1=0.76±0.01",
                                 "tuning.accuracy.max_drop=0.5pt",
                                 "tuning.accuracy.decide=confident",
                                 "tuning.accuracy.confidence=0.9",
                                 "tuning.min_speedup=1.5",
                                 "threads=3",
                                 "seed=4"}) {
    const std::string before = json_of(config).dump();
    set_assignment(config, assignment);
    EXPECT_NE(json_of(config).dump(), before) << assignment;
  }
  EXPECT_EQ(config.evaluation.expect, "top1=0.76±0.01");
  EXPECT_EQ(config.model.inputs.at(0).shape, (Shape{1, 2}));
  EXPECT_EQ(config.quantization.range_method, RangeMethod::kl);
}

TEST(OptionTable, EntriesOfMapsCanBeSetAlone) {
  Config config;
  set_assignment(config, "quantization.op_types.Conv={weight: {granularity: per_tensor}}");
  set_assignment(config, "quantization.ops./a.b/\"c\"={precision: fp32}");
  set_assignment(config, "quantization.tensors./a.b={scale: 0.5, zero_point: 1}");
  set_assignment(config, "model.inputs.x=1x2");
  EXPECT_EQ(config.quantization.tensors.at(0).pattern, "/a.b");
  EXPECT_EQ(config.quantization.constraints.op_types.at(0).pattern, "Conv");
  EXPECT_EQ(config.quantization.constraints.ops.at(0).pattern, "/a.b/\"c\"");
  EXPECT_EQ(config.model.inputs.at(0).name, "x");
}

TEST(OptionTable, UnknownKeysNameTheNearest) {
  Config config;
  const std::string text = error_text([&] { set_assignment(config, "quantization.calibration.sample=7"); });
  EXPECT_THAT(text, HasSubstr("unknown key 'quantization.calibration.sample'"));
  EXPECT_THAT(text, HasSubstr("'quantization.calibration.samples'"));
}

TEST(OptionTable, AlgorithmIsAnotherWordForRangeMethod) {
  Config config;
  set_assignment(config, "quantization.calibration.algorithm=mse");
  EXPECT_EQ(config.quantization.range_method, RangeMethod::mse);
}

TEST(OptionTable, NodesAreAnotherWordForOps) {
  Config config;
  set_assignment(config, "quantization.nodes_to_quantize=a,b.*");
  set_assignment(config, "quantization.nodes_to_exclude=[]");
  EXPECT_THAT(config.quantization.constraints.ops_to_quantize, testing::ElementsAre("a", "b.*"));
  EXPECT_THAT(error_text([&] { set_assignment(config, "quantization.nodes_to_exclude=("); }),
              HasSubstr("is not a regular expression"));
}

TEST(OptionTable, TrainingIsAnApproach) {
  Config config;
  set_assignment(config, "quantization.approach=qat");
  EXPECT_EQ(config.quantization.approach, "qat");
  EXPECT_THAT(error_text([&] { set_assignment(config, "quantization.approach=qot"); }), HasSubstr("qat"));
}

TEST(OptionTable, SearchesAreSetByTheirKeys) {
  Config config;
  set_assignment(config, "tuning.strategy=mine");
  set_assignment(config, "tuning.objective=latency=0.7,size=0.3");
  set_assignment(config, "tuning.stop.timeout=1h30m");
  set_assignment(config, "tuning.stop.max_trials=5");
  set_assignment(config, "tuning.accuracy.max_drop=top1=0.5pt,top5=1%");
  EXPECT_EQ(config.tuning.strategy, "mine");
  EXPECT_EQ(config.tuning.objective, "latency=0.7,size=0.3");
  EXPECT_EQ(config.tuning.timeout_seconds, 5'400);
  EXPECT_EQ(config.tuning.max_trials, 5U);
  EXPECT_EQ(config.accuracy.max_drop, "top1=0.5pt,top5=1%");
  for (const char* assignment :
       {"tuning.stop.timeout=soon", "tuning.stop.max_trials=0", "tuning.objective=speed", "tuning.stop.effort=hard",
        "tuning.accuracy.weights=top1", "tuning.accuracy.max_drop=top1=1%,2%", "tuning.accuracy.fresh_samples=0"}) {
    EXPECT_THAT(error_text([&] { set_assignment(config, assignment); }), testing::Ne("no error")) << assignment;
  }
}

TEST(OptionTable, RefusesValuesThatCannotBe) {
  Config config;
  for (const char* assignment : {"target.isa=sse2",
                                 "quantization.approach=statik",
                                 "quantization.format=onyx",
                                 "quantization.calibration.samples=0",
                                 "quantization.calibration.range_method=max",
                                 "quantization.recipes.last_conv_or_matmul=fp16",
                                 "evaluation.samples=-1",
                                 "evaluation.metrics=topp1",
                                 "evaluation.labels=mine",
                                 "evaluation.command=./judge",
                                 "evaluation.command='./judge {model}",
                                 "evaluation.expect=top1",
                                 "tuning.accuracy.max_drop=-1%",
                                 "tuning.accuracy.decide=maybe",
                                 "tuning.accuracy.confidence=1",
                                 "tuning.accuracy.confidence=95",
                                 "tuning.min_speedup=0",
                                 "threads=5000",
                                 "seed=-1",
                                 "nonsense",
                                 "=1",
                                 "model.inputs=x"}) {
    EXPECT_NE(error_text([&] { set_assignment(config, assignment); }), "no error") << assignment;
  }
}

}  // namespace
}  // namespace halftone
