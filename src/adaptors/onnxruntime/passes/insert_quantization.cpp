#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "adaptors/onnxruntime/op_table.h"
#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/passes/quantized_constants.h"
#include "halftone/error.h"
#include "halftone/quantization.h"
#include "tensor/float_values.h"

namespace halftone::onnxruntime {
namespace {

/// The names a tensor goes by: as its producer writes it, as integers, and converted back.
struct TensorNames {
  std::string written;
  std::string quantized;
  std::string dequantized;
};

/// Where each tensor of a model is written, and by which name it must be had in float.
class TensorOrigins {
 public:
  explicit TensorOrigins(const OnnxGraph& outermost) {
    for (const OnnxGraph* graph : graphs_inside_out(outermost)) {
      for (const OnnxValueInfo& input : graph->inputs) graph_of_[input.name] = graph;
      for (const OnnxNode& node : graph->nodes) {
        for (const std::string& output : node.outputs) graph_of_[output] = graph;
      }
      for (const OnnxValueInfo& output : graph->outputs) results_.insert(output.name);
    }
  }
  /// The graph whose node or input gives the tensor.
  const OnnxGraph* graph_of(const std::string& tensor) const { return graph_of_.at(tensor); }
  /// A graph hands it out under its own name.
  bool is_result(const std::string& tensor) const { return results_.contains(tensor); }

 private:
  std::unordered_map<std::string, const OnnxGraph*> graph_of_;
  std::unordered_set<std::string> results_;
};

/// Writes one plan into one model. Kernels find their parameters in their own graph alone, so each graph gets what its
/// nodes need: conversions of tensors from outside, weights, scales.
class Writer {
 public:
  Writer(OnnxModel& model, const QuantizationPlan& plan)
      : model_(model), names_(model.graph), constants_(model), origins_(model.graph), layout_(plan.layout) {
    for (const TensorPlan& tensor : plan.tensors) name_tensor(tensor);
    for (const OpPlan& op : plan.ops) op_plans_.emplace(op.name, &op);
  }

  void write() { write_graph(model_.graph); }

 private:
  /// What has been written into one graph.
  struct Written {
    OnnxGraph* graph = nullptr;
    std::map<int, std::pair<std::string, std::string>> parameters;  ///< of scale groups: scale, zero point
    std::map<std::string, TensorNames> tensors_from_outside;
    std::unordered_set<std::string> written_by_kernels;  ///< integers, behind Q
    std::unordered_set<std::string> written_as_integers;
    std::unordered_set<std::string> claimed;  ///< tensors whose first conversions have a reader, of dedicated pairs
    std::map<std::string, std::vector<std::pair<QuantParams, std::string>>> constants;
  };

  void write_graph(OnnxGraph& graph) {
    Written* const around = std::exchange(here_, nullptr);
    Written written;
    written.graph = &graph;
    here_ = &written;
    std::vector<OnnxNode> nodes = std::move(graph.nodes);
    graph.nodes.clear();
    for (const OnnxValueInfo& input : graph.inputs) convert_after(input.name);
    for (OnnxNode& node : nodes) {
      for (OnnxAttribute& attribute : node.attributes) {
        for (OnnxGraph& inner : attribute.subgraphs) write_graph(inner);
      }
      write_node(std::move(node));
    }
    remove_unread_conversions(graph);
    here_ = around;
  }

  const TensorPlan* tensor_plan(const std::string& name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? nullptr : found->second;
  }

  void name_tensor(const TensorPlan& tensor) {
    if (!tensor.params)
      throw Error(ErrorCode::invalid_argument, "the plan has no parameters: it was made without calibration");
    tensors_.emplace(tensor.tensor, &tensor);
    TensorNames& names = tensor_names_[tensor.tensor];
    names.written = tensor.tensor;
    names.dequantized = names_.give(tensor.tensor + "_dequantized");
    names.quantized = names_.give(tensor.tensor + "_quantized");
    // Readers outside a graph know the tensor by its name, so there it is the converted one that keeps it.
    if (tensor.produced_quantized && origins_.is_result(tensor.tensor)) {
      names.written = names_.give(tensor.tensor + "_float");
      names.dequantized = tensor.tensor;
    }
  }

