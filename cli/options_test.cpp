#include "options.h"

#include <gmock/gmock.h>

#include <set>

#include "halftone/error.h"
#include "help.h"

namespace halftone::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Request parsed(const char* verb, const std::vector<std::string>& arguments) {
  return parse_request(*find_verb(verb), arguments);
}

std::string refusal(const char* verb, const std::vector<std::string>& arguments) {
  try {
    parsed(verb, arguments);
  } catch (const Error& error) {
    EXPECT_EQ(exit_status(error.code()), 2);
    return error.message() + " | " + error.hint();
  }
  return "accepted";
}

TEST(Options, ReachTheConfiguration) {
  const Request request = parsed("quantize", {"m.bin",          "-o",
                                              "out.bin",        "--calib",
                                              "npz:c.npz",      "--samples=64",
                                              "--eval",         "@e.yaml",
                                              "--eval-samples", "200",
                                              "--method",       "kl",
                                              "--metrics",      "top1,top5",
                                              "--max-drop",     "0.5pt",
                                              "--min-speedup",  "1.5",
                                              "--expect",       "top1=0.76±0.01",
                                              "--format",       "qdq",
                                              "--approach",     "static",
                                              "--target",       "avx2",
                                              "--threads",      "3",
                                              "--seed",         "9",
                                              "--input",        "a=1x2:int64",
                                              "--input",        "b=3",
                                              "--backend",      "k",
                                              "--library",      "/l.so",
                                              "--json"});
  EXPECT_EQ(request.config.model.path, "m.bin");
  EXPECT_EQ(request.output, "out.bin");
  EXPECT_EQ(request.result_file, "out.bin.halftone.json");
  EXPECT_EQ(request.config.quantization.calibration_data, "npz:c.npz");
  EXPECT_EQ(request.config.quantization.calibration_samples, 64u);
  EXPECT_EQ(request.config.evaluation.data, "@e.yaml");
  EXPECT_EQ(request.config.evaluation.samples, 200u);
  EXPECT_EQ(request.config.quantization.range_method, RangeMethod::kl);
  EXPECT_THAT(request.config.evaluation.metrics, ElementsAre("top1", "top5"));
  EXPECT_EQ(request.config.accuracy.max_drop, "0.5pt");
  EXPECT_EQ(request.config.min_speedup, 1.5);
  EXPECT_EQ(request.config.evaluation.expect, "top1=0.76±0.01");
  EXPECT_EQ(request.config.target_isa, "avx2");
  EXPECT_EQ(request.config.threads, 3);
  EXPECT_EQ(request.config.seed, 9u);
  EXPECT_EQ(request.config.model.inputs.size(), 2u);
  EXPECT_TRUE(request.json);
}

TEST(Options, DataSetsBothAndTheMorePreciseHolds) {
  const Request both = parsed("quantize", {"m", "-o", "o", "--data", "npz:d.npz"});
  EXPECT_EQ(both.config.quantization.calibration_data, "npz:d.npz");
  EXPECT_EQ(both.config.evaluation.data, "npz:d.npz");
  const Request one = parsed("quantize", {"m", "-o", "o", "--eval", "npz:e.npz", "--data", "npz:d.npz"});
  EXPECT_EQ(one.config.evaluation.data, "npz:e.npz");
}

TEST(Options, SetGivesAnyKeyAndOptionsWinOverIt) {
  const Request request = parsed("plan", {"--target", "avx2", "--set", "target.isa=amx", "--set", "seed=3", "m"});
  EXPECT_EQ(request.config.target_isa, "avx2");
  EXPECT_EQ(request.config.seed, 3u);
}

TEST(Options, EvaluateAndDataCountEvaluationSamples) {
  EXPECT_EQ(parsed("evaluate", {"m", "--data", "npz:d", "--samples", "5"}).config.evaluation.samples, 5u);
  const Request data = parsed("data", {"npz:d", "--model", "m", "--samples", "5", "--preview", "p.png"});
  EXPECT_EQ(data.spec, "npz:d");
  EXPECT_EQ(data.config.model.path, "m");
  EXPECT_EQ(data.config.evaluation.samples, 5u);
  EXPECT_EQ(data.preview, "p.png");
}

