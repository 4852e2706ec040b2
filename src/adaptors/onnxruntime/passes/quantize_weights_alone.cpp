#include <unordered_map>
#include <utility>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/passes/product_writer.h"
#include "adaptors/onnxruntime/passes/transposed_weight.h"
#include "halftone/error.h"
#include "halftone/quantization.h"
#include "tensor/float_values.h"

namespace halftone::onnxruntime {
namespace {

constexpr const char* kDomain = "com.microsoft";
/// The operator's accuracy_level: what the kernel may round its input to.
constexpr std::int64_t kFloatInput = 0, kInt8Input = 4;

/// A weight as MatMulNBits reads it.
struct PackedWeight {
  QuantSpec spec;
  bool outputs_are_rows;
  std::size_t inputs, outputs;
  std::string values, scale, zero_point;  ///< the last one empty where all are the type's middle
};

/// Writes the products of one graph. Readers of one weight share its groups.
class PackedProductWriter : public ProductWriter {
 public:
  using ProductWriter::ProductWriter;

  /// Appends what stands for the node.
  void write(OnnxNode node, const OpPlan& op) {
    if (!op.weight || (node.op_type != "MatMul" && node.op_type != "Gemm")) {
      throw Error(ErrorCode::unsupported, "no kernel reads its weight in groups");
    }
    const bool gemm = node.op_type == "Gemm";
    const std::string result = node.outputs.front();
    const std::string bias = gemm && node.inputs.size() > 2 ? node.inputs[2] : "";
    const PackedWeight& weight = packed(*op.weight, gemm && node.integer("transB", 0) != 0);

    OnnxNode product;
    product.op_type = "MatMulNBits";
    product.domain = kDomain;
    product.name = std::move(node.name);
    product.inputs = {node.inputs.front(), weight.values, weight.scale};
    if (!weight.zero_point.empty() || !bias.empty()) product.inputs.push_back(weight.zero_point);
    if (!bias.empty()) product.inputs.insert(product.inputs.end(), {"", bias});
    product.outputs = {result};
    if (weight.outputs_are_rows) note_transposed_weight(model_, product);
    const auto attribute = [&](const char* name, std::int64_t value) {
      product.attributes.push_back(make_attribute(model_, name, value));
    };
    attribute("K", static_cast<std::int64_t>(weight.inputs));
    attribute("N", static_cast<std::int64_t>(weight.outputs));
    attribute("bits", bit_width(weight.spec.dtype));
    attribute("block_size", weight.spec.group_size);
    attribute("accuracy_level", is_float(op.choice->activation.dtype) ? kFloatInput : kInt8Input);
    graph_.nodes.push_back(std::move(product));
  }

 private:
  const PackedWeight& packed(const ConstantPlan& plan, bool outputs_are_rows) {
    std::vector<PackedWeight>& written = weights_[plan.tensor];
    for (const PackedWeight& weight : written) {
      if (weight.spec == plan.spec && weight.outputs_are_rows == outputs_are_rows) return weight;
    }
    const OnnxInitializer& weight = constant(plan.tensor);
    const int output_axis = outputs_are_rows ? 0 : 1;
    const GroupedShapes shapes = grouped_shapes(read_tensor_header(weight.message).shape, output_axis, plan.spec);
    const auto maker = make_from_constant(model_, weight, [output_axis, spec = plan.spec](Tensor value) {
      return quantized(std::move(value), output_axis, spec);
    });
    const auto add = [&](const char* suffix, DType dtype, const Shape& shape, std::size_t index) {
      return add_constant(plan.tensor + suffix, {dtype, shape}, maker, index);
    };
    written.push_back({plan.spec, outputs_are_rows, shapes.inputs, shapes.outputs,
                       add("_quantized", DType::u8, shapes.values, 0), add("_scale", DType::f32, flat(shapes.scale), 1),
                       shapes.zero_point ? add("_zero_point", DType::u8, flat(*shapes.zero_point), 2) : ""});
    return written.back();
  }

  static ValueMaker::Values quantized(Tensor value, int output_axis, const QuantSpec& spec) {
    const FloatValues floats(std::move(value));
    GroupedWeight groups = quantize_groups(floats.get(), floats.shape(), output_axis, spec, /*threads=*/1);
    ValueMaker::Values values{std::move(groups.values), groups.scale.reshaped(flat(groups.scale.shape()))};
    if (groups.zero_point) values.push_back(groups.zero_point->reshaped(flat(groups.zero_point->shape())));
    return values;
  }

  // Older versions of the operator want a list of scales.
  static Shape flat(const Shape& shape) { return {static_cast<std::int64_t>(element_count(shape))}; }

  std::unordered_map<std::string, std::vector<PackedWeight>> weights_;
};

}  // namespace

int quantize_weights_alone(OnnxModel& model, const QuantizationPlan& plan) {
  const int written = write_products<PackedProductWriter>(model, plan, &OpPlan::is_weight_only);
  if (written > 0) model.require_domain(kDomain, 1);
  return written;
}

}  // namespace halftone::onnxruntime
