#include "base/file.h"
#include "configuration/option_table.h"
#include "halftone/error.h"
#include "report/report_format.h"
#include "verb.h"
#include "verbs/output_files.h"

namespace halftone::cli {
namespace {

VerbOption evaluation_data_option(const std::string& help) {
  return {{"--data"}, "SPEC", help, [](Request& request, const OptionValue& value) {
            request.config.evaluation.data = value.text();
          }};
}

VerbOption evaluation_samples_option() {
  return {{"--samples"}, "N", "The same as --eval-samples", [](Request& request, const OptionValue& value) {
            set_option(request.config, "evaluation.samples", value.text(), "--samples");
          }};
}

VerbOption against_option(const std::string& help) {
  return {
      {"--against"}, "OTHER", help, [](Request& request, const OptionValue& value) { request.against = value.text(); }};
}

VerbOption iterations_option() {
  return {{"--iterations"},
          "N",
          "The first N items of the data at the most, in their order (default: all)",
          [](Request& request, const OptionValue& value) {
            request.evaluate.iterations = value.count();
            if (*request.evaluate.iterations == 0) value.fail("expected 1 or more");
          }};
}

VerbOption tensorboard_option() {
  return {{"--tensorboard"},
          "DIR",
          "Writes metrics by step and histograms of activations and weights into this folder, for TensorBoard",
          [](Request& request, const OptionValue& value) { request.evaluate.tensorboard = value.text(); }};
}

VerbOption report_option() {
  return {{"--report"},
          "FILE",
          "Writes a page about the result there, with charts and tables",
          [](Request& request, const OptionValue& value) { request.report_file = value.text(); }};
}

/// Runs a verb that writes no file of its own, and writes the page about its result where one is asked for. Whether it
/// can be written shows before the work is done.
Result with_report(const Request& request, const std::function<Result()>& run) {
  if (request.report_file.empty()) return run();
  require_writable(request.config.model.path, request.report_file);
  OutputFile file(request.report_file);
  const Result result = run();
  file.write(make_report({result}, ReportFormat::html));
  file.commit();
  return result;
}

int small_count(const OptionValue& value, std::uint64_t least) {
  constexpr std::uint64_t kMost = 1'000'000;
  const std::uint64_t count = value.count();
  if (count < least || count > kMost) value.fail("expected " + std::to_string(least) + " to 1000000");
  return static_cast<int>(count);
}

double positive_seconds(const OptionValue& value) {
  const double seconds = value.number();
  if (seconds <= 0) value.fail("expected more than 0 seconds");
  return seconds;
}

std::vector<VerbOption> benchmark_options() {
  return {
      against_option("Another model, run in turns with this one: how many times faster is this?"),
      {{"--threads"},
       "N",
       "Threads of one run; 0 takes all this process may use (default: 1)",
       [](Request& request, const OptionValue& value) {
         set_option(request.config, "threads", value.text(), "--threads");
         request.benchmark.threads = request.config.threads;
       }},
      {{"--batch"},
       "N",
       "Samples in one run (default: 1)",
       [](Request& request, const OptionValue& value) { request.benchmark.batch = small_count(value, 1); }},
      {{"--warmup"},
       "N",
       "Runs that are not counted (default: 5)",
       [](Request& request, const OptionValue& value) { request.benchmark.warmup = small_count(value, 0); }},
      {{"--runs"},
       "N",
       "Runs, or pairs of runs, at the most (default: 50)",
       [](Request& request, const OptionValue& value) { request.benchmark.runs = small_count(value, 1); }},
      {{"--max-seconds"},
       "S",
       "No further run begins after this time (default: 60)",
       [](Request& request, const OptionValue& value) { request.benchmark.max_seconds = positive_seconds(value); }},
      evaluation_data_option("Real samples to run on (default: random ones)"),
      report_option(),
  };
}

void complete_benchmark(Request& request) {
  if (request.config.threads > 0) request.benchmark.threads = request.config.threads;
  if (!request.config.min_speedup || request.against) return;
  throw Error(ErrorCode::invalid_argument, "--min-speedup needs a model to compare with",
              "name the slower one with --against OTHER");
}

Verb evaluate_verb() {
  Verb verb;
  verb.name = "evaluate";
  verb.summary = "metrics of a model; with --against paired, and a gate for CI";
  verb.answer =
      "How good is this model, and how much worse than that one? Metrics come with confidence intervals; the "
      "difference to --against is measured sample by sample, which tells far smaller differences apart.";
  verb.usage = "MODEL --eval SPEC|--eval-command CMD [--against FLOAT]";
  verb.examples = {"halftone evaluate {model} --eval npz:test.npz",
                   "halftone evaluate int8-{model} --against {model} --eval npz:test.npz --max-drop 0.5pt",
                   "halftone evaluate {model} --eval images:val,labels=labels.csv --metrics top1,top5 --json"};
  verb.keys = {"evaluation.data",   "evaluation.samples",       "evaluation.metrics",     "evaluation.command",
               "evaluation.expect", "tuning.accuracy.max_drop", "tuning.accuracy.decide", "tuning.accuracy.confidence"};
  verb.options = {evaluation_data_option("The same as --eval"),
                  evaluation_samples_option(),
                  against_option("The float model to compare with, on the same samples"),
                  iterations_option(),
                  tensorboard_option(),
                  report_option()};
  verb.statuses = {{4, "--max-drop is not met"}, {6, "undecided: with --decide confident, the data cannot tell"}};
  verb.run = [](const VerbContext& context, const Request& request) {
    EvaluateRequest asked = request.evaluate;
    asked.against = request.against;
    return with_report(request, [&] { return run_evaluate(context, request.config, asked); });
  };
  return verb;
}

Verb benchmark_verb() {
  Verb verb;
  verb.name = "benchmark";
  verb.summary = "latency and throughput; with --against paired";
  verb.answer =
      "How fast is this model here, and how many times faster than that one? Percentiles over many runs; with "
      "--against both run in turns, so that a busy machine slows both alike.";
  verb.usage = "MODEL [--against OTHER]";
  verb.examples = {"halftone benchmark {model}", "halftone benchmark int8-{model} --against {model} --threads 4",
                   "halftone benchmark {model} --batch 8 --input data=1x3x224x224 --max-seconds 10 --json"};
  verb.keys = {"tuning.accuracy.confidence", "tuning.accuracy.decide", "tuning.min_speedup"};
  verb.options = benchmark_options();
  verb.statuses = {{4, "--min-speedup is not met"}, {6, "undecided: with --decide confident, the runs cannot tell"}};
  verb.complete = complete_benchmark;
  verb.run = [](const VerbContext& context, const Request& request) {
    BenchmarkRequest benchmark = request.benchmark;
    benchmark.against = request.against;
    return with_report(request, [&] { return run_benchmark(context, request.config, benchmark); });
  };
  return verb;
}

std::vector<VerbOption> compare_options() {
  return {
      evaluation_data_option("Samples that all models run on (default: random ones, for outputs and latency alone)"),
      evaluation_samples_option(),
      {{"--runs"},
       "N",
       "Pairs of runs of each model with the first, at the most; 0 measures no latency (default: 100)",
       [](Request& request, const OptionValue& value) { request.compare.runs = small_count(value, 0); }},
      {{"--max-seconds"},
       "S",
       "No further pair of runs begins after this time, for each model (default: 10)",
       [](Request& request, const OptionValue& value) { request.compare.max_seconds = positive_seconds(value); }},
      report_option(),
  };
}

Verb compare_verb() {
  Verb verb;
  verb.name = "compare";
  verb.summary = "accuracy, disagreeing samples, latency, size and op differences of any models";
  verb.answer =
      "What is different between these models, whoever made them? All run on the same samples, in one pass, and are "
      "compared with the first: metrics with paired intervals, the samples on which they disagree, how near each "
      "output is (cosine, sqnr), latency in turns, size, and the ops that the framework executes.";
  verb.operand = Operand::models;
  verb.usage = "A B [C…] [--data SPEC]";
  verb.examples = {"halftone compare {model} int8-{model} --data npz:test.npz",
                   "halftone compare {model} a-{model} b-{model} --data npz:test.npz --metrics top1,top5",
                   "halftone compare {model} int8-{model} --runs 0 --json"};
  verb.keys = {"evaluation.data", "evaluation.samples", "evaluation.metrics", "evaluation.expect",
               "tuning.accuracy.confidence"};
  verb.options = compare_options();
  verb.run = [](const VerbContext& context, const Request& request) {
    return with_report(request, [&] { return run_compare(context, request.config, request.compare); });
  };
  return verb;
}

void set_evaluation_data(Request& request, const OptionValue& value) { request.config.evaluation.data = value.text(); }

Verb diagnose_verb() {
  Verb verb;
  verb.name = "diagnose";
  verb.summary = "which op of a quantized model adds how much error, ranked";
  verb.answer =
      "Where does the accuracy go? Runs the float model and the quantized one made from it on the same samples, "
      "compares every tensor that both have, and ranks ops by the noise that arises in them; what an op merely passes "
      "on is not its own. For the worst it prints the option that keeps them in float.";
  verb.operand = Operand::models;
  verb.usage = "FP32 INT8 --data SPEC";
  verb.examples = {"halftone diagnose {model} int8-{model} --data npz:calib.npz",
                   "halftone diagnose {model} int8-{model} --data npz:calib.npz --eval-samples 16 --json"};
  verb.keys = {"evaluation.data", "evaluation.samples"};
  verb.options = {{{"--data"}, "SPEC", "Samples to run both models on: the same as --eval", set_evaluation_data},
                  report_option()};
  verb.run = [](const VerbContext& context, const Request& request) {
    return with_report(request, [&] { return run_diagnose(context, request.config, request.compare); });
  };
  return verb;
}

}  // namespace

std::vector<Verb> measuring_verbs() { return {evaluate_verb(), benchmark_verb(), compare_verb(), diagnose_verb()}; }

}  // namespace halftone::cli
