#include "halftone/error.h"
#include "verb.h"

namespace halftone::cli {
namespace {

const std::vector<std::string>& tuning_keys() {
  static const std::vector<std::string> kKeys{"quantization.calibration.data",
                                              "quantization.calibration.samples",
                                              "quantization.calibration.table",
                                              "evaluation.data",
                                              "evaluation.samples",
                                              "evaluation.command",
                                              "quantization.approach",
                                              "quantization.format",
                                              "quantization.calibration.range_method",
                                              "quantization.reduce_range",
                                              "quantization.op_types_to_quantize",
                                              "quantization.ops_to_quantize",
                                              "quantization.ops_to_exclude",
                                              "evaluation.metrics",
                                              "evaluation.expect",
                                              "tuning.accuracy.max_drop",
                                              "tuning.accuracy.decide",
                                              "tuning.accuracy.confidence",
                                              "tuning.min_speedup",
                                              "tuning.accuracy.weights",
                                              "tuning.accuracy.fresh_samples",
                                              "tuning.strategy",
                                              "tuning.objective",
                                              "tuning.stop.effort",
                                              "tuning.stop.max_trials",
                                              "tuning.stop.timeout"};
  return kKeys;
}

std::vector<VerbOption> tune_options() {
  return {
      {{"-o", "--output"},
       "OUT",
       "Where the best model goes, from the first trial on (needed)",
       [](Request& request, const OptionValue& value) { request.output = value.text(); }},
      {{"--save-result"},
       "FILE",
       "Where the result goes, as JSON (default: OUT.halftone.json)",
       [](Request& request, const OptionValue& value) { request.result_file = value.text(); }},
      {{"--report"},
       "FILE",
       "Where the report goes, a page about the search (default: OUT.halftone.html)",
       [](Request& request, const OptionValue& value) { request.report_file = value.text(); }},
      {{"--no-report"}, "", "Writes no report", [](Request& request, const OptionValue&) { request.no_report = true; }},
      {{"--data"},
       "SPEC",
       "Calibration and evaluation data in one: --calib and --eval of the same; they share no samples where there are "
       "enough",
       [](Request& request, const OptionValue& value) {
         request.config.quantization.calibration_data = value.text();
         request.config.evaluation.data = value.text();
       }},
      {{"--resume"},
       "",
       "Goes on from the history of an earlier search, OUT.halftone.jsonl; no finished trial is run again",
       [](Request& request, const OptionValue&) { request.tune.resume = true; }},
      {{"--replay"},
       "HISTORY",
       "Repeats the choices of a history by what was measured then; no trial is run",
       [](Request& request, const OptionValue& value) { request.tune.replay = value.text(); }},
  };
}

void complete_tune(Request& request) {
  if (request.output.empty()) {
    throw Error(ErrorCode::invalid_argument, "tune needs to know where the model goes",
                "give it with -o OUT; halftone tune --help has examples");
  }
  if (request.result_file.empty()) request.result_file = request.output.string() + ".halftone.json";
  if (request.no_report && !request.report_file.empty()) {
    throw Error(ErrorCode::invalid_argument, "--report and --no-report exclude each other");
  }
  if (!request.no_report && request.report_file.empty()) {
    request.report_file = request.output.string() + ".halftone.html";
  }
  request.tune.output = request.output;
  request.tune.report_file = request.report_file;
  request.tune.result_file = request.result_file;
}

Verb tune_verb() {
  Verb verb;
  verb.name = "tune";
  verb.summary = "the accuracy-driven search: the fastest model that keeps the accuracy";
  verb.answer =
      "Which is the fastest model that loses no more than I allow? Calibrates once, then tries configurations: each is "
      "quantized, evaluated sample by sample against float until its verdict is certain, and timed in turns with "
      "float. The best so far is always in OUT, every trial in OUT.halftone.jsonl, and a search that was stopped goes "
      "on with --resume.";
  verb.usage = "MODEL -o OUT --data SPEC [--max-drop 0.5pt]";
  verb.examples = {
      "halftone tune {model} -o int8-{model} --data npz:samples.npz --max-drop 0.5pt",
      "halftone tune {model} -o int8-{model} --calib npz:calib.npz --eval npz:test.npz \\\n"
      "      --strategy bayesian --max-trials 100 --timeout 1h",
      "halftone tune {model} -o small-{model} --data npz:samples.npz --objective size",
      "halftone tune {model} -o int8-{model} --data npz:samples.npz --resume",
  };
  verb.keys = tuning_keys();
  verb.options = tune_options();
  verb.statuses = {{4, "no model meets the target; the nearest is saved all the same"},
                   {6, "undecided: with --decide confident, the data cannot tell"}};
  verb.complete = complete_tune;
  verb.run = [](const VerbContext& context, const Request& request) {
    return run_tune(context, request.config, request.tune);
  };
  return verb;
}

}  // namespace

std::vector<Verb> tuning_verbs() { return {tune_verb()}; }

}  // namespace halftone::cli
