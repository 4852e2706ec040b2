#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>

#include "adaptors/onnxruntime/passes/operator_forms.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/passes/product_writer.h"
#include "adaptors/onnxruntime/passes/quantized_constants.h"
#include "adaptors/onnxruntime/passes/transposed_weight.h"
#include "halftone/error.h"
#include "halftone/quantization.h"
#include "tensor/float_values.h"

namespace halftone::onnxruntime {
namespace {

constexpr std::int64_t kFloat = 1;  ///< onnx.TensorProto.FLOAT

/// Rows and columns of a matrix of bytes change places.
Tensor transposed(const Tensor& matrix) {
  const auto rows = static_cast<std::size_t>(matrix.shape()[0]), columns = static_cast<std::size_t>(matrix.shape()[1]);
  const std::span<const std::int8_t> from = matrix.values<std::int8_t>();
  std::vector<std::int8_t> values(rows * columns);
  constexpr std::size_t kBlock = 64;  // both sides of a block stay in the cache
  for (std::size_t first = 0; first < rows; first += kBlock) {
    for (std::size_t column = 0; column < columns; ++column) {
      for (std::size_t row = first; row < std::min(first + kBlock, rows); ++row) {
        values[column * rows + row] = from[row * columns + column];
      }
    }
  }
  return Tensor::from<std::int8_t>(std::move(values), {matrix.shape()[1], matrix.shape()[0]});
}

/// The same for each of the matrices that lie one behind the other.
Tensor turned_directions(const Tensor& matrices) {
  const Shape& shape = matrices.shape();
  const auto size = static_cast<std::size_t>(shape[1] * shape[2]);
  std::vector<std::int8_t> values;
  values.reserve(matrices.size());
  for (std::size_t first = 0; first < matrices.size(); first += size) {
    const Tensor matrix(matrices.dtype(), {shape[1], shape[2]}, matrices.owner(), matrices.data() + first, size);
    const Tensor turned = transposed(matrix);
    values.insert(values.end(), turned.values<std::int8_t>().begin(), turned.values<std::int8_t>().end());
  }
  return Tensor::from<std::int8_t>(std::move(values), {shape[0], shape[2], shape[1]});
}

/// Parameters that all directions have in common, written down for each: {directions}, or {directions, channels}.
template <typename Value>
Tensor for_directions(const Tensor& parameters, std::int64_t directions) {
  const std::span<const Value> one = parameters.values<Value>();
  std::vector<Value> all;
  for (std::int64_t i = 0; i < directions; ++i) all.insert(all.end(), one.begin(), one.end());
  Shape shape{directions};
  if (one.size() > 1) shape.push_back(static_cast<std::int64_t>(one.size()));
  return Tensor::from<Value>(std::move(all), std::move(shape));
}

/// A tensor as DynamicQuantizeLinear gives it.
struct QuantizedAtRunTime {
  std::string values, scale, zero_point;
};

/// A weight as integer products read it.
struct IntegerWeight {
  std::string values, scale, zero_point;
};

/// Writes the products of one graph. Readers of one tensor share its quantization, readers of one weight its integers.
class DynamicProductWriter : public ProductWriter {
 public:
  using ProductWriter::ProductWriter;

  /// Appends what stands for the node.
  void write(OnnxNode node, const OpPlan& op) {
    if (node.op_type == "LSTM" && op.weight && op.recurrent_weight) return write_recurrent(std::move(node), op);
    if (node.qualified_type() == "com.microsoft.Attention" && op.weight) return write_attention(std::move(node), op);
    if (!op.weight || op.dynamic_inputs.size() != 1 || (node.op_type != "MatMul" && node.op_type != "Gemm")) {
      throw Error(ErrorCode::unsupported, "no kernel quantizes it at run time");
    }
    const bool gemm = node.op_type == "Gemm";
    const std::string result = node.outputs.front();
    const std::string bias = gemm && node.inputs.size() > 2 ? node.inputs[2] : "";
    const bool turned = gemm && node.integer("transB", 0) != 0;
    const QuantizedAtRunTime input = quantized(node.inputs.at(static_cast<std::size_t>(op.dynamic_inputs.front())));
    const IntegerWeight weight = integer_weight(*op.weight, turned);

    const std::string scale = names_.give(result + "_scale");
    add("Mul", {input.scale, weight.scale}, scale);
    const std::string sum = names_.give(result + "_sum"), converted = names_.give(result + "_float");
    // The product keeps the node's name: reports of what runs are matched by it.
    OnnxNode product;
    product.op_type = "MatMulInteger";
    product.name = std::move(node.name);
    product.inputs = {input.values, weight.values, input.zero_point, weight.zero_point};
    product.outputs = {sum};
    if (turned) note_transposed_weight(model_, product);
    graph_.nodes.push_back(std::move(product));
    add("Cast", {sum}, converted).attributes.push_back(make_attribute(model_, "to", kFloat));
    const std::string scaled = bias.empty() ? result : names_.give(result + "_product");
    add("Mul", {converted, scale}, scaled);
    if (!bias.empty()) add("Add", {scaled, bias}, result);
  }

