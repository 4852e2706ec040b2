#include <unordered_map>
#include <utility>

#include "adaptors/onnxruntime/passes/passes.h"
#include "adaptors/onnxruntime/passes/product_writer.h"
#include "adaptors/onnxruntime/passes/transposed_weight.h"
#include "base/parallel.h"
#include "halftone/error.h"
#include "halftone/quantization.h"

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
    const GroupedWeight groups = quantize(constant_value(plan.tensor), outputs_are_rows ? 0 : 1, plan.spec);
    written.push_back({plan.spec, outputs_are_rows, groups.inputs, groups.outputs,
                       add_constant(plan.tensor + "_quantized", groups.values),
                       add_constant(plan.tensor + "_scale", flat(groups.scale)),
                       groups.zero_point ? add_constant(plan.tensor + "_zero_point", flat(*groups.zero_point)) : ""});
    return written.back();
  }

  static GroupedWeight quantize(const Tensor& value, int output_axis, const QuantSpec& spec) {
    if (value.dtype() == DType::f32) {
      return quantize_groups(value.values<float>(), value.shape(), output_axis, spec, available_threads());
    }
    return quantize_groups(value.to_floats(), value.shape(), output_axis, spec, available_threads());
  }

  // Older versions of the operator want a list of scales.
  static Tensor flat(const Tensor& tensor) { return tensor.reshaped({static_cast<std::int64_t>(tensor.size())}); }

  std::unordered_map<std::string, std::vector<PackedWeight>> weights_;
};

}  // namespace

int quantize_weights_alone(OnnxModel& model, const QuantizationPlan& plan) {
  const int written = write_products<PackedProductWriter>(model, plan, &OpPlan::is_weight_only);
  if (written > 0) model.require_domain(kDomain, 1);
  return written;
}

}  // namespace halftone::onnxruntime
