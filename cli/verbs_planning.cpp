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

}  // namespace

std::vector<Verb> planning_verbs() { return {query_verb(), plan_verb()}; }

}  // namespace halftone::cli