 private:
  // The projections are multiplied in integers; scores and values stay in float.
  void write_attention(OnnxNode node, const OpPlan& op) {
    const QuantizedAtRunTime input = quantized(node.inputs.front());
    const IntegerWeight weight = integer_weight(*op.weight, /*turned=*/false);
    node.inputs.resize(5);
    const std::string bias = node.inputs[2], mask = node.inputs[3], past = node.inputs[4];
    node.op_type = "QAttention";
    node.inputs = {input.values,     weight.values,     bias, input.scale, weight.scale, mask,
                   input.zero_point, weight.zero_point, past};
    while (node.inputs.back().empty()) node.inputs.pop_back();
    graph_.nodes.push_back(std::move(node));
  }

  // One operator, which takes its inputs in float and quantizes them and the state itself. It wants the weights of each
  // direction turned, and has their parameters behind all inputs of the float op.
  void write_recurrent(OnnxNode node, const OpPlan& op) {
    constexpr std::size_t kInputs = 8;
    node.op_type = "DynamicQuantizeLSTM";
    node.domain = kContributedOps;
    model_.require_domain(node.domain, 1);
    remove_attribute(node, "layout");  // 0, and no attribute of this operator
    node.inputs.resize(kInputs);
    for (const ConstantPlan* plan : {&*op.weight, &*op.recurrent_weight}) {
      const IntegerWeight& weight = recurrent_weight(*plan);
      node.inputs[static_cast<std::size_t>(plan->input)] = weight.values;
      node.inputs.insert(node.inputs.end(), {weight.scale, weight.zero_point});
    }
    graph_.nodes.push_back(std::move(node));
  }

  const IntegerWeight& recurrent_weight(const ConstantPlan& plan) {
    auto& written = weights_[{plan.tensor, /*turned=*/true}];
    for (const auto& [params, names] : written) {
      if (params == *plan.params) return names;
    }
    const OnnxInitializer& weight = constant(plan.tensor);
    TensorHeader header{plan.params->dtype, read_tensor_header(weight.message).shape};
    std::swap(header.shape.at(1), header.shape.at(2));
    const std::int64_t directions = header.shape.front();
    const auto maker = make_from_constant(model_, weight, [params = *plan.params](Tensor value) {
      const FloatValues floats(std::move(value));
      return ValueMaker::Values{turned_directions(quantize(floats.get(), floats.shape(), params))};
    });
    written.emplace_back(
        *plan.params,
        IntegerWeight{add_constant(plan.tensor + "_quantized", header, maker, 0),
                      add_constant(plan.tensor + "_scale", for_directions<float>(scales_of(*plan.params), directions)),
                      add_constant(plan.tensor + "_zero_point",
                                   for_directions<std::int8_t>(zero_points_of(*plan.params), directions))});
    return written.back().second;
  }

  OnnxNode& add(const char* type, std::vector<std::string> inputs, const std::string& output) {
    return append_node(graph_, names_, type, std::move(inputs), output);
  }

  const QuantizedAtRunTime& quantized(const std::string& tensor) {
    const auto [found, added] = quantized_.try_emplace(tensor);
    QuantizedAtRunTime& names = found->second;
    if (!added) return names;
    names = {names_.give(tensor + "_quantized"), names_.give(tensor + "_scale"), names_.give(tensor + "_zero_point")};
    add("DynamicQuantizeLinear", {tensor}, names.values).outputs = {names.values, names.scale, names.zero_point};
    return names;
  }

  const IntegerWeight& integer_weight(const ConstantPlan& plan, bool turned) {
    auto& written = weights_[{plan.tensor, turned}];
    for (const auto& [params, names] : written) {
      if (params == *plan.params) return names;
    }
    const OnnxInitializer& weight = constant(plan.tensor);
    TensorHeader header{plan.params->dtype, read_tensor_header(weight.message).shape};
    if (turned) std::swap(header.shape.front(), header.shape.back());
    const auto maker = make_from_constant(model_, weight, [params = *plan.params, turned](Tensor value) {
      const FloatValues floats(std::move(value));
      Tensor integers = quantize(floats.get(), floats.shape(), params);
      return ValueMaker::Values{turned ? transposed(integers) : std::move(integers)};
    });
    written.emplace_back(*plan.params,
                         IntegerWeight{add_constant(plan.tensor + "_quantized", header, maker, 0),
                                       add_constant(plan.tensor + "_scale", scales_of(*plan.params)),
                                       add_constant(plan.tensor + "_zero_point", zero_points_of(*plan.params))});
    return written.back().second;
  }

  std::unordered_map<std::string, QuantizedAtRunTime> quantized_;
  std::map<std::pair<std::string, bool>, std::vector<std::pair<QuantParams, IntegerWeight>>> weights_;
};

}  // namespace

int quantize_at_run_time(OnnxModel& model, const QuantizationPlan& plan) {
  return write_products<DynamicProductWriter>(model, plan, &OpPlan::is_dynamic);
}

}  // namespace halftone::onnxruntime
