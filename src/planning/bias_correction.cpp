#include "planning/bias_correction.h"

#include <algorithm>
#include <span>

#include "calibration/channel_sums.h"
#include "tensor/float_values.h"

namespace halftone {
namespace {

/// The op's input that carries the values its weight multiplies, where its bias can be corrected.
std::optional<TensorId> correctable_input(const GraphView& graph, const OpPlan& plan, OpId op) {
  const OpMeaning& meaning = graph.op(op).meaning;
  if (!plan.quantized || !plan.weight || !plan.bias || plan.quantized_inputs.empty()) return std::nullopt;
  if (!meaning.weight_input_axis || !meaning.activation_channel_axis || !meaning.channel_axis) return std::nullopt;
  return graph.op(op).inputs[static_cast<std::size_t>(plan.quantized_inputs.front())];
}

/// What quantization changes in a weight, summed over all but its output and input channels: outputs × inputs of one
/// group.
struct ChannelMatrix {
  std::size_t outputs = 0, inputs = 0;
  std::vector<double> sums;
};

std::size_t extent_of(const Shape& shape, std::size_t from, std::size_t to) {
  std::size_t extent = 1;
  for (std::size_t axis = from; axis < to; ++axis) extent *= static_cast<std::size_t>(shape[axis]);
  return extent;
}

ChannelMatrix sum_changes(std::span<const float> before, std::span<const float> after, const Shape& shape,
                          int output_axis, int input_axis) {
  const int rank = static_cast<int>(shape.size());
  const auto out = static_cast<std::size_t>(output_axis < 0 ? output_axis + rank : output_axis);
  const auto in = static_cast<std::size_t>(input_axis < 0 ? input_axis + rank : input_axis);
  ChannelMatrix matrix{static_cast<std::size_t>(shape[out]), static_cast<std::size_t>(shape[in]), {}};
  matrix.sums.assign(matrix.outputs * matrix.inputs, 0.0);
  // The weight as [outer, first, between, second, inner], where one of first and second are the outputs.
  const std::size_t first = std::min(out, in), second = std::max(out, in);
  const std::size_t firsts = extent_of(shape, first, first + 1), seconds = extent_of(shape, second, second + 1);
  const std::size_t between = extent_of(shape, first + 1, second), inner = extent_of(shape, second + 1, shape.size());
  const std::size_t first_step = first == out ? matrix.inputs : 1, second_step = first == out ? 1 : matrix.inputs;
  std::size_t at = 0;
  while (at < before.size()) {
    for (std::size_t a = 0; a < firsts; ++a) {
      for (std::size_t b = 0; b < between * seconds; ++b) {
        double sum = 0;
        for (const std::size_t end = at + inner; at < end; ++at) sum += static_cast<double>(after[at]) - before[at];
        matrix.sums[a * first_step + b % seconds * second_step] += sum;
      }
    }
  }
  return matrix;
}

std::vector<float> correction_of(const ChannelMatrix& changes, const std::vector<double>& means) {
  // A grouped convolution's weight holds the channels of one group; its outputs fall into as many equal groups.
  const std::size_t groups = means.size() / changes.inputs;
  std::vector<float> correction(changes.outputs);
  for (std::size_t o = 0; o < changes.outputs; ++o) {
    const std::size_t first = o * groups / changes.outputs * changes.inputs;
    double shift = 0;
    for (std::size_t c = 0; c < changes.inputs; ++c) {
      const std::size_t at = o * changes.inputs + c;
      shift += changes.sums[at] * means[first + c];
    }
    correction[o] = static_cast<float>(-shift);
  }
  return correction;
}

/// Empty where the op's layout is not one that is corrected.
std::vector<float> correction_for(const GraphView& graph, const OpNode& node, const OpPlan& op,
                                  const ChannelSums& sums) {
  const FloatValues weight(graph.tensor(*graph.find_tensor(op.weight->tensor)).value->read());
  const std::vector<float> quantized =
      dequantize(quantize(weight.get(), weight.shape(), *op.weight->params), *op.weight->params);
  const ChannelMatrix changes =
      sum_changes(weight.get(), quantized, weight.shape(), *node.meaning.channel_axis, *node.meaning.weight_input_axis);
  const std::vector<double> means = means_of(sums);
  // ConvTranspose keeps its groups on the other axis; only plain and input-grouped layouts are corrected.
  if (means.empty() || means.size() % changes.inputs != 0 ||
      changes.outputs != graph.tensor(*graph.find_tensor(op.bias->tensor)).value->size())
    return {};
  return correction_of(changes, means);
}

/// The scales are part of it: a bias may have raised them.
std::string key_of(const ConstantPlan& weight, const std::string& input) {
  const std::vector<float>& scale = weight.params->scale;
  std::string key = weight.tensor + "\n" + input + "\n" + std::string(to_string(weight.spec.dtype)) + "\n";
  return key.append(reinterpret_cast<const char*>(scale.data()), scale.size() * sizeof(float));
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

int correct_biases(const GraphView& graph, QuantizationPlan& plan, const std::map<std::string, ChannelSums>& sums,
                   PlanningCache* cache) {
  int corrected = 0;
  for (std::size_t i = 0; i < plan.ops.size(); ++i) {
    OpPlan& op = plan.ops[i];
    const auto input = correctable_input(graph, op, static_cast<OpId>(i));
    if (!input) continue;
    const std::string& name = graph.tensor(*input).name;
    const auto seen = sums.find(name);
    if (seen == sums.end()) continue;
    const auto work_out = [&] { return correction_for(graph, graph.ops()[i], op, seen->second); };
    op.bias->correction = cache != nullptr ? cache->correction(key_of(*op.weight, name), work_out) : work_out();
    corrected += op.bias->correction.empty() ? 0 : 1;
  }
  return corrected;
}

}  // namespace halftone
