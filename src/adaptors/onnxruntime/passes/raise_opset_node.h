#pragma once

#include <string>
#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/passes/infer_types.h"
#include "adaptors/onnxruntime/passes/node_index.h"

namespace halftone::onnxruntime {

/// One node on its way to a later operator set. A step changes `node`, and may put further nodes before and behind it.
class RaisedNode {
 public:
  RaisedNode(OnnxNode raised, OnnxModel& model, OnnxGraph& graph, NameGiver& names, const TensorTypes& types)
      : node(std::move(raised)), model_(model), graph_(graph), names_(names), types_(types) {}

  OnnxNode node;
  std::vector<OnnxNode> before, after;

  /// Makes `name` the node's input at that position, with absent ones up to there.
  void set_input(std::size_t position, std::string name);
  /// What is known of the node's first input.
  TensorType first_input_type() const;
  OnnxModel& model() { return model_; }
  /// A name of its own for a tensor; made from that of the node's first output.
  std::string new_name(const std::string& suffix);
  /// Adds a constant to the graph and gives its name.
  std::string add_constant(const std::string& suffix, const Tensor& value);
  /// A node that writes `output`, named after it.
  OnnxNode make_node(const std::string& type, std::vector<std::string> inputs, const std::string& output);

 private:
  OnnxModel& model_;
  OnnxGraph& graph_;
  NameGiver& names_;
  const TensorTypes& types_;
};

}  // namespace halftone::onnxruntime
