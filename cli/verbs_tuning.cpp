#include "quantizing_options.h"
#include "verb.h"

namespace halftone::cli {
namespace {

std::vector<std::string> tuning_keys() {
  std::vector<std::string> keys = quantization_keys();
  keys.insert(keys.end(), {"tuning.accuracy.weights", "tuning.accuracy.fresh_samples", "tuning.strategy",
                           "tuning.objective", "tuning.stop.effort", "tuning.stop.max_trials", "tuning.stop.timeout"});
  return keys;
}

std::vector<VerbOption> tune_options() {
  std::vector<VerbOption> options =
      output_options("Where the best model goes, from the first trial on (needed)", "the search");
  options.push_back(
      {{"--resume"},
       "",
       "Goes on from the history of an earlier search, OUT.halftone.jsonl; no finished trial is run again",
       [](Request& request, const OptionValue&) { request.tune.resume = true; }});
  options.push_back({{"--replay"},
                     "HISTORY",
                     "Repeats the choices of a history by what was measured then; no trial is run",
                     [](Request& request, const OptionValue& value) { request.tune.replay = value.text(); }});
  return options;
}

void complete_tune(Request& request) {
  complete_outputs(request, "tune");
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