  // Tensors of one group share their constants: runtimes recognise equal scales by it.
  const std::pair<std::string, std::string>& group_parameters(const TensorPlan& tensor) {
    auto& constants = here_->parameters[tensor.group];
    if (constants.first.empty()) constants = add_parameters(tensor.tensor, *tensor.params);
    return constants;
  }

  std::string add_constant(const std::string& wanted, const Tensor& value) {
    return append_constant(model_, *here_->graph, names_, wanted, value);
  }

  std::pair<std::string, std::string> add_parameters(const std::string& base, const QuantParams& params) {
    std::string scale = add_constant(base + "_scale", scales_of(params));
    return {std::move(scale), add_constant(base + "_zero_point", zero_points_of(params))};
  }

  void add_conversion(const char* type, const std::string& input, const std::pair<std::string, std::string>& parameters,
                      const std::string& output, std::optional<int> axis = std::nullopt) {
    OnnxNode& node = append_node(*here_->graph, names_, type, {input, parameters.first, parameters.second}, output);
    if (axis) node.attributes.push_back(make_attribute(model_, "axis", *axis));
  }

  // Q and DQ behind a tensor that was just written (DQ alone where integers were written).
  void convert_after(const std::string& name, bool written_as_integers = false) {
    const TensorPlan* tensor = tensor_plan(name);
    if (tensor == nullptr) return;
    const TensorNames& names = tensor_names_.at(name);
    const auto& parameters = group_parameters(*tensor);
    if (tensor->produced_quantized) here_->written_by_kernels.insert(names.quantized);
    if (written_as_integers) here_->written_as_integers.insert(name);
    if (!written_as_integers) add_conversion("QuantizeLinear", names.written, parameters, names.quantized);
    add_conversion("DequantizeLinear", names.quantized, parameters, names.dequantized);
  }

  /// Names by which a node here reads the tensor quantized.
  const TensorNames& names_here(const TensorPlan& tensor) {
    const TensorNames& names = tensor_names_.at(tensor.tensor);
    if (origins_.graph_of(tensor.tensor) == here_->graph) return names;
    const auto [local, added] = here_->tensors_from_outside.try_emplace(tensor.tensor, names);
    if (!added) return local->second;
    const auto& parameters = group_parameters(tensor);
    if (!tensor.produced_quantized) {
      local->second.quantized = names_.give(names.quantized);
      add_conversion("QuantizeLinear", names.written, parameters, local->second.quantized);
    }
    local->second.dequantized = names_.give(tensor.tensor + "_dequantized");
    add_conversion("DequantizeLinear", local->second.quantized, parameters, local->second.dequantized);
    return local->second;
  }

  /// Names by which one node here reads the tensor: those of all readers, or of conversions of its own.
  TensorNames names_for_reader(const TensorPlan& tensor) {
    const TensorNames& shared = names_here(tensor);
    if (!layout_.dedicated_pairs || origins_.graph_of(tensor.tensor) != here_->graph) return shared;
    const bool is_handed_out = tensor.produced_quantized && origins_.is_result(tensor.tensor);
    if (!is_handed_out && here_->claimed.insert(tensor.tensor).second) return shared;
    TensorNames own = shared;
    const auto& parameters = group_parameters(tensor);
    if (!here_->written_as_integers.contains(tensor.tensor)) {
      own.quantized = names_.give(shared.quantized);
      add_conversion("QuantizeLinear", shared.written, parameters, own.quantized);
    }
    own.dequantized = names_.give(shared.dequantized);
    add_conversion("DequantizeLinear", own.quantized, parameters, own.dequantized);
    return own;
  }

