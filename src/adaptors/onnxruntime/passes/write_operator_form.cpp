#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adaptors/onnxruntime/op_table.h"
#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/operator_forms.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "halftone/error.h"
#include "halftone/quantization.h"

namespace halftone::onnxruntime {
namespace {

using PlannedOps = std::unordered_map<std::string, const OpPlan*>;

/// A tensor in low precision, by the names of what makes it.
struct Operand {
  std::string values, scale, zero_point;
};

void append(std::vector<std::string>& inputs, const Operand& operand) {
  inputs.insert(inputs.end(), {operand.values, operand.scale, operand.zero_point});
}

/// Rewrites the units of one graph. Nodes are looked up as the graph was; they change, or go, in their places.
class UnitRewriter {
 public:
  UnitRewriter(OnnxModel& model, OnnxGraph& graph, const ConstantIndex& constants, NameGiver& names,
               const PlannedOps& planned)
      : model_(model),
        graph_(graph),
        constants_(constants),
        names_(names),
        planned_(planned),
        index_(graph),
        gone_(graph.nodes.size(), false) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      for (const std::string& input : graph.nodes[i].inputs) readers_.emplace(input, i);
    }
  }

  int rewrite() {
    int units = 0;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const OpPlan* const op = planned(i);
      if (op == nullptr || !op->is_anchor) continue;
      const ErrorContext frame([&] { return "quantizing node '" + op->name + "' (" + op->type + ")"; });
      rewrite_unit(i);
      ++units;
    }
    std::size_t i = 0;
    std::erase_if(graph_.nodes, [&](const OnnxNode&) { return gone_[i++]; });
    remove_unread_dequantizations();
    return units;
  }

 private:
  const OpPlan* planned(std::size_t node) const {
    const auto found = planned_.find(graph_.nodes[node].name);
    return found == planned_.end() ? nullptr : found->second;
  }

  /// The node that alone reads a tensor.
  std::optional<std::size_t> only_reader(const std::string& tensor) const {
    if (index_.readers(tensor) != 1 || index_.is_output(tensor)) return std::nullopt;
    const auto found = readers_.find(tensor);
    if (found == readers_.end()) return std::nullopt;
    return found->second;
  }

  void rewrite_unit(std::size_t anchor) {
    OnnxNode& node = graph_.nodes[anchor];
    const OperatorForm* const form = operator_form_of(node);
    if (form == nullptr) {
      read_integers(node);
      return;
    }
    std::vector<std::size_t> followers;
    std::string result = node.outputs.front();
    for (auto next = only_reader(result); next && is_follower(*next); next = only_reader(result)) {
      followers.push_back(*next);
      result = graph_.nodes[*next].outputs.front();
    }
    const std::optional<Operand> written = quantized_result(result);
    if (written) node.outputs.front() = bound(followers, *written);
    take_form(node, *form, written);
  }

  bool is_follower(std::size_t node) const {
    const OpPlan* const op = planned(node);
    return op != nullptr && !op->is_anchor;
  }

  /// Takes over what quantizes a result, where something does.
  std::optional<Operand> quantized_result(const std::string& tensor) {
    const auto reader = only_reader(tensor);
    if (!reader || graph_.nodes[*reader].op_type != "QuantizeLinear") return std::nullopt;
    const OnnxNode& quantize = graph_.nodes[*reader];
    gone_[*reader] = true;
    return Operand{quantize.outputs.front(), quantize.inputs[1], quantize.inputs[2]};
  }

  /// Where an input comes from, in low precision; absent for what is read as it is.
  std::optional<Operand> operand(const std::string& input) const {
    const int producer = index_.producer(input);
    if (producer < 0) return std::nullopt;
    const OnnxNode& node = graph_.nodes[static_cast<std::size_t>(producer)];
    if (node.op_type != "DequantizeLinear") return std::nullopt;
    return Operand{node.inputs[0], node.inputs[1], node.inputs[2]};
  }

  // Ops that hand values on, or compare them, do so with integers as well.
  void read_integers(OnnxNode& node) {
    if (!takes_integers(node.qualified_type())) {
      throw Error(ErrorCode::unsupported, "there is no operator that computes " + node.op_type + " on integers");
    }
    for (std::string& input : node.inputs) {
      if (const auto quantized = operand(input)) input = quantized->values;
    }
    for (std::string& output : node.outputs) {
      if (const auto written = quantized_result(output)) output = written->values;
    }
  }

  void take_form(OnnxNode& node, const OperatorForm& form, const std::optional<Operand>& result) {
    if (!result && form.float_result_type.empty()) {
      throw Error(ErrorCode::internal, std::string(form.type) + " gives integers alone");
    }
    const std::vector<std::string> read = std::exchange(node.inputs, {});
    node.op_type = result ? form.type : form.float_result_type;
    node.domain = result ? form.domain : kContributedOps;
    if (!node.is_standard()) model_.require_domain(node.domain, 1);
    remove_attribute(node, "beta");  // one, and no attribute of any operator form
    std::string bias;
    if (form.has_bias && read.size() > 2) bias = operand(read[2]).value_or(Operand{read[2], "", ""}).values;
    const std::size_t operands = form.has_bias ? std::min<std::size_t>(read.size(), 2) : read.size();

    if (form.layout == OperandLayout::result_first) node.inputs = {result->scale, result->zero_point};
    for (std::size_t i = 0; i < operands; ++i) {
      const auto quantized = operand(read[i]);
      quantized ? append(node.inputs, *quantized) : node.inputs.push_back(read[i]);
    }
    if (form.layout == OperandLayout::bias_before_result && (result || !bias.empty())) node.inputs.push_back(bias);
    if (result && form.layout != OperandLayout::result_first) {
      node.inputs.insert(node.inputs.end(), {result->scale, result->zero_point});
    }
    if (form.layout == OperandLayout::result_then_bias && !bias.empty()) node.inputs.push_back(bias);
    if (!result && form.type == "QLinearMatMul") order_for_float(node.inputs);
  }

  // MatMulIntegerToFloat lists both matrices, both scales, both zero points.
  static void order_for_float(std::vector<std::string>& inputs) {
    inputs = {inputs[0], inputs[3], inputs[1], inputs[4], inputs[2], inputs[5]};
  }

  // A following Relu or Clip bounds the integers. Where the type's own limits are no wider, the kernel before it does
  // that by saturating. Gives the name under which that kernel writes.
  std::string bound(const std::vector<std::size_t>& followers, const Operand& result) {
    const QuantParams params = parameters(result);
    std::string written = result.values;
    // The last one writes the result, those before it what the next one reads.
    for (std::size_t i = followers.size(); i-- > 0;) {
      OnnxNode& follower = graph_.nodes[followers[i]];
      const Range bounds = bounds_of(follower);
      if (saturates_at(bounds, params)) {
        gone_[followers[i]] = true;
        continue;
      }
      follower.op_type = "Clip";
      follower.attributes.clear();
      follower.outputs = {std::exchange(written, names_.give(result.values + "_unbounded"))};
      follower.inputs = {written, add_level(result.values + "_low", bounds.low, params),
                         add_level(result.values + "_high", bounds.high, params)};
    }
    return written;
  }

  Range bounds_of(const OnnxNode& follower) const {
    constexpr float kNone = std::numeric_limits<float>::infinity();
    if (follower.op_type == "Relu") return {0, kNone};
    if (follower.op_type != "Clip") {
      throw Error(ErrorCode::unsupported, "no operator form takes " + follower.op_type + " into the kernel before it");
    }
    const auto limit = [&](std::size_t input, float absent) {
      if (follower.inputs.size() <= input || follower.inputs[input].empty()) return absent;
      return value(follower.inputs[input]).to_floats().front();
    };
    return {limit(1, -kNone), limit(2, kNone)};
  }

  static std::int32_t level_of(float bound, const QuantParams& params) {
    const QuantLimits limits = quant_limits({.dtype = params.dtype, .scheme = Scheme::asymmetric});
    if (bound == -std::numeric_limits<float>::infinity()) return limits.low;
    if (bound == std::numeric_limits<float>::infinity()) return limits.high;
    const QuantParams one{params.dtype, {params.scale.front()}, {params.zero_point.front()}, std::nullopt};
    return static_cast<std::int32_t>(quantize(std::vector<float>{bound}, {1}, one).to_floats().front());
  }

  static bool saturates_at(const Range& bounds, const QuantParams& params) {
    const QuantLimits limits = quant_limits({.dtype = params.dtype, .scheme = Scheme::asymmetric});
    return level_of(bounds.low, params) <= limits.low && level_of(bounds.high, params) >= limits.high;
  }

  std::string add_level(const std::string& wanted, float bound, const QuantParams& params) {
    const std::int32_t level = level_of(bound, params);
    const Tensor scalar = params.dtype == DType::u8 ? Tensor::from(std::vector{static_cast<std::uint8_t>(level)}, {})
                                                    : Tensor::from(std::vector{static_cast<std::int8_t>(level)}, {});
    return append_constant(model_, graph_, names_, wanted, scalar);
  }

  QuantParams parameters(const Operand& operand) const {
    const Tensor zero_point = value(operand.zero_point);
    return {zero_point.dtype(),
            value(operand.scale).to_floats(),
            {static_cast<std::int32_t>(zero_point.to_floats().front())},
            std::nullopt};
  }

  Tensor value(const std::string& constant) const {
    const OnnxInitializer* const found = constants_.find(constant);
    if (found == nullptr) throw Error(ErrorCode::internal, "constant '" + constant + "' is missing");
    return model_.value_of(*found);
  }

  void remove_unread_dequantizations() {
    const NodeIndex index(graph_);
    std::erase_if(graph_.nodes, [&](const OnnxNode& node) {
      return node.op_type == "DequantizeLinear" && index.readers(node.outputs.front()) == 0;
    });
  }

  OnnxModel& model_;
  OnnxGraph& graph_;
  const ConstantIndex& constants_;
  NameGiver& names_;
  const PlannedOps& planned_;
  NodeIndex index_;
  std::unordered_map<std::string, std::size_t> readers_;
  std::vector<bool> gone_;
};

}  // namespace

int write_operator_form(OnnxModel& model, const QuantizationPlan& plan) {
  PlannedOps planned;
  for (const OpPlan& op : plan.ops) {
    const bool in_operator_form = op.quantized && op.choice && op.choice->quant_mode == QuantMode::static_ &&
                                  op.choice->format == QuantFormat::qlinear;
    if (in_operator_form) planned.emplace(op.name, &op);
  }
  if (planned.empty()) return 0;
  const ConstantIndex constants(model);
  NameGiver names(model.graph);
  int units = 0;
  for (OnnxGraph* graph : graphs_inside_out(model.graph)) {
    units += UnitRewriter(model, *graph, constants, names, planned).rewrite();
  }
  remove_unused_constants(model);
  return units;
}

}  // namespace halftone::onnxruntime
