#include "report/config_json.h"

#include <charconv>
#include <string>
#include <string_view>
#include <variant>

namespace halftone {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <typename Enum>
void add_words(Json& json, const char* key, const std::vector<Enum>& values) {
  for (Enum value : values) json[key].push_back(to_string(value));
}

Json spec_choices_json(const SpecChoices& choices) {
  Json json = Json::object();
  add_words(json, "dtype", choices.dtypes);
  add_words(json, "scheme", choices.schemes);
  add_words(json, "granularity", choices.granularities);
  add_words(json, "algorithm", choices.algorithms);
  if (!choices.group_sizes.empty()) json["group_size"] = choices.group_sizes;
  return json;
}

Json rules_json(const std::vector<OpRule>& rules) {
  Json json = Json::object();
  for (const OpRule& rule : rules) {
    Json& entry = json[rule.pattern] = Json::object();
    if (rule.keep_float) entry["precision"] = *rule.keep_float ? "fp32" : "int8";
    if (rule.weight) entry["weight"] = spec_choices_json(*rule.weight);
    if (rule.activation) entry["activation"] = spec_choices_json(*rule.activation);
  }
  return json;
}

/// The shortest decimal that reads as this float.
Json number_json(float number) {
  char text[32];
  return Json::parse(text, std::to_chars(text, text + sizeof text, number).ptr);
}

Json parameters_json(const GivenParameters& given) {
  if (const auto* range = std::get_if<Range>(&given)) {
    return {{"min", number_json(range->low)}, {"max", number_json(range->high)}};
  }
  const auto& scale = std::get<GivenScale>(given);
  return {{"scale", number_json(scale.scale)}, {"zero_point", scale.zero_point}};
}

Json tensors_json(const std::vector<TensorRule>& rules) {
  Json json = Json::object();
  for (const TensorRule& rule : rules) json[rule.pattern] = parameters_json(rule.parameters);
  return json;
}

Json recipes_json(const Config::Quantization& quantization) {
  return {{"first_conv_or_matmul", quantization.first_conv_or_matmul},
          {"last_conv_or_matmul", quantization.last_conv_or_matmul},
          {"pre_post_process", quantization.pre_post_process},
          {"float_outputs", quantization.constraints.float_outputs},
          {"dedicated_qdq_pairs", quantization.layout.dedicated_pairs},
          {"qdq_on_weights", quantization.layout.pairs_on_weights}};
}

Json model_json(const Config::ModelSection& model) {
  Json inputs = Json::object();
  for (const InputOverride& input : model.inputs) {
    inputs[input.name] = to_string(input.shape) + (input.dtype ? ":" + std::string(to_string(*input.dtype)) : "");
  }
  return {{"path", model.path.string()},
          {"backend", text_or_null(model.backend)},
          {"inputs", inputs},
          {"signature", text_or_null(model.signature)},
          {"library", text_or_null(model.library)}};
}

Json quantization_json(const Config::Quantization& quantization) {
  const UserConstraints& constraints = quantization.constraints;
  Json calibration{{"data", text_or_null(quantization.calibration_data)},
                   {"samples", quantization.calibration_samples},
                   {"table", text_or_null(quantization.calibration_table)},
                   {"range_method", nullptr}};
  if (quantization.range_method) calibration["range_method"] = to_string(*quantization.range_method);
  return {{"approach", quantization.approach},
          {"format", text_or_null(quantization.format)},
          {"calibration", calibration},
          {"reduce_range", constraints.reduce_range ? Json(*constraints.reduce_range) : Json("auto")},
          {"recipes", recipes_json(quantization)},
          {"op_types_to_quantize", constraints.op_types_to_quantize},
          {"ops_to_quantize", constraints.ops_to_quantize},
          {"ops_to_exclude", constraints.ops_to_exclude},
          {"tensors", tensors_json(quantization.tensors)},
          {"op_types", rules_json(constraints.op_types)},
          {"ops", rules_json(constraints.ops)}};
}

Json evaluation_json(const Config::Evaluation& evaluation) {
  return {{"data", text_or_null(evaluation.data)},
          {"samples", evaluation.samples ? Json(*evaluation.samples) : Json(nullptr)},
          {"metrics", evaluation.metrics},
          {"labels", evaluation.labels},
          {"command", text_or_null(evaluation.command)},
          {"expect", text_or_null(evaluation.expect)}};
}

Json tuning_json(const Config& config) {
  const Config::Tuning& tuning = config.tuning;
  return {{"strategy", tuning.strategy},
          {"accuracy",
           {{"max_drop", text_or_null(config.accuracy.max_drop)},
            {"weights", text_or_null(tuning.weights)},
            {"decide", config.accuracy.decide},
            {"confidence", config.accuracy.confidence},
            {"fresh_samples", tuning.fresh_samples ? Json(*tuning.fresh_samples) : Json(nullptr)}}},
          {"objective", tuning.objective},
          {"min_speedup", config.min_speedup ? Json(*config.min_speedup) : Json(nullptr)},
          {"stop",
           {{"effort", tuning.effort},
            {"max_trials", tuning.max_trials},
            {"timeout", tuning.timeout_seconds ? Json(*tuning.timeout_seconds) : Json(nullptr)}}}};
}

}  // namespace

Json json_of(const Config& config) {
  return {{"model", model_json(config.model)},
          {"target", {{"isa", config.target_isa}}},
          {"quantization", quantization_json(config.quantization)},
          {"evaluation", evaluation_json(config.evaluation)},
          {"tuning", tuning_json(config)},
          {"threads", config.threads},
          {"seed", config.seed}};
}

}  // namespace halftone