  // What only ops on integers or other graphs read is not converted: the runtime would do it at every run.
  // Behind a kernel that writes integers Q must stand, read or not: the runtime looks for it at every output.
  void remove_unread_conversions(OnnxGraph& graph) const {
    for (const char* type : {"DequantizeLinear", "QuantizeLinear"}) {
      const NodeIndex index(graph);
      std::erase_if(graph.nodes, [&](const OnnxNode& node) {
        return node.op_type == type && index.readers(node.outputs.front()) == 0 &&
               !here_->written_by_kernels.contains(node.outputs.front());
      });
    }
  }

  void write_node(OnnxNode node) {
    const auto found = op_plans_.find(node.name);
    if (found == op_plans_.end()) throw Error(ErrorCode::internal, "the plan does not know node '" + node.name + "'");
    const OpPlan& op = *found->second;
    const ErrorContext frame([&] { return "quantizing node '" + op.name + "' (" + op.type + ")"; });
    const bool written_later = op.is_dynamic() || op.is_weight_only();  // by passes of their own
    const bool on_integers = op.quantized && !written_later && runs_on_integers(node.op_type);
    const std::vector<std::string> read = node.inputs;
    redirect_inputs(node, op, on_integers);
    if (breaks_between_conversions(node) && node.inputs.front() != read.front()) keep_apart(node);
    if (on_integers && node.op_type == "Pad") write_pad_value(node);
    if (op.weight && !written_later)
      node.inputs[static_cast<std::size_t>(op.weight->input)] = quantized_constant(*op.weight);
    if (op.bias) node.inputs[static_cast<std::size_t>(op.bias->input)] = quantized_bias(op, read);
    for (const ConstantPlan& constant : op.constant_activations) {
      node.inputs[static_cast<std::size_t>(constant.input)] = quantized_constant(constant);
    }
    std::vector<std::string> written = node.outputs;
    for (std::string& output : node.outputs) {
      const TensorPlan* tensor = tensor_plan(output);
      if (tensor == nullptr) continue;
      output = on_integers ? tensor_names_.at(output).quantized : tensor_names_.at(output).written;
    }
    here_->graph->nodes.push_back(std::move(node));
    for (const std::string& output : written) convert_after(output, on_integers);
  }

  void redirect_inputs(OnnxNode& node, const OpPlan& op, bool on_integers) {
    std::map<std::string, TensorNames> names_of;  // an op that reads a tensor twice is one reader
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const TensorPlan* tensor = tensor_plan(node.inputs[i]);
      if (tensor == nullptr) continue;
      const bool reads_quantized = std::find(op.quantized_inputs.begin(), op.quantized_inputs.end(),
                                             static_cast<int>(i)) != op.quantized_inputs.end();
      if (!reads_quantized && !tensor->produced_quantized) continue;
      if (!reads_quantized && origins_.graph_of(tensor->tensor) != here_->graph) {
        node.inputs[i] = tensor_names_.at(node.inputs[i]).dequantized;
        continue;
      }
      if (!names_of.contains(tensor->tensor)) names_of[tensor->tensor] = names_for_reader(*tensor);
      const TensorNames& names = names_of.at(tensor->tensor);
      node.inputs[i] = reads_quantized && on_integers ? names.quantized : names.dequantized;
    }
  }

  // The maximum of one tensor is itself; the runtime has no fusion that looks through it.
  void keep_apart(OnnxNode& node) {
    OnnxNode between;
    between.op_type = "Max";
    between.name = names_.give(node.name + "_apart");
    between.inputs = {node.inputs.front()};
    between.outputs = {names_.give(node.inputs.front() + "_apart")};
    node.inputs.front() = between.outputs.front();
    here_->graph->nodes.push_back(std::move(between));
  }

  // What fills the border means zero; between integers that is the zero point.
  void write_pad_value(OnnxNode& node) {
    node.inputs.resize(std::max<std::size_t>(node.inputs.size(), 3));
    node.inputs[2] = group_parameters(*tensor_plan(node.outputs.front())).second;
  }

