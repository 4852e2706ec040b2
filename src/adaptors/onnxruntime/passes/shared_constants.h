#pragma once

#include <string>
#include <unordered_map>

#include "adaptors/onnxruntime/passes/node_index.h"

namespace halftone::onnxruntime {

/// Takes up the constants that a pass makes. Branches often make the same weights ready for the runtime, each by
/// itself: large ones that graphs have in common are kept once, in the outermost graph, whose tensors all others see.
/// The names of tensors must be unique, as name_tensors() makes them.
class SharedConstants {
 public:
  SharedConstants(OnnxModel& model, ConstantIndex& constants) : model_(model), constants_(constants) {}

  /// Makes `name` a constant for the graph and those nested in it; a node of the graph has written it so far.
  void add(OnnxGraph& graph, const std::string& name, const Tensor& value);
  /// Lets the graph and those nested in it read what was kept instead of what was added and equal.
  void redirect_reads(OnnxGraph& graph) const;

 private:
  struct Kept {
    OnnxGraph* graph;
    OnnxInitializer constant;
  };
  void move_outwards(Kept& kept);

  OnnxModel& model_;
  ConstantIndex& constants_;
  std::unordered_multimap<std::size_t, Kept> kept_;          ///< by a hash of the value
  std::unordered_map<std::string, std::string> stands_for_;  ///< name → that of the equal constant which was kept
};

}  // namespace halftone::onnxruntime
