#include "halftone/error.h"
#include "verb.h"

namespace halftone::cli {
namespace {

const std::vector<std::string>& quantization_keys() {
  static const std::vector<std::string> kKeys{"quantization.approach",
                                              "quantization.format",
                                              "quantization.calibration.range_method",
                                              "quantization.reduce_range",
                                              "quantization.op_types_to_quantize",
                                              "quantization.ops_to_quantize",
                                              "quantization.ops_to_exclude"};
  return kKeys;
}

Verb query_verb() {
  Verb verb;
  verb.name = "query";
  verb.summary = "what could be quantized, and how; no data needed";
  verb.answer =
      "What can the backend do with this model? Shows for every op type the ways of quantizing it, best first, "
      "under the target and your rules. Nothing is changed.";
  verb.usage = "MODEL";
  verb.examples = {"halftone query {model}", "halftone query {model} --target avx2 --json"};
  verb.keys = quantization_keys();
  verb.run = [](const VerbContext& context, const Request& request) { return run_query(context, request.config); };
  return verb;
}

Verb plan_verb() {
  Verb verb;
  verb.name = "plan";
  verb.summary = "what will be quantized and how, and why every other op will not; no data needed";
  verb.answer =
      "What would `quantize` do? Shows which ops will run in int8 and how, where conversions stand, and for "
      "every op that stays in float the reason. Nothing is written.";
  verb.usage = "MODEL";
  verb.examples = {"halftone plan {model}",
                   "halftone plan {model} --set 'quantization.op_types.Conv={weight: {granularity: per_tensor}}'",
                   "halftone plan {model} --config halftone.yaml --json"};
  verb.keys = quantization_keys();
  verb.run = [](const VerbContext& context, const Request& request) { return run_plan(context, request.config); };
  return verb;
}

std::vector<VerbOption> import_options() {
  return {
      {{"-o", "--output"},
       "FILE",
       "Where the draft goes (needed)",
       [](Request& request, const OptionValue& value) { request.import_capability.output = value.text(); }},
      {{"--backend"},
       "KEY",
       "The backend whose op table says which op types there are (needed where several adaptors are installed)",
       [](Request& request, const OptionValue& value) { request.import_capability.backend = value.text(); }},
      {{"--force"},
       "",
       "Overwrites a file that is there",
       [](Request& request, const OptionValue&) { request.import_capability.force = true; }},
  };
}

void complete_import(Request& request) {
  if (!request.import_capability.output.empty()) return;
  throw Error(ErrorCode::invalid_argument, "import-capability needs to know where the draft goes",
              "give it with -o FILE; halftone import-capability --help has examples");
}

Verb import_verb() {
  Verb verb;
  verb.name = "import-capability";
  verb.summary = "an unproved draft of a capability file from one of the original system";
  verb.answer =
      "What did the original system say of this backend? Reads one of its capability files, of either layout, and "
      "writes the versions, precisions, op types, alternatives and fused patterns in the words of ours. Nothing of it "
      "is proved, and the draft says so; what could not be imported stands in its head, with the reason.";
  verb.operand = Operand::capability_file;
  verb.usage = "FILE -o OUT [--backend KEY]";
  verb.examples = {"halftone import-capability original.yaml -o draft.yaml",
                   "halftone import-capability original.yaml -o draft.yaml --json"};
  verb.options = import_options();
  verb.complete = complete_import;
  verb.run = [](const VerbContext& context, const Request& request) {
    return run_import_capability(context, request.import_capability);
  };
  return verb;
}

}  // namespace

std::vector<Verb> planning_verbs() { return {query_verb(), plan_verb(), import_verb()}; }

}  // namespace halftone::cli
