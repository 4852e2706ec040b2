#include "report/plan_json.h"
#include "verbs/quantization_setup.h"
#include "verbs/verbs.h"

namespace halftone {

Result run_plan(const VerbContext& context, const Config& config) {
  VerbRun run(context, "plan", config);
  const QuantizationSetup setup = set_up_quantization(run, config);
  const TuneConfig chosen = choose_config(setup, config, run.progress());
  const QuantizationPlan plan = outline_of(setup, chosen);
  for (const std::string& warning : plan.warnings) run.warn(warning);
  Json approaches = Json::array({approach_of(plan, config)});
  if (const auto rival = rival_of(setup, chosen, config)) {
    approaches.push_back(approach_of(outline_of(setup, *rival), config));
  }
  Json ops = ops_json(plan);
  ops["planned"] = planned_json(plan);
  return run.result({{"section", setup.capability.section},
                     {"approach", approach_of(plan, config)},
                     {"approaches", approaches},
                     {"ops", ops},
                     {"conversions", json_of(plan.conversions)},
                     {"fusions", fusions_json(setup.graph, setup.capability)}});
}

}  // namespace halftone
