#include <cmath>
#include <functional>
#include <set>

#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"

namespace halftone::onnxruntime {
namespace {

/// y = x * scale + shift, per channel.
struct ChannelAffine {
  std::vector<double> scale, shift;
};

std::optional<ChannelAffine> affine_of(const ConstantIndex& constants, const OnnxNode& norm) {
  if (norm.op_type != "BatchNormalization" || !norm.is_standard() || norm.inputs.size() != 5) return std::nullopt;
  // Before operator set 14 it is further outputs that say the node trains.
  if (norm.integer("training_mode", 0) != 0 || norm.outputs.size() != 1) return std::nullopt;
  std::vector<std::vector<float>> parameters;
  for (std::size_t i = 1; i < 5; ++i) {
    const auto value = constants.value(norm.inputs[i], DType::f32);
    if (!value) return std::nullopt;
    parameters.push_back(value->to_floats());
    if (parameters.back().size() != parameters.front().size()) return std::nullopt;
  }
  const double epsilon = norm.number("epsilon", 1e-5F);
  ChannelAffine affine;
  for (std::size_t c = 0; c < parameters[0].size(); ++c) {
    const double scale = parameters[0][c] / std::sqrt(parameters[3][c] + epsilon);
    affine.scale.push_back(scale);
    affine.shift.push_back(parameters[1][c] - parameters[2][c] * scale);
  }
  return affine;
}

// Replaces the node's weight and bias by scaled copies of its own: others may read the old ones.
bool apply_to_convolution(OnnxModel& model, OnnxGraph& graph, ConstantIndex& constants, OnnxNode& convolution,
                          const ChannelAffine& affine, NameGiver& names) {
  const auto weight = constants.value(convolution.inputs[1], DType::f32);
  if (!weight || weight->shape().empty() || weight->shape()[0] != static_cast<std::int64_t>(affine.scale.size()))
    return false;
  const bool has_bias = convolution.inputs.size() > 2 && !convolution.inputs[2].empty();
  std::optional<Tensor> bias;
  if (has_bias) bias = constants.value(convolution.inputs[2], DType::f32);
  if (has_bias && (!bias || bias->size() != affine.scale.size())) return false;

  const std::size_t channels = affine.scale.size(), inner = weight->size() / channels;
  std::vector<float> scaled(weight->values<float>().begin(), weight->values<float>().end()), shifted(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = c * inner; i < (c + 1) * inner; ++i)
      scaled[i] = static_cast<float>(scaled[i] * affine.scale[c]);
    const double old = bias ? bias->values<float>()[c] : 0.0F;
    shifted[c] = static_cast<float>(old * affine.scale[c] + affine.shift[c]);
  }
  const std::string weight_name = names.give(convolution.inputs[1] + "_folded");
  const std::string bias_name =
      names.give((has_bias ? convolution.inputs[2] : convolution.inputs[1] + "_bias") + "_folded");
  const Tensor new_weight = Tensor::from<float>(std::move(scaled), weight->shape());
  const Tensor new_bias = Tensor::from<float>(std::move(shifted), {static_cast<std::int64_t>(channels)});
  for (const auto& [name, value] : {std::pair{weight_name, new_weight}, std::pair{bias_name, new_bias}}) {
    graph.initializers.push_back({name, model.keep(write_tensor(name, value))});
    constants.add(graph.initializers.back());
  }
  convolution.inputs.resize(3);
  convolution.inputs[1] = weight_name;
  convolution.inputs[2] = bias_name;
  return true;
}

// One value a channel of a convolution's result: shape (C,1,1), (1,C,1,1) and the like.
std::optional<ChannelAffine> addition_of(const ConstantIndex& constants, const OnnxNode& add, const std::string& result,
                                         std::size_t channels, std::size_t rank) {
  if (add.op_type != "Add" || !add.is_standard() || add.inputs.size() != 2) return std::nullopt;
  const auto value = constants.value(add.inputs[add.inputs[0] == result ? 1 : 0], DType::f32);
  if (!value || value->size() != channels) return std::nullopt;
  Shape shape = value->shape();
  if (shape.size() > rank) return std::nullopt;
  shape.insert(shape.begin(), rank - shape.size(), 1);
  if (shape[1] != static_cast<std::int64_t>(channels)) return std::nullopt;
  const std::vector<float> values = value->to_floats();
  return ChannelAffine{std::vector<double>(channels, 1.0), {values.begin(), values.end()}};
}

/// Gives what a reader of a convolution does to its result, where that can be folded into it.
using AffineOfReader = std::function<std::optional<ChannelAffine>(const ConstantIndex& constants,
                                                                  const OnnxNode& reader, const OnnxNode& convolution)>;

/// The convolution whose result is read by `reader` through `input` and by nothing else, or null.
OnnxNode* convolution_before(OnnxGraph& graph, const NodeIndex& index, const std::string& input) {
  const int producer = index.producer(input);
  if (producer < 0 || index.readers(input) != 1) return nullptr;
  OnnxNode& node = graph.nodes[static_cast<std::size_t>(producer)];
  // After a first fold the convolution writes the reader's output; only direct neighbours are looked at here.
  const bool fits = node.op_type == "Conv" && node.is_standard() && node.outputs[0] == input && node.inputs.size() > 1;
  return fits ? &node : nullptr;
}

/// Folds readers into convolutions and removes them.
int fold_readers(OnnxModel& model, OnnxGraph& graph, ConstantIndex& constants, NameGiver& names,
                 const AffineOfReader& affine_of_reader) {
  const NodeIndex index(graph);
  std::set<std::size_t> removed;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const OnnxNode& reader = graph.nodes[i];
    for (const std::string& input : reader.inputs) {
      OnnxNode* convolution = convolution_before(graph, index, input);
      if (convolution == nullptr || reader.outputs.empty()) continue;
      const auto affine = affine_of_reader(constants, reader, *convolution);
      if (!affine || !apply_to_convolution(model, graph, constants, *convolution, *affine, names)) continue;
      convolution->outputs[0] = reader.outputs[0];
      removed.insert(i);
      break;
    }
  }
  std::vector<OnnxNode> remaining;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!removed.contains(i)) remaining.push_back(std::move(graph.nodes[i]));
  }
  graph.nodes = std::move(remaining);
  return static_cast<int>(removed.size());
}

