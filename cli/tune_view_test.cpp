#include "tune_view.h"

#include <gmock/gmock.h>

#include "render.h"

namespace halftone::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class TrialLine : public testing::Test {
 protected:
  TrialLine() {
    goal_.accuracy.criteria.push_back({"top1", parse_max_drop("1pt"), "1pt", true, std::nullopt});
    trial_.id = 7;
    trial_.proposal = {{}, "fallback", "conv1 in float"};
    trial_.measured.metrics["top1"] = {0.809, 0.80, 0.82};
    trial_.measured.deltas["top1"] = {-0.004, -0.01, 0.002};
    trial_.measured.latency_ratio = Estimate{0.5, 0.49, 0.51};
    trial_.measured.samples = 640;
    trial_.met = true;
    trial_.accuracy = Verdict::met;
  }
  std::string line() const { return trial_line_text(trial_, goal_, Style{}); }

  Trial trial_;
  TuningGoal goal_;
};

TEST_F(TrialLine, SaysVerdictMetricChangeAndSpeed) {
  EXPECT_EQ(line(), "trial 7  met  top1 80.90 % (-0.40 pt)  2.00× faster  conv1 in float");
}

TEST_F(TrialLine, SaysThatSamplesWereLeftOut) {
  trial_.measured.stopped_early = true;
  EXPECT_THAT(line(), HasSubstr("after 640 samples"));
}

TEST_F(TrialLine, OfAFailureSaysWhy) {
  trial_.error = "no kernel\x1b[2J";
  EXPECT_THAT(line(), HasSubstr("failed  conv1 in float: no kernel"));
  EXPECT_THAT(line(), Not(HasSubstr("\x1b")));
}

TEST_F(TrialLine, TellsUndecidedFromNotMet) {
  trial_.met = false;
  trial_.accuracy = Verdict::undecided;
  EXPECT_THAT(line(), HasSubstr("trial 7  undecided"));
  trial_.accuracy = Verdict::not_met;
  EXPECT_THAT(line(), HasSubstr("trial 7  not met"));
}

Json tune_result() {
  return Json::parse(R"json({"command": "tune", "model": "m/resnet.bin", "strategy": "auto", "stop_reason": "exhausted",
    "best": 1, "target_met": true, "verdict": "met",
    "baseline": {"metrics": {"top1": {"value": 0.81, "low": 0.8, "high": 0.82}}, "latency_ms": 9.0, "size_bytes": 4000},
    "goal": {"criteria": [{"metric": "top1", "max_drop": "1pt"}], "min_speedup": null},
    "trials": [{"id": 0, "changes": "every op in float", "verdict": "met"},
      {"id": 1, "changes": "every op", "verdict": "met", "metrics": {"top1": {"value": 0.806, "low": 0.8, "high": 0.81}},
       "deltas": {"top1": {"value": -0.004, "low": -0.01, "high": 0.002}}, "latency_ms": 3.0,
       "latency_ratio": {"value": 0.5, "low": 0.49, "high": 0.51}, "size_bytes": 1000},
      {"id": 2, "changes": "conv\u001b[2J", "verdict": "failed", "error": "no kernel"}],
    "selection": {"how": "split_confidence", "confidence": 0.975, "samples": 5000, "metrics": {}},
    "output": "out.bin", "history": "out.bin.jsonl", "seconds": {"total": 12.5}, "warnings": []})json");
}

TEST(RenderTune, AnswersWhichModelHowGoodAndHowFast) {
  const std::string text = render_tune(tune_result(), {"out.json", "out.html"}, Style{});
  for (const char* part : {"resnet.bin", "2 trials", "80.60 %", "-0.40 pt", "2.00× faster", "4.00× smaller", "6.00 ms",
                           "top1 loses at most 1pt", "97.50 %", "out.json", "out.html", "out.bin.jsonl"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(RenderTune, LeavesOutWhatIsNotKnown) {
  EXPECT_NO_THROW(render_tune(Json::parse(R"({"command": "tune"})"), {}, Style{}));
  Json result = tune_result();
  result["best"] = nullptr;
  EXPECT_THAT(render_tune(result, {}, Style{}), HasSubstr("No model was kept"));
}

}  // namespace
}  // namespace halftone::cli
