#include "planning/bias_correction.h"

namespace halftone {
namespace {

/// The op's input that carries the values its weight multiplies, where its bias can be corrected.
std::optional<TensorId> correctable_input(const GraphView& graph, const OpPlan& plan, OpId op) {
  const OpMeaning& meaning = graph.op(op).meaning;
  if (!plan.quantized || !plan.weight || !plan.bias || plan.quantized_inputs.empty()) return std::nullopt;
  if (!meaning.weight_input_axis || !meaning.activation_channel_axis || !meaning.channel_axis) return std::nullopt;
  return graph.op(op).inputs[static_cast<std::size_t>(plan.quantized_inputs.front())];
}

/// A weight summed over all but its output and input channels: outputs × inputs of one group.
struct ChannelMatrix {
  std::size_t outputs = 0, inputs = 0;
  std::vector<double> sums;
};

ChannelMatrix sum_kernel(const std::vector<float>& values, const Shape& shape, int output_axis, int input_axis) {
  const int rank = static_cast<int>(shape.size());
  const auto out = static_cast<std::size_t>(output_axis < 0 ? output_axis + rank : output_axis);
  const auto in = static_cast<std::size_t>(input_axis < 0 ? input_axis + rank : input_axis);
  std::vector<std::size_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * static_cast<std::size_t>(shape[i]);
  ChannelMatrix matrix{static_cast<std::size_t>(shape[out]), static_cast<std::size_t>(shape[in]), {}};
  matrix.sums.assign(matrix.outputs * matrix.inputs, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t o = i / strides[out] % matrix.outputs;
    const std::size_t c = i / strides[in] % matrix.inputs;
    matrix.sums[o * matrix.inputs + c] += values[i];
  }
  return matrix;
}

std::vector<float> correction_of(const ChannelMatrix& weight, const ChannelMatrix& quantized,
                                 const ChannelMeans& means) {
  // A grouped convolution's weight holds the channels of one group; its outputs fall into as many equal groups.
  const std::size_t groups = means.values.size() / weight.inputs;
  std::vector<float> correction(weight.outputs);
  for (std::size_t o = 0; o < weight.outputs; ++o) {
    const std::size_t first = o * groups / weight.outputs * weight.inputs;
    double shift = 0;
    for (std::size_t c = 0; c < weight.inputs; ++c) {
      const std::size_t at = o * weight.inputs + c;
      shift += quantized.sums[at] * means.quantized[first + c] - weight.sums[at] * means.values[first + c];
    }
    correction[o] = static_cast<float>(-shift);
  }
  return correction;
}

}  // namespace

std::map<std::string, int> tensors_for_correction(const GraphView& graph, const QuantizationPlan& plan) {
  std::map<std::string, int> tensors;
  for (std::size_t i = 0; i < plan.ops.size(); ++i) {
    const auto input = correctable_input(graph, plan.ops[i], static_cast<OpId>(i));
    if (input) tensors.emplace(graph.tensor(*input).name, *graph.ops()[i].meaning.activation_channel_axis);
  }
  return tensors;
}

int correct_biases(const GraphView& graph, QuantizationPlan& plan, const std::map<std::string, ChannelSums>& sums) {
  int corrected = 0;
  for (std::size_t i = 0; i < plan.ops.size(); ++i) {
    OpPlan& op = plan.ops[i];
    const auto input = correctable_input(graph, op, static_cast<OpId>(i));
    if (!input) continue;
    const std::string& name = graph.tensor(*input).name;
    const auto seen = sums.find(name);
    if (seen == sums.end()) continue;
    const OpNode& node = graph.ops()[i];
    const Tensor weight = graph.tensor(*graph.find_tensor(op.weight->tensor)).value->read();
    const std::vector<float> values = weight.to_floats();
    const std::vector<float> quantized =
        dequantize(quantize(values, weight.shape(), *op.weight->params), *op.weight->params);
    const int output_axis = *node.meaning.channel_axis, input_axis = *node.meaning.weight_input_axis;
    const ChannelMatrix matrix = sum_kernel(values, weight.shape(), output_axis, input_axis);
    const ChannelMeans means = means_of(seen->second, *plan.find_tensor(name)->params);
    // ConvTranspose keeps its groups on the other axis; only plain and input-grouped layouts are corrected.
    if (means.values.size() % matrix.inputs != 0 ||
        matrix.outputs != static_cast<std::size_t>(graph.tensor(*graph.find_tensor(op.bias->tensor)).value->size()))
      continue;
    op.bias->correction = correction_of(matrix, sum_kernel(quantized, weight.shape(), output_axis, input_axis), means);
    ++corrected;
  }
  return corrected;
}

}  // namespace halftone
