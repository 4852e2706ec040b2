#include <memory>
#include <string>

#include "data/describe.h"
#include "data/preview.h"
#include "halftone/error.h"
#include "verbs/data_split.h"
#include "verbs/verb_run.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

/// Items looked at where the user gives no number.
constexpr std::size_t kDescribedItems = 1'000;

Json input_json(const InputDescription& input) {
  Json json = json_of(TensorSignature{input.name, input.dtype, input.shape});
  json.update({{"count", input.count},
               {"min", json_of(input.min)},
               {"max", json_of(input.max)},
               {"mean", json_of(input.mean)},
               {"deviation", json_of(input.deviation)},
               {"nan", input.nan_count},
               {"inf", input.infinite_count},
               {"whole_numbers", input.whole_numbers}});
  return json;
}

Json labels_json(const DataDescription& described) {
  Json labels = Json::object();
  for (const auto& [label, samples] : described.labels) labels[std::to_string(label)] = samples;
  return labels;
}

}  // namespace

Result run_data(const VerbContext& context, const Config& config, const std::string& spec,
                const std::optional<std::filesystem::path>& preview) {
  VerbRun run(context, "data", config);
  std::vector<TensorSignature> signatures;
  if (!config.model.path.empty()) signatures = run.open(config).inputs;
  const std::shared_ptr<const DataSource> source = open_data(spec, signatures);
  const std::size_t asked = config.evaluation.samples.value_or(kDescribedItems);
  const DataDescription described = describe_data(source, signatures, asked, config.seed);
  for (const std::string& warning : described.warnings) run.warn(warning);
  Json inputs = Json::array();
  for (const InputDescription& input : described.inputs) inputs.push_back(input_json(input));
  Json previewed = nullptr;
  if (preview && save_preview(source, config.seed, *preview)) previewed = preview->string();
  if (preview && previewed.is_null()) run.warn("nothing to preview: no input of '" + spec + "' is an image");
  run.envelope().evaluation = DataFacts{source->spec(), source->fingerprint(), described.items};
  return run.result({{"spec", spec},
                     {"size", source->size() ? Json(*source->size()) : Json(nullptr)},
                     {"items", described.items},
                     {"inputs", inputs},
                     {"expected", json_of(signatures)},
                     {"labels", labels_json(described)},
                     {"truth", described.target ? input_json(*described.target) : Json(nullptr)},
                     {"mismatches", described.mismatches},
                     {"fits", described.mismatches.empty()},
                     {"preview", previewed}});
}

}  // namespace halftone
