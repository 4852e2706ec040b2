#include "report/json_values.h"

#include <cmath>
#include <cstdio>
#include <utility>

namespace halftone {

Json json_of(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json json_of(const Estimate& estimate) {
  return {{"value", json_of(estimate.value)}, {"low", json_of(estimate.low)}, {"high", json_of(estimate.high)}};
}

Json json_of(const TensorSignature& signature) {
  Json shape = nullptr;
  if (signature.shape) {
    shape = Json::array();
    for (std::int64_t extent : *signature.shape) shape.push_back(extent < 0 ? Json(nullptr) : Json(extent));
  }
  return {{"name", signature.name}, {"dtype", to_string(signature.dtype)}, {"shape", shape}};
}

Json json_of(const std::vector<TensorSignature>& signatures) {
  Json list = Json::array();
  for (const TensorSignature& signature : signatures) list.push_back(json_of(signature));
  return list;
}

Json json_of(const FrameworkVersion& framework) {
  return {{"name", framework.name}, {"version", framework.version}, {"library", framework.library}};
}

Json json_of(const QuantSpec& spec) {
  Json json{{"dtype", to_string(spec.dtype)},
            {"scheme", to_string(spec.scheme)},
            {"granularity", to_string(spec.granularity)},
            {"range_method", to_string(spec.range_method)}};
  if (spec.granularity == Granularity::per_group) json["group_size"] = spec.group_size;
  if (spec.reduce_range) json["reduce_range"] = true;
  return json;
}

Json json_of(const OpChoice& choice) {
  return {{"quant_mode", to_string(choice.quant_mode)},
          {"format", to_string(choice.format)},
          {"activation", json_of(choice.activation)},
          {"weight", choice.weight ? json_of(*choice.weight) : Json(nullptr)},
          {"runs", to_string(choice.runs)},
          {"float_output", choice.float_output},
          {"advice", to_string(choice.advice)},
          {"text", to_string(choice)}};
}

Json json_of(const std::vector<OpChoice>& choices) {
  Json list = Json::array();
  for (const OpChoice& choice : choices) list.push_back(json_of(choice));
  return list;
}

Json json_of(const QuantParams& params) {
  Json scales = Json::array();
  for (float scale : params.scale) scales.push_back(hexadecimal(scale));
  return {{"dtype", to_string(params.dtype)},
          {"axis", params.axis ? Json(*params.axis) : Json(nullptr)},
          {"scale", std::move(scales)},
          {"zero_point", params.zero_point}};
}

std::string hexadecimal(float value) {
  char text[40];
  std::snprintf(text, sizeof text, "%a", static_cast<double>(value));
  return text;
}

}  // namespace halftone