int fold_everywhere(OnnxModel& model, const AffineOfReader& affine_of_reader) {
  ConstantIndex constants(model);
  NameGiver names(model.graph);
  int folded = 0;
  for (OnnxGraph* graph : graphs_inside_out(model.graph)) {
    folded += fold_readers(model, *graph, constants, names, affine_of_reader);
  }
  return folded;
}

}  // namespace

int fold_batch_norm(OnnxModel& model) {
  return fold_everywhere(model, [](const ConstantIndex& constants, const OnnxNode& reader, const OnnxNode&) {
    return affine_of(constants, reader);
  });
}

int fold_bias_add(OnnxModel& model) {
  return fold_everywhere(model,
                         [](const ConstantIndex& constants, const OnnxNode& reader,
                            const OnnxNode& convolution) -> std::optional<ChannelAffine> {
                           const auto weight = constants.value(convolution.inputs[1], DType::f32);
                           if (!weight || weight->shape().size() < 3) return std::nullopt;
                           return addition_of(constants, reader, convolution.outputs[0],
                                              static_cast<std::size_t>(weight->shape()[0]), weight->shape().size());
                         });
}

int remove_unused_constants(OnnxModel& model) {
  int removed = 0;
  for (OnnxGraph* graph : graphs_inside_out(model.graph)) {
    const NodeIndex index(*graph);
    removed += static_cast<int>(std::erase_if(
        graph->initializers, [&](const OnnxInitializer& initializer) { return index.readers(initializer.name) == 0; }));
  }
  return removed;
}

}  // namespace halftone::onnxruntime