TEST(Options, BenchmarkRunsOnOneThreadUnlessToldOtherwise) {
  EXPECT_EQ(parsed("benchmark", {"m"}).benchmark.threads, 1);
  EXPECT_EQ(parsed("benchmark", {"m", "--threads", "0"}).benchmark.threads, 0);
  EXPECT_EQ(parsed("benchmark", {"m", "--set", "threads=2"}).benchmark.threads, 2);
  const Request request = parsed("benchmark", {"m", "--threads", "4", "--batch", "8", "--warmup", "0", "--runs", "7",
                                               "--max-seconds", "2.5", "--against", "f"});
  EXPECT_EQ(request.benchmark.threads, 4);
  EXPECT_EQ(request.benchmark.batch, 8);
  EXPECT_EQ(request.benchmark.warmup, 0);
  EXPECT_EQ(request.benchmark.runs, 7);
  EXPECT_DOUBLE_EQ(request.benchmark.max_seconds, 2.5);
  EXPECT_EQ(request.against, "f");
}

TEST(Options, AfterTwoDashesEverythingIsAnOperand) {
  EXPECT_EQ(parsed("plan", {"--", "--odd-name"}).config.model.path, "--odd-name");
}

TEST(Options, UnknownOnesNameTheNearest) {
  EXPECT_THAT(refusal("plan", {"m", "--tagret", "avx2"}), HasSubstr("did you mean '--target'?"));
  EXPECT_THAT(refusal("plan", {"m", "--tagret=avx2"}), HasSubstr("'--tagret'"));
  EXPECT_THAT(refusal("plan", {"m", "-x"}), HasSubstr("unknown option '-x'"));
}

TEST(Options, ThoseOfOtherVerbsSayWhose) {
  EXPECT_THAT(refusal("plan", {"m", "--max-drop", "1%"}), HasSubstr("belongs to quantize, init, tune, evaluate"));
}

TEST(Options, ThoseOfOtherVersionsSaySo) {
  EXPECT_THAT(refusal("quantize", {"m", "-o", "o", "--epoch", "1"}), HasSubstr("not available in this version"));
}

TEST(Options, ValuesMustBeThere) {
  EXPECT_THAT(refusal("plan", {"m", "--target"}), HasSubstr("--target"));
  EXPECT_THAT(refusal("quantize", {"m", "-o", "o", "--calib", "--eval", "x"}), HasSubstr("--calib needs a value"));
  EXPECT_THAT(refusal("plan", {"m", "--seed", "1", "--seed", "2"}), HasSubstr("given 2 times"));
  EXPECT_THAT(refusal("plan", {"m", "--seed", "x"}), HasSubstr("--seed: expected a whole number"));
  EXPECT_THAT(refusal("plan", {"m", "--json=yes please"}), HasSubstr("--json takes no value"));
}

TEST(Options, OperandsMustBeThereAndNoMore) {
  EXPECT_THAT(refusal("plan", {}), HasSubstr("needs a MODEL"));
  EXPECT_THAT(refusal("data", {}), HasSubstr("needs a SPEC"));
  EXPECT_THAT(refusal("plan", {"a", "b"}), HasSubstr("unexpected argument 'b'"));
  EXPECT_THAT(refusal("backends", {"a"}), HasSubstr("unexpected argument 'a'"));
  EXPECT_THAT(refusal("quantize", {"m"}), HasSubstr("-o OUT"));
  EXPECT_THAT(refusal("benchmark", {"m", "--min-speedup", "2"}), HasSubstr("--against"));
}

TEST(Options, AreUniqueWithinEachVerbAndStandInItsHelp) {
  for (const Verb& verb : verb_table()) {
    std::set<std::string> seen{"--help", "-h"};
    const std::string help = help_text(verb, "model.bin", {});
    for (const OfferedOption& option : offered_options(verb)) {
      for (const std::string& flag : option.flags) {
        EXPECT_TRUE(seen.insert(flag).second) << verb.name << " " << flag;
        EXPECT_THAT(help, HasSubstr(flag)) << verb.name;
      }
      EXPECT_FALSE(option.help.empty()) << verb.name;
    }
    EXPECT_GE(verb.examples.size(), 2u) << verb.name;
    EXPECT_THAT(help, HasSubstr("Exit status:"));
  }
}

}  // namespace
}  // namespace halftone::cli
