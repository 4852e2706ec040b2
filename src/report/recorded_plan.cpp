#include "report/recorded_plan.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "base/file.h"
#include "capability/enum_words.h"
#include "halftone/error.h"

namespace halftone {
namespace {

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::invalid_data, message, "the file may have been edited, or be of another version of halftone");
}

/// A value of the record, and where it stands, for messages.
class Recorded {
 public:
  Recorded(const Json& json, std::string place) : json_(json), place_(std::move(place)) {}

  bool has(const std::string& key) const {
    return json_.is_object() && json_.contains(key) && !json_.at(key).is_null();
  }
  Recorded at(const std::string& key) const {
    if (!has(key)) fail("'" + place_ + "' has no '" + key + "'");
    return {json_.at(key), place_.empty() ? key : place_ + "." + key};
  }
  std::vector<Recorded> items() const {
    if (!json_.is_array()) fail("'" + place_ + "' is no list");
    std::vector<Recorded> items;
    for (std::size_t i = 0; i < json_.size(); ++i) {
      items.push_back({json_.at(i), place_ + "[" + std::to_string(i) + "]"});
    }
    return items;
  }
  std::string text() const {
    if (!json_.is_string()) fail("'" + place_ + "' is no text");
    return json_.get<std::string>();
  }
  bool boolean() const {
    if (!json_.is_boolean()) fail("'" + place_ + "' is neither true nor false");
    return json_.get<bool>();
  }
  std::int32_t integer() const {
    if (!json_.is_number_integer()) fail("'" + place_ + "' is no whole number");
    const auto value = json_.get<std::int64_t>();
    if (value < INT32_MIN || value > INT32_MAX) fail("'" + place_ + "' is out of range");
    return static_cast<std::int32_t>(value);
  }
  /// A float in hexadecimal, as hexadecimal() writes it.
  float number() const {
    const std::string written = text();
    char* end = nullptr;
    const float value = std::strtof(written.c_str(), &end);
    if (written.empty() || *end != '\0') fail("'" + place_ + "' is no number: '" + written + "'");
    return value;
  }
  template <typename Enum>
  Enum word() const {
    const std::string written = text();
    for (const Enum value : named_values<Enum>()) {
      if (to_string(value) == written) return value;
    }
    fail("'" + place_ + "' is unknown: '" + written + "'");
  }
  DType dtype() const {
    const auto found = parse_dtype(text());
    if (!found) fail("'" + place_ + "' is no element type: '" + text() + "'");
    return *found;
  }
  const std::string& place() const { return place_; }

 private:
  const Json& json_;
  std::string place_;
};

QuantSpec spec_of(const Recorded& recorded) {
  QuantSpec spec;
  spec.dtype = recorded.at("dtype").dtype();
  spec.scheme = recorded.at("scheme").word<Scheme>();
  spec.granularity = recorded.at("granularity").word<Granularity>();
  spec.range_method = recorded.at("range_method").word<RangeMethod>();
  if (recorded.has("group_size")) spec.group_size = recorded.at("group_size").integer();
  if (recorded.has("reduce_range")) spec.reduce_range = recorded.at("reduce_range").boolean();
  return spec;
}

OpChoice choice_of(const Recorded& recorded) {
  OpChoice choice;
  choice.quant_mode = recorded.at("quant_mode").word<QuantMode>();
  choice.format = recorded.at("format").word<QuantFormat>();
  choice.activation = spec_of(recorded.at("activation"));
  if (recorded.has("weight")) choice.weight = spec_of(recorded.at("weight"));
  choice.runs = recorded.at("runs").word<Runs>();
  choice.float_output = recorded.at("float_output").boolean();
  choice.advice = recorded.at("advice").word<Advice>();
  return choice;
}

QuantParams params_of(const Recorded& recorded) {
  QuantParams params;
  params.dtype = recorded.at("dtype").dtype();
  if (recorded.has("axis")) params.axis = recorded.at("axis").integer();
  for (const Recorded& scale : recorded.at("scale").items()) params.scale.push_back(scale.number());
  for (const Recorded& zero : recorded.at("zero_point").items()) params.zero_point.push_back(zero.integer());
  const bool single = params.scale.size() == 1;
  if (params.scale.empty() || params.scale.size() != params.zero_point.size() || (!params.axis && !single)) {
    fail("'" + recorded.place() + "' has other numbers of scales and zero points than it should");
  }
  return params;
}

void restore(const Recorded& recorded, ConstantPlan& constant) {
  if (recorded.at("tensor").text() != constant.tensor) {
    fail("'" + recorded.place() + "' is about '" + recorded.at("tensor").text() + "', not '" + constant.tensor + "'");
  }
  constant.params = params_of(recorded);
  if (!recorded.has("correction")) return;
  for (const Recorded& value : recorded.at("correction").items()) constant.correction.push_back(value.number());
}

