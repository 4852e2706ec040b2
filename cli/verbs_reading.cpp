#include <climits>
#include <cstdint>

#include "configuration/option_table.h"
#include "data/data_options.h"
#include "style.h"
#include "text_table.h"
#include "verb.h"

namespace halftone::cli {
namespace {

/// The kinds of data and their options, from the tables by which specs are read.
std::string data_kinds_help(const Style& style) {
  TextTable table({Align::left, Align::left});
  for (const DataKind& kind : data_kinds()) {
    table.add({{kind.name + ":" + kind.main, Tint::bold}, {kind.meaning}});
    for (const DataOption& option : data_options()) {
      if (option.kind == kind.name) table.add({{"  ," + option.name + "=…"}, {option.meaning}});
    }
  }
  table.add({{"@FILE", Tint::bold}, {"the same as a YAML map: {kind: npz, …}; values may hold commas there"}});
  return tinted("Kinds of SPEC:", Tint::bold, style) + "\n" + table.text(style, 2);
}

Verb backends_verb() {
  Verb verb;
  verb.name = "backends";
  verb.summary = "adaptors found, framework versions, what is missing and how to get it";
  verb.answer =
      "Which frameworks can Halftone work with here? Lists every adaptor with the framework it found, or what "
      "is missing and the command that installs it.";
  verb.operand = Operand::none;
  verb.usage = "";
  verb.examples = {"halftone backends", "halftone backends --json"};
  verb.run = [](const VerbContext& context, const Request&) { return run_backends(context); };
  return verb;
}

/// "1,2,5", or "all".
std::vector<int> iterations_of(const OptionValue& value) {
  if (value.text() == "all") return {};
  std::vector<int> iterations;
  for (const std::string& text : value.texts()) {
    const std::uint64_t iteration = OptionValue(text, "--iterations").count();
    if (iteration < 1 || iteration > INT_MAX) value.fail("expected numbers from 1, or all");
    iterations.push_back(static_cast<int>(iteration));
  }
  if (iterations.empty()) value.fail("expected numbers from 1, or all");
  return iterations;
}

std::vector<VerbOption> tensor_options() {
  return {
      {{"--tensors"},
       "DIR",
       "Writes weights, and activations where data are given, into this folder as .npz files",
       [](Request& request, const OptionValue& value) { request.inspect.tensors = value.text(); }},
      {{"--data", "--calib"},
       "SPEC",
       "Samples to run the model on, for --tensors",
       [](Request& request, const OptionValue& value) { request.config.evaluation.data = value.text(); }},
      {{"--ops"},
       "a,b",
       "Names of the ops whose tensors are written (default: all)",
       [](Request& request, const OptionValue& value) { request.inspect.ops = value.texts(); }},
      {{"--type"},
       "KIND",
       "weight, activation or all (default: all with data, weight without)",
       [](Request& request, const OptionValue& value) {
         request.inspect.type = value.word({"weight", "activation", "all"});
       }},
      {{"--iterations"},
       "1,2",
       "Which items of the data, counted from 1; or all (default: 1)",
       [](Request& request, const OptionValue& value) { request.inspect.iterations = iterations_of(value); }},
  };
}

Verb inspect_verb() {
  Verb verb;
  verb.name = "inspect";
  verb.summary = "inputs, outputs, ops and size of a model; its tensors as .npz files";
  verb.answer =
      "What is in this model? Shows its inputs and outputs with shapes and types, its ops by type, its "
      "parameters, and whether it is quantized already. With --tensors also what its ops calculate with, and "
      "what they give for each sample; of a quantized weight both the integers and what they stand for.";
  verb.usage = "MODEL [--tensors DIR]";
  verb.examples = {"halftone inspect {model}", "halftone inspect {model} --input data=1x3x224x224",
                   "halftone inspect {model} --tensors tensors --data npz:calib.npz --iterations 1,2",
                   "halftone inspect {model} --json"};
  verb.options = tensor_options();
  verb.run = [](const VerbContext& context, const Request& request) {
    return run_inspect(context, request.config, request.inspect);
  };
  return verb;
}

Verb data_verb() {
  Verb verb;
  verb.name = "data";
  verb.summary = "what a model would be fed: shapes, ranges, labels, mismatches";
  verb.answer =
      "Are these data what the model expects? Reads samples as calibration and evaluation would, and shows "
      "shapes, ranges and labels, and whether they fit the model.";
  verb.operand = Operand::spec;
  verb.usage = "SPEC [--model MODEL]";
  verb.examples = {"halftone data npz:calib.npz --model {model}",
                   "halftone data images:val,labels=labels.csv,preset=caffe --model {model} --preview seen.png",
                   "halftone data npz:calib.npz,inputs=x,labels=y --samples 200"};
  verb.options = {
      {{"--model"},
       "MODEL",
       "The model whose inputs the data should fit",
       [](Request& request, const OptionValue& value) { request.config.model.path = value.text(); }},
      {{"--samples"},
       "N",
       "How many samples to look at (default: 1000 at the most)",
       [](Request& request, const OptionValue& value) {
         set_option(request.config, "evaluation.samples", value.text(), "--samples");
       }},
      {{"--preview"},
       "FILE.png",
       "Writes a sheet of the first images as the model sees them",
       [](Request& request, const OptionValue& value) { request.preview = value.text(); }},
  };
  verb.operands_help = data_kinds_help;
  verb.run = [](const VerbContext& context, const Request& request) {
    return run_data(context, request.config, request.spec, request.preview);
  };
  return verb;
}

}  // namespace

std::vector<Verb> reading_verbs() { return {backends_verb(), inspect_verb(), data_verb()}; }

}  // namespace halftone::cli
