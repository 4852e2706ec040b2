#include "configuration/option_table.h"
#include "halftone/error.h"
#include "verb.h"

namespace halftone::cli {
namespace {

void set_data_of_both(Request& request, const OptionValue& value) {
  request.config.quantization.calibration_data = value.text();
  request.config.evaluation.data = value.text();
}

const std::vector<std::string>& quantization_keys() {
  static const std::vector<std::string> kKeys{"quantization.calibration.data",
                                              "quantization.calibration.samples",
                                              "quantization.calibration.table",
                                              "evaluation.data",
                                              "evaluation.samples",
                                              "quantization.approach",
                                              "quantization.format",
                                              "quantization.calibration.range_method",
                                              "quantization.reduce_range",
                                              "quantization.op_types_to_quantize",
                                              "quantization.ops_to_quantize",
                                              "quantization.ops_to_exclude",
                                              "evaluation.metrics",
                                              "evaluation.command",
                                              "evaluation.expect",
                                              "tuning.accuracy.max_drop",
                                              "tuning.accuracy.decide",
                                              "tuning.accuracy.confidence",
                                              "tuning.min_speedup"};
  return kKeys;
}

VerbOption data_of_both_option() {
  return {{"--data"},
          "SPEC",
          "Calibration and evaluation data in one: --calib and --eval of the same; they share no samples "
          "where there are enough",
          set_data_of_both};
}

std::vector<VerbOption> quantize_options() {
  return {
      {{"-o", "--output"},
       "OUT",
       "Where the quantized model goes (needed)",
       [](Request& request, const OptionValue& value) { request.output = value.text(); }},
      {{"--save-result"},
       "FILE",
       "Where the result goes, as JSON (default: OUT.halftone.json)",
       [](Request& request, const OptionValue& value) { request.result_file = value.text(); }},
      {{"--report"},
       "FILE",
       "Where the report goes, a page about the result (default: OUT.halftone.html)",
       [](Request& request, const OptionValue& value) { request.report_file = value.text(); }},
      {{"--no-report"}, "", "Writes no report", [](Request& request, const OptionValue&) { request.no_report = true; }},
      data_of_both_option(),
  };
}

void complete_quantize(Request& request) {
  if (request.output.empty()) {
    throw Error(ErrorCode::invalid_argument, "quantize needs to know where the model goes",
                "give it with -o OUT; halftone quantize --help has examples");
  }
  if (request.result_file.empty()) request.result_file = request.output.string() + ".halftone.json";
  if (request.no_report && !request.report_file.empty()) {
    throw Error(ErrorCode::invalid_argument, "--report and --no-report exclude each other");
  }
  if (!request.no_report && request.report_file.empty()) {
    request.report_file = request.output.string() + ".halftone.html";
  }
}

Verb quantize_verb() {
  Verb verb;
  verb.name = "quantize";
  verb.summary = "one configuration; with --eval also judged: accuracy and latency against float";
  verb.answer =
      "Will it still be accurate, will it really be faster, and what was left in float, and why? Calibrates, "
      "quantizes, saves the model and opens it again; with evaluation data also measures accuracy (with "
      "confidence intervals from the same samples) and latency against float.";
  verb.usage = "MODEL -o OUT [--calib SPEC] [--eval SPEC]";
  verb.examples = {
      "halftone quantize {model} -o int8-{model} --data npz:samples.npz",
      "halftone quantize {model} -o int8-{model} --calib npz:calib.npz \\\n"
      "      --eval images:val,labels=labels.csv,resize=256,crop=224 --max-drop 0.5pt --min-speedup 1.5",
      "halftone quantize {model} -o int8-{model} --config halftone.yaml --json > result.json",
  };
  verb.keys = quantization_keys();
  verb.options = quantize_options();
  verb.statuses = {{4, "--max-drop or --min-speedup is not met (the model is saved all the same)"},
                   {6, "undecided: with --decide confident, the data cannot tell"}};
  verb.complete = complete_quantize;
  verb.run = [](const VerbContext& context, const Request& request) {
    return run_quantize(context, request.config, request.output, request.result_file, request.report_file);
  };
  return verb;
}

std::vector<VerbOption> init_options() {
  return {
      {{"-o", "--output"},
       "FILE",
       "Where the configuration goes; - is standard output (default: beside MODEL, as STEM.halftone.yaml)",
       [](Request& request, const OptionValue& value) { request.init.output = value.text(); }},
      {{"--force"},
       "",
       "Overwrites a file that is there",
       [](Request& request, const OptionValue&) { request.init.force = true; }},
      data_of_both_option(),
  };
}

Verb init_verb() {
  Verb verb;
  verb.name = "init";
  verb.summary = "writes a commented configuration for a model";
  verb.answer =
      "What can be set for this model, and to what? Writes a file for --config with every key, its default and what "
      "it means, filled in with the model's inputs; suggestions for data, metrics and rules stand in comments, and so "
      "does what would stay in float, and why. As it is, the file changes nothing. What is typed here is written into "
      "it.";
  verb.usage = "MODEL [-o FILE]";
  verb.examples = {"halftone init {model}",
                   "halftone init {model} -o halftone.yaml --calib npz:calib.npz --max-drop 0.5pt",
                   "halftone init {model} -o -"};
  verb.keys = quantization_keys();
  verb.options = init_options();
  verb.run = [](const VerbContext& context, const Request& request) {
    return run_init(context, request.config, request.init);
  };
  return verb;
}

std::vector<VerbOption> recover_options() {
  return {
      {{"-o", "--output"},
       "OUT",
       "Where the model goes (needed)",
       [](Request& request, const OptionValue& value) { request.output = value.text(); }},
      {{"--trial"},
       "N",
       "Another trial of a search than the best one",
       [](Request& request, const OptionValue& value) {
         constexpr std::uint64_t kMost = 1'000'000;
         const std::uint64_t trial = value.count();
         if (trial > kMost) value.fail("there is no such trial");
         request.recover.trial = static_cast<int>(trial);
       }},
      {{"--model"},
       "MODEL",
       "The float model, where it is elsewhere than the result says",
       [](Request& request, const OptionValue& value) { request.recover.model = value.text(); }},
      {{"--library"},
       "PATH",
       "The framework's library to use (searched for unless given)",
       [](Request& request, const OptionValue& value) { request.config.model.library = value.text(); }},
      {{"--threads"},
       "N",
       "Threads (default: as many as this process may use)",
       [](Request& request, const OptionValue& value) {
         set_option(request.config, "threads", value.text(), "--threads");
       }},
  };
}

void complete_recover(Request& request) {
  if (request.output.empty()) {
    throw Error(ErrorCode::invalid_argument, "recover needs to know where the model goes",
                "give it with -o OUT; halftone recover --help has examples");
  }
  request.recover.output = request.output;
}

Verb recover_verb() {
  Verb verb;
  verb.name = "recover";
  verb.summary = "the quantized model of a result again: the same bytes, no data";
  verb.answer =
      "Makes a quantized model again from the float model and the result that `quantize` or `tune` wrote beside it, "
      "which holds every choice and every scale. Nothing is calibrated. The result says whether the bytes are the "
      "same.";
  verb.operand = Operand::result;
  verb.usage = "RESULT -o OUT [--trial N] [--model MODEL]";
  verb.examples = {"halftone recover int8-{model}.halftone.json -o again-{model}",
                   "halftone recover int8-{model}.halftone.json --model elsewhere/{model} -o again-{model}"};
  verb.options = recover_options();
  verb.complete = complete_recover;
  verb.run = [](const VerbContext& context, const Request& request) {
    return run_recover(context, request.config, request.recover);
  };
  return verb;
}

std::vector<VerbOption> convert_options() {
  return {{{"-o", "--output"}, "OUT", "Where the model goes (needed)", [](Request& request, const OptionValue& value) {
             request.output = value.text();
           }}};
}

Verb convert_verb() {
  Verb verb;
  verb.name = "convert";
  verb.summary = "a quantized model in another format, by whichever tool it was made";
  verb.answer =
      "Can this model be had with pairs of quantize and dequantize ops instead of operators on integers? That is the "
      "form that other runtimes and compilers read. Scales, zero points and integers stay as they are.";
  verb.usage = "MODEL -o OUT [--format qdq]";
  verb.examples = {"halftone convert qlinear-{model} -o qdq-{model}",
                   "halftone convert qlinear-{model} -o qdq-{model} --format qdq --json"};
  verb.keys = {"quantization.format"};
  verb.options = convert_options();
  verb.complete = [](Request& request) {
    if (!request.output.empty()) return;
    throw Error(ErrorCode::invalid_argument, "convert needs to know where the model goes",
                "give it with -o OUT; halftone convert --help has examples");
  };
  verb.run = [](const VerbContext& context, const Request& request) {
    return run_convert(context, request.config, request.output);
  };
  return verb;
}

}  // namespace

std::vector<Verb> quantizing_verbs() { return {quantize_verb(), init_verb(), recover_verb(), convert_verb()}; }

}  // namespace halftone::cli