void restore(const Recorded& recorded, OpPlan& op) {
  if (op.weight && !op.is_weight_only()) restore(recorded.at("weight_parameters"), *op.weight);
  if (op.recurrent_weight) restore(recorded.at("recurrent_weight_parameters"), *op.recurrent_weight);
  if (op.bias) restore(recorded.at("bias_parameters"), *op.bias);
  if (op.constant_activations.empty()) return;
  const std::vector<Recorded> constants = recorded.at("constant_parameters").items();
  if (constants.size() != op.constant_activations.size()) {
    fail("'" + recorded.place() + "' has other constants than the op '" + op.name + "'");
  }
  for (std::size_t i = 0; i < constants.size(); ++i) restore(constants[i], op.constant_activations[i]);
}

/// Which inputs of joins keep a scale of their own is decided with statistics alone, so a plan made without any has
/// them in one group with the result: a group is as many as it has parameters.
void split_groups(QuantizationPlan& plan) {
  std::map<int, std::vector<std::pair<QuantParams, int>>> parts;
  int next = 0;
  for (const TensorPlan& tensor : plan.tensors) next = std::max(next, tensor.group + 1);
  for (TensorPlan& tensor : plan.tensors) {
    std::vector<std::pair<QuantParams, int>>& known = parts[tensor.group];
    auto found = std::ranges::find(known, *tensor.params, &std::pair<QuantParams, int>::first);
    if (found == known.end()) {
      found = known.insert(found, {*tensor.params, known.empty() ? tensor.group : next++});
    }
    tensor.group = found->second;
  }
}

}  // namespace

Json read_result(const std::filesystem::path& path, const std::vector<std::string>& commands) {
  const Json result = Json::parse(read_file(path), nullptr, /*allow_exceptions=*/false);
  const ErrorContext frame([&] { return "reading '" + path.string() + "'"; });
  if (!result.is_object()) fail("'" + path.string() + "' holds no result: it is no JSON object");
  const std::string found = Recorded(result, "").at("command").text();
  if (std::ranges::find(commands, found) != commands.end()) return result;
  std::string wanted;
  for (const std::string& command : commands) wanted += (wanted.empty() ? "" : " or ") + command;
  throw Error(ErrorCode::invalid_data, "'" + path.string() + "' is the result of halftone " + found,
              "one of halftone " + wanted + " is needed: OUT.halftone.json");
}

TuneConfig recorded_choices(const Json& q_config) {
  TuneConfig config;
  const Recorded recorded(q_config, "q_config");
  if (recorded.has("layout")) {
    const Recorded layout = recorded.at("layout");
    config.layout = {layout.at("dedicated_qdq_pairs").boolean(), layout.at("qdq_on_weights").boolean()};
  }
  recorded.at("ops");
  if (!q_config.at("ops").is_object()) fail("'q_config.ops' is no map");
  for (const auto& [name, op] : q_config.at("ops").items()) {
    const Recorded entry(op, "q_config.ops." + name);
    UnitChoice& unit = config.units[name];
    if (entry.has("precision"))
      unit.reason = entry.at("reason").text();
    else
      unit.choice = choice_of(entry);
  }
  return config;
}

void restore_parameters(const Json& q_config, QuantizationPlan& plan) {
  const Recorded recorded(q_config, "q_config");
  const Recorded ops = recorded.at("ops"), tensors = recorded.at("tensors");
  for (OpPlan& op : plan.ops) {
    const Recorded entry = ops.at(op.name);
    if (op.quantized == entry.has("precision")) {
      fail("the record " + std::string(op.quantized ? "leaves" : "quantizes") + " the op '" + op.name + "'" +
           (op.quantized ? " in float" : "") + ", which this model does not allow");
    }
    if (op.quantized) restore(entry, op);
  }
  for (TensorPlan& tensor : plan.tensors) tensor.params = params_of(tensors.at(tensor.tensor));
  split_groups(plan);
}

void require_recoverable(const Adaptor& adaptor, const Json& q_config) {
  if (adaptor.only_quantizes()) {
    throw Error(ErrorCode::unsupported, "backend '" + adaptor.options().key + "' makes no model from a record",
                "it has quantize() alone: quantize again with the same data");
  }
  const auto steps = q_config.find("prepare");
  if (steps == q_config.end() || !steps->is_array()) return;
  if (std::ranges::none_of(*steps, [](const Json& step) { return step == Json(kTrainingStep); })) return;
  throw Error(ErrorCode::unsupported, "the model's weights were trained, and the record does not hold them",
              "train again with the same function and data");
}

QuantizationPlan recorded_plan(const GraphView& graph, const Capability& capability, const Json& q_config) {
  QuantizationPlan plan = make_plan(graph, capability, recorded_choices(q_config), nullptr);
  restore_parameters(q_config, plan);
  return plan;
}

}  // namespace halftone
