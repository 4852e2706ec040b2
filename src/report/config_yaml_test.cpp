#include "report/config_yaml.h"

#include <gmock/gmock.h>

#include "configuration/config_file.h"
#include "configuration/option_table.h"
#include "halftone/error.h"
#include "report/config_json.h"

namespace halftone {
namespace {

using testing::HasSubstr;
using testing::Not;

Config read_again(const Config& config, const ConfigNotes& notes = {}) {
  return parse_config(config_yaml(config, notes), "written.yaml");
}

TEST(ConfigYaml, OfTheDefaultsChangesNothing) { EXPECT_EQ(json_of(read_again({})), json_of(Config{})); }

TEST(ConfigYaml, HasEveryKeyUnderItsHelp) {
  const std::string text = config_yaml({}, {});
  for (const ConfigOption& option : option_table()) {
    const std::string last = option.key.substr(option.key.rfind('.') + 1);
    EXPECT_THAT(text, HasSubstr(last + ": ")) << option.key;
    EXPECT_THAT(text, HasSubstr("# " + option.help.substr(0, 40))) << option.key;
  }
  EXPECT_THAT(text, HasSubstr("# How many samples calibrate (N, --calib-samples, --samples; default: 100)\n"
                              "    samples: 100\n"));
}

TEST(ConfigYaml, KeepsEveryValueThatWasSet) {
  Config config;
  for (const char* assignment : {"model.path=models/m x.bin",
                                 "model.backend=b",
                                 "model.inputs.a b=1x2:int64",
                                 "model.inputs.null=scalar",
                                 "target.isa=avx2",
                                 "quantization.format=qdq",
                                 "quantization.calibration.data=@c.yaml",
                                 "quantization.calibration.samples=7",
                                 "quantization.calibration.range_method=kl",
                                 "quantization.recipes.last_conv_or_matmul=fp32",
                                 "quantization.op_types={Conv|Gemm: {weight: {granularity: per_tensor}, activation: "
                                 "{scheme: [symmetric, asymmetric], range_method: kl}}}",
                                 "quantization.ops./a\\.b/.*={precision: fp32}",
                                 "evaluation.data=images:val,labels=l.csv",
                                 "evaluation.samples=9",
                                 "evaluation.metrics=top1,top5",
                                 "evaluation.expect=top1=0.76±0.01",
                                 "tuning.accuracy.max_drop=1%",
                                 "tuning.accuracy.confidence=0.9",
                                 "tuning.min_speedup=1.5",
                                 "threads=3",
                                 "seed=18446744073709551615"}) {
    set_assignment(config, assignment);
  }
  EXPECT_EQ(json_of(read_again(config)), json_of(config));
}

TEST(ConfigYaml, KeepsNamesThatMeanSomethingInYaml) {
  for (const char* name : {"",
                           "~",
                           "null",
                           "- a",
                           "a: b",
                           "#a",
                           "\"'\\",
                           "{a",
                           "[a",
                           "*a",
                           "&a",
                           "!a",
                           "%a",
                           "@a",
                           "?",
                           "<<",
                           "é\u2028\u0085",
                           "tab\tand\nlines",
                           "a,b",
                           "---",
                           "..."}) {
    Config config;
    config.model.path = name;
    config.model.inputs = {{name, {1, 2}, std::nullopt}};
    EXPECT_EQ(json_of(read_again(config)), json_of(config)) << name;
  }
}

TEST(ConfigYaml, RefusesWhatNoFileCanHold) {
  Config config;
  config.model.path = "\xff";
  EXPECT_THROW(config_yaml(config, {}), Error);
}

TEST(ConfigYaml, HoldsAdviceAndExamplesAsComments) {
  ConfigNotes notes;
  notes.head = {"For a\nmodel: {path: other}"};
  notes.advice["evaluation.metrics"] = {"take top1"};
  notes.examples["quantization.ops"] = {"conv: {precision: fp32}", "fc: {precision: fp32}"};
  const std::string text = config_yaml({}, notes);
  EXPECT_THAT(text, HasSubstr("# For a model: {path: other}\n"));
  EXPECT_THAT(text, HasSubstr("  # take top1\n  metrics: null\n"));
  EXPECT_THAT(text, HasSubstr("  ops:\n    # conv: {precision: fp32}\n    # fc: {precision: fp32}\n"));
  EXPECT_EQ(json_of(read_again({}, notes)), json_of(Config{}));
}

TEST(ConfigYaml, ExamplesBecomeEntriesWhenTheyAreUncommented) {
  ConfigNotes notes;
  notes.examples["quantization.ops"] = {yaml_text(R"(/a\.b)") + ": {precision: fp32}"};
  std::string text = config_yaml({}, notes);
  const std::size_t mark = text.find("# \"/a");
  ASSERT_NE(mark, std::string::npos);
  text.erase(mark, 2);
  const Config config = parse_config(text, "written.yaml");
  ASSERT_EQ(config.quantization.constraints.ops.size(), 1u);
  EXPECT_EQ(config.quantization.constraints.ops[0].pattern, R"(/a\.b)");
}

}  // namespace
}  // namespace halftone
