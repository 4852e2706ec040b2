#include "evaluation/evaluation_command.h"

#include <gmock/gmock.h>

#include <cmath>

#include "evaluation/expect_error.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Shell text as a command; {model} is its first argument.
EvaluationCommand shell(const std::string& script) { return EvaluationCommand("sh -c '" + script + "' judge {model}"); }

TEST(EvaluationCommand, PutsThePathIntoItsWords) {
  const auto metrics =
      shell(R"(case "$1" in "/a b/m.bin") echo "{\"metrics\": {\"top1\": 0.75}}";; esac)").judge("/a b/m.bin");
  ASSERT_EQ(metrics.size(), 1u);
  EXPECT_EQ(metrics[0].name, "top1");
  EXPECT_EQ(metrics[0].value, 0.75);
  EXPECT_TRUE(metrics[0].higher_is_better);
  EXPECT_TRUE(metrics[0].per_sample.empty());
}

TEST(EvaluationCommand, TakesTheLastLineOrAll) {
  EXPECT_EQ(parse_command_metrics("loading…\n{\"metrics\": {\"a\": 1}}\n\n").front().value, 1);
  EXPECT_EQ(parse_command_metrics("{\n \"metrics\": {\n  \"a\": 2}\n}\n").front().value, 2);
}

TEST(EvaluationCommand, KeepsTheOrderInWhichMetricsArePrinted) {
  const auto metrics = parse_command_metrics(
      R"({"metrics": {"wer": 0.1, "bleu": 30}, "per_sample": {"wer": [0, 0.2]}, "higher_is_better": {"wer": false}})");
  ASSERT_EQ(metrics.size(), 2u);
  EXPECT_EQ(metrics[0].name, "wer");
  EXPECT_FALSE(metrics[0].higher_is_better);
  EXPECT_THAT(metrics[0].per_sample, ElementsAre(0, 0.2));
  EXPECT_TRUE(metrics[1].higher_is_better);
  const auto chosen = choose_command_metrics(metrics, {"bleu", "wer"});
  EXPECT_EQ(chosen.front().name, "bleu");
  expect_error(ErrorCode::configuration, "did you mean 'bleu'", [&] { choose_command_metrics(metrics, {"bleus"}); });
}

TEST(EvaluationCommand, HasToSayWhereTheModelGoes) {
  for (const char* command : {"", "python judge.py", "{model}", "{model} --judge", "judge {mode}"}) {
    expect_error(ErrorCode::configuration, "does not say where the model goes", [=] { EvaluationCommand{command}; });
  }
}

TEST(EvaluationCommand, RefusesOtherOutput) {
  const auto refuse = [](const std::string& output, const std::string& why) {
    expect_error(ErrorCode::invalid_data, why, [&] { parse_command_metrics(output); });
  };
  refuse("", "printed nothing");
  refuse("top1 0.5\n", "no JSON object");
  refuse("[1]", "no JSON object");
  refuse(R"({"metrics": {"a": NaN}})", "NaN, which is no value");
  refuse(R"({"metrics": {"a": 1e999}})", "");
  refuse(R"({"metrics": {"a": null}})", "a value of 'a' that is no number");
  refuse(R"({"metrics": {"a": "0.5"}})", "a value of 'a' that is no number");
  refuse(R"({"metrics": {}})", "no metrics");
  refuse(R"({"top1": 0.5})", "no metrics");
  refuse(R"({"metrics": [0.5]})", "a \"metrics\" that is no object");
  refuse(R"({"metrics": {"a": 1}, "per_sample": {"b": [1]}})", "\"per_sample\" of 'b'");
  refuse(R"({"metrics": {"a": 1}, "per_sample": {"a": []}})", "no list of numbers");
  refuse(R"({"metrics": {"a": 1}, "per_sample": {"a": [1, "x"]}})", "a score of 'a' that is no number");
  refuse(R"({"metrics": {"a": 75.0}, "per_sample": {"a": [1, 0.5]}})", "whose mean is 0.75");
  refuse(R"({"metrics": {"a": 1}, "higher_is_better": {"a": "yes"}})", "neither true nor false");
}

TEST(EvaluationCommand, TellsTheEndOfStandardErrorWhereItFails) {
  expect_error(ErrorCode::invalid_data, "exit status 3; its standard error ends with:\nno such layer",
               [] { shell("echo no such layer >&2; exit 3").judge("m"); });
  expect_error(ErrorCode::invalid_data, "no JSON object; its standard error ends with:\nwarned",
               [] { shell("echo warned >&2; echo done").judge("m"); });
  expect_error(ErrorCode::invalid_data, "signal 9", [] { shell("kill -9 $$").judge("m"); });
  expect_error(ErrorCode::invalid_data, "\xEF\xBF\xBD", [] { shell(R"(printf "\377" >&2; exit 1)").judge("m"); });
  expect_error(ErrorCode::io, "cannot run 'no-such-program'",
               [] { EvaluationCommand("no-such-program {model}").judge("m"); });
}

TEST(EvaluationCommand, ShowsNoMoreThanTheEndOfALongComplaint) {
  try {
    shell("i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1").judge("m");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("line 1999"));
    EXPECT_LT(error.message().size(), 3'000u);
  }
}

TEST(EvaluationCommand, EndsAProgramThatTakesTooLong) {
  expect_error(ErrorCode::invalid_data, "no end within 0.2 s",
               [] { shell("sleep 60 & wait").judge("m", silent_progress(), std::chrono::duration<double>(0.2)); });
}

TEST(EvaluationCommand, WaitsForNobodyWhoHoldsItsOutput) {
  const auto metrics = shell(R"(sleep 60 & echo "{\"metrics\": {\"a\": 1}}")").judge("m");
  EXPECT_EQ(metrics.front().value, 1);
}

TEST(EvaluationCommand, HasIntervalsOfWhatItsScoresAre) {
  const CommandMetric before{"a", 0.75, {1, 1, 0, 1}, true};
  const CommandMetric after{"a", 0.5, {1, 0, 0, 1}, true};
  EXPECT_EQ(estimate_metric(before, 0.95), wilson_interval(3, 4, 0.95));
  EXPECT_EQ(estimate_delta(before, after, 0.95), paired_proportion_interval(1, 0, 4, 0.95));
  const CommandMetric fractions{"a", 0.5, {0.25, 0.75, 0.5, 0.5}, true};
  EXPECT_EQ(estimate_metric(fractions, 0.95), mean_interval(fractions.per_sample, 0.95));
  EXPECT_EQ(estimate_delta(before, fractions, 0.95), mean_interval(std::vector<double>{-0.75, -0.25, 0.5, -0.5}, 0.95));
}

TEST(EvaluationCommand, BoundsNothingWithoutScores) {
  const CommandMetric before{.name = "f1", .value = 0.5};
  const CommandMetric after{.name = "f1", .value = 0.25};
  EXPECT_EQ(estimate_delta(before, after, 0.95).value, -0.25);
  EXPECT_TRUE(std::isinf(estimate_delta(before, after, 0.95).low));
  EXPECT_TRUE(std::isinf(estimate_metric(before, 0.95).high));
  const CommandMetric scored{"f1", 0.5, {0, 1}, true};
  expect_error(ErrorCode::invalid_data, "on the same samples", [&] { estimate_delta(scored, after, 0.95); });
}

}  // namespace
}  // namespace halftone
