#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {

/// Who writes and who reads each tensor of a graph; valid until the graph's nodes change.
class NodeIndex {
 public:
  explicit NodeIndex(const OnnxGraph& graph);
  /// Index of the writing node, or -1.
  int producer(const std::string& tensor) const;
  /// How often it is read: by nodes, by subgraphs and as a graph output.
  int readers(const std::string& tensor) const;
  bool is_output(const std::string& tensor) const;

 private:
  struct Uses {
    int producer = -1;
    int readers = 0;
    bool is_output = false;
  };
  std::unordered_map<std::string, Uses> uses_;
};

/// The constants of a graph and of all graphs nested in it. Their names must be unique, as name_tensors() makes them.
class ConstantIndex {
 public:
  explicit ConstantIndex(const OnnxModel& model);
  void add(const OnnxInitializer& initializer) { initializers_.emplace(initializer.name, initializer); }
  /// Null for what is no constant.
  const OnnxInitializer* find(const std::string& name) const;
  /// The value, where the name is a constant of that type.
  std::optional<Tensor> value(const std::string& name, DType dtype) const;

 private:
  std::shared_ptr<const ModelFiles> files_;
  std::unordered_map<std::string, OnnxInitializer> initializers_;
};

/// A name that no tensor or node of the graph or its subgraphs has: `wanted`, or wanted_2, wanted_3, …
class NameGiver {
 public:
  explicit NameGiver(const OnnxGraph& graph);
  std::string give(const std::string& wanted);

 private:
  std::unordered_map<std::string, int> taken_;
};

/// Adds a constant to a graph and gives its name, which is `wanted` where that is free.
std::string append_constant(OnnxModel& model, OnnxGraph& graph, NameGiver& names, const std::string& wanted,
                            const Tensor& value);
/// Adds a standard op that writes one tensor, and is named after it.
OnnxNode& append_node(OnnxGraph& graph, NameGiver& names, const char* type, std::vector<std::string> inputs,
                      const std::string& output);

}  // namespace halftone::onnxruntime