  const OnnxInitializer& constant(const std::string& name) const {
    const OnnxInitializer* found = constants_.find(name);
    if (found == nullptr) throw Error(ErrorCode::internal, "constant '" + name + "' is missing");
    return *found;
  }

  std::string quantized_constant(const ConstantPlan& plan) {
    auto& written = here_->constants[plan.tensor];
    for (const auto& [params, name] : written) {
      if (params == *plan.params) return name;
    }
    std::string name = layout_.pairs_on_weights ? add_pair(plan) : add_quantized(plan);
    written.emplace_back(*plan.params, name);
    return name;
  }

  std::string add_quantized(const ConstantPlan& plan) {
    const OnnxInitializer& value = constant(plan.tensor);
    const auto maker = make_from_constant(model_, value, [params = *plan.params](Tensor tensor) {
      const FloatValues floats(std::move(tensor));
      return ValueMaker::Values{quantize(floats.get(), floats.shape(), params)};
    });
    const TensorHeader header{plan.params->dtype, read_tensor_header(value.message).shape};
    const std::string quantized = names_.give(plan.tensor + "_quantized");
    here_->graph->initializers.push_back(made_constant(model_, quantized, header, maker, 0));
    return add_dequantized(plan.tensor, quantized, *plan.params);
  }

  // The constant as it is, both conversions behind it.
  std::string add_pair(const ConstantPlan& plan) {
    const auto& own = here_->graph->initializers;
    const bool is_here = std::ranges::find(own, plan.tensor, &OnnxInitializer::name) != own.end();
    const std::string source =
        is_here ? plan.tensor : add_constant(plan.tensor, model_.value_of(constant(plan.tensor)));
    const std::string quantized = names_.give(plan.tensor + "_quantized");
    const std::pair<std::string, std::string> parameters = add_parameters(plan.tensor, *plan.params);
    add_conversion("QuantizeLinear", source, parameters, quantized, plan.params->axis);
    std::string name = names_.give(plan.tensor + "_dequantized");
    add_conversion("DequantizeLinear", quantized, parameters, name, plan.params->axis);
    return name;
  }

  std::string quantized_bias(const OpPlan& op, const std::vector<std::string>& read) {
    const TensorPlan* input = tensor_plan(read.at(static_cast<std::size_t>(op.quantized_inputs.front())));
    std::vector<float> floats = model_.value_of(constant(op.bias->tensor)).to_floats();
    for (std::size_t i = 0; i < op.bias->correction.size(); ++i) floats[i] += op.bias->correction[i];
    const QuantizedBias bias = quantize_bias(floats, input->params->scale.front(), *op.weight->params);
    return add_dequantized(op.bias->tensor, add_constant(op.bias->tensor + "_quantized", bias.values), bias.params);
  }

  std::string add_dequantized(const std::string& base, const std::string& quantized, const QuantParams& params) {
    const std::pair<std::string, std::string> parameters = add_parameters(base, params);
    const std::string name = names_.give(base + "_dequantized");
    add_conversion("DequantizeLinear", quantized, parameters, name, params.axis);
    return name;
  }

  OnnxModel& model_;
  NameGiver names_;
  ConstantIndex constants_;
  TensorOrigins origins_;
  ConversionLayout layout_;
  std::unordered_map<std::string, const TensorPlan*> tensors_;
  std::unordered_map<std::string, const OpPlan*> op_plans_;
  std::unordered_map<std::string, TensorNames> tensor_names_;
  Written* here_ = nullptr;  ///< the graph being written
};

}  // namespace

void insert_quantization(OnnxModel& model, const QuantizationPlan& plan,
                         const std::vector<std::pair<std::string, std::string>>& metadata) {
  Writer(model, plan).write();
  for (const auto& [key, value] : metadata) {
    std::erase_if(model.metadata, [&](const auto& entry) { return entry.first == key; });
    model.metadata.emplace_back(key, value);
  }
  remove_unused_constants(model);
}

}  // namespace halftone::onnxruntime
