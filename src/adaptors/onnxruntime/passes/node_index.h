#pragma once

#include <string>
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

/// A name that no tensor or node of the graph has: `wanted`, or wanted_2, wanted_3, …
class NameGiver {
 public:
  explicit NameGiver(const OnnxGraph& graph);
  std::string give(const std::string& wanted);

 private:
  std::unordered_map<std::string, int> taken_;
};

}  // namespace halftone::onnxruntime
