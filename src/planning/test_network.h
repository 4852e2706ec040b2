#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "halftone/plan.h"

namespace halftone {

inline OpMeaning product() {
  return {.roles = {InputRole::activation, InputRole::weight, InputRole::bias}, .channel_axis = 0, .is_product = true};
}
inline OpMeaning arithmetic() { return {.roles = {InputRole::activation}}; }
inline OpMeaning mover() { return {.roles = {InputRole::activation}, .shares_scale = true}; }

inline OpChoice static_int8(bool with_weight, bool float_output = false) {
  OpChoice choice;
  choice.float_output = float_output;
  if (with_weight) {
    choice.weight = QuantSpec{.dtype = DType::s8, .scheme = Scheme::symmetric, .granularity = Granularity::per_channel};
  }
  return choice;
}

/// A graph under construction, with its units.
class Network {
 public:
  Network() { builder_.add_input({"x", DType::f32, Shape{1, 2}}); }

  Network& dense(const std::string& name, const std::string& input, const std::string& output) {
    builder_.add_constant(name + ".w", Tensor::from<float>({1, -2, 0.5F, 4}, {2, 2}));
    builder_.add_constant(name + ".b", Tensor::from<float>({0.25F, -1}, {2}));
    return op(name, "Dense", {input, name + ".w", name + ".b"}, {output}, product());
  }
  Network& op(const std::string& name, const std::string& type, std::vector<std::string> inputs,
              std::vector<std::string> outputs, OpMeaning meaning) {
    builder_.add_op({name, type, std::move(inputs), std::move(outputs), {}, std::move(meaning), {}});
    return *this;
  }
  Network& output(const std::string& name) {
    builder_.add_output(name);
    return *this;
  }
  Network& constant(const std::string& name, std::vector<float> values) {
    const auto size = static_cast<std::int64_t>(values.size());
    builder_.add_constant(name, Tensor::from<float>(std::move(values), {size}));
    return *this;
  }
  GraphView build() { return std::move(builder_).build(); }

 private:
  GraphBuilder builder_;
};

/// Every op a unit of its own; products and the given types can run in int8.
inline Capability capability_of(const GraphView& graph, const std::vector<std::string>& types,
                                bool float_output = false) {
  Capability capability;
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    const OpNode& op = graph.ops()[i];
    UnitCapability unit{{{static_cast<OpId>(i)}, op.type}, {}, {}};
    const bool can = std::find(types.begin(), types.end(), op.type) != types.end();
    if (can)
      unit.choices.push_back(static_int8(op.meaning.is_product, float_output && op.meaning.is_product));
    else
      unit.reason = "no kernel for " + op.type;
    capability.units.push_back(std::move(unit));
  }
  return capability;
}

inline CalibrationTable table_of(const std::map<std::string, std::vector<float>>& values) {
  CalibrationTable table;
  for (const auto& [name, seen] : values) {
    StatisticsObserver observer;
    observer.observe(seen);
    table.tensors[name] = observer.statistics();
  }
  return table;
}

inline QuantizationPlan plan_without_data(const GraphView& graph, const std::vector<std::string>& types,
                                          bool float_output = false) {
  const Capability capability = capability_of(graph, types, float_output);
  return make_plan(graph, capability, default_config(graph, capability, std::nullopt), nullptr);
}

inline const OpPlan& op_named(const QuantizationPlan& plan, const std::string& name) {
  for (const OpPlan& op : plan.ops) {
    if (op.name == name) return op;
  }
  throw std::runtime_error("no op " + name);
}

}  // namespace halftone
