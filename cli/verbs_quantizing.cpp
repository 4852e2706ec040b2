#include "configuration/option_table.h"
#include "halftone/error.h"
#include "quantizing_options.h"
#include "verb.h"

namespace halftone::cli {
namespace {

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
  verb.options = output_options("Where the quantized model goes (needed)", "the result");
  verb.statuses = {{4, "--max-drop or --min-speedup is not met (the model is saved all the same)"},
                   {6, "undecided: with --decide confident, the data cannot tell"}};
  verb.complete = [](Request& request) { complete_outputs(request, "quantize"); };
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
