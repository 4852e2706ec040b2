#include <gmock/gmock.h>

#include <regex>

#include "base/file.h"
#include "configuration/config_file.h"
#include "report/config_json.h"
#include "verbs/testing/verb_fixture.h"

namespace halftone {
namespace {

using ::testing::HasSubstr;

class Init : public testing::VerbFixture {
 protected:
  Result init(const std::filesystem::path& output = {}, bool force = false) {
    return run_init(context(), config_, {output, force});
  }
  Config written() const { return load_config(folder_ / "m.halftone.yaml"); }
};

TEST_F(Init, WritesBesideTheModel) {
  const Result result = init();
  EXPECT_EQ(result["output"], (folder_ / "m.halftone.yaml").string());
  EXPECT_EQ(read_file(folder_ / "m.halftone.yaml"), result["configuration"].get<std::string>());
  EXPECT_EQ(result["ops"]["quantized"], 3);
  EXPECT_EQ(default_config_file("a/b.c.dense"), "a/b.c.halftone.yaml");
  EXPECT_EQ(default_config_file("a/folder/"), "a/folder.halftone.yaml");
  EXPECT_EQ(default_config_file("model"), "model.halftone.yaml");
}

TEST_F(Init, WritesWhatChangesNothing) {
  use_data(write_samples("d.npz", 300, 1));
  quantize();
  const std::string bytes = read_file(folder_ / "out.dense");
  const Config typed = config_;
  config_ = {};
  config_.model.path = typed.model.path;
  init();
  config_ = written();
  EXPECT_EQ(config_.model.path, typed.model.path);
  EXPECT_EQ(config_.model.backend, "dense");
  use_data(typed.evaluation.data);
  quantize();
  EXPECT_EQ(read_file(folder_ / "out.dense"), bytes);
}

TEST_F(Init, PinsInputsOfKnownShapeAndSuggestsOneForOthers) {
  EXPECT_THAT(init("-")["configuration"].get<std::string>(), HasSubstr("  inputs:\n    # x: 1x4\n"));
  config_.model.path = write_variant("fixed.dense", {{"batch", 1}});
  EXPECT_THAT(init("-")["configuration"].get<std::string>(), HasSubstr("  inputs:\n    x: 1x4\n"));
}

TEST_F(Init, WritesWhatWasTyped) {
  config_.quantization.calibration_data = "npz:calib.npz";
  config_.model.inputs = {{"x", {2, 4}, std::nullopt}};
  config_.accuracy.max_drop = "0.5pt";
  config_.target_isa = "avx2";
  OpRule rule;
  rule.pattern = "fc2";
  rule.keep_float = true;
  config_.quantization.constraints.ops = {rule};
  init();
  config_.model.backend = "dense";
  EXPECT_EQ(json_of(written()), json_of(config_));
}

TEST_F(Init, ExamplesOfRulesHoldWhenTheyAreUncommented) {
  init();
  const std::string text = read_file(folder_ / "m.halftone.yaml");
  const std::string used = std::regex_replace(text, std::regex("    # (.*: \\{.*\\}|x: .*)\n"), "    $1\n");
  ASSERT_THAT(used, HasSubstr("    Dense: {"));
  ASSERT_THAT(used, HasSubstr("    fc2: {precision: fp32}\n"));
  config_ = parse_config(used, "used.yaml");
  EXPECT_EQ(config_.quantization.constraints.ops.size(), 2u);
  EXPECT_EQ(config_.model.inputs.size(), 1u);
  const Result plan = run_plan(context(), config_);
  EXPECT_EQ(plan["ops"]["quantized"], 0) << "the rules of this example keep everything in float";
}

TEST_F(Init, ShowsTheConfigurationWhereNoFileIsWanted) {
  const Result result = init("-");
  EXPECT_TRUE(result["output"].is_null());
  EXPECT_THAT(result["configuration"].get<std::string>(), HasSubstr("approach: auto"));
  EXPECT_THAT(listing(), ::testing::ElementsAre("m.dense"));
}

TEST_F(Init, OverwritesNothingUnlessForced) {
  write_file(folder_ / "m.halftone.yaml", "seed: 7\n");
  EXPECT_EQ(error_of([&] { init(); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(read_file(folder_ / "m.halftone.yaml"), "seed: 7\n");
  EXPECT_EQ(stages_.count("load model"), 0) << "found before any work";
  init({}, true);
  EXPECT_EQ(written().seed, 0u);
}

TEST_F(Init, NeverOverwritesTheModel) {
  const std::string bytes = read_file(config_.model.path);
  EXPECT_EQ(error_of([&] { init(config_.model.path, true); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(read_file(config_.model.path), bytes);
}

TEST_F(Init, LeavesNothingBehindWhenTheModelCannotBeRead) {
  write_file(folder_ / "broken.dense", "{");
  config_.model.path = folder_ / "broken.dense";
  EXPECT_EQ(error_of([&] { init(); }).code(), ErrorCode::invalid_model);
  EXPECT_THAT(listing(), ::testing::ElementsAre("broken.dense", "m.dense"));
}

TEST_F(Init, HoldsHostileNamesInComments) {
  config_.model.path = write_variant("h.dense", {{"input", "x\nseed: 9"}, {"output", "y\nseed: 8"}});
  const Config config = parse_config(init("-")["configuration"].get<std::string>(), "written.yaml");
  EXPECT_EQ(config.seed, 0u);
}

}  // namespace
}  // namespace halftone
