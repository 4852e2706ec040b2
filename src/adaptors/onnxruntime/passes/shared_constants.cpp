#include "adaptors/onnxruntime/passes/shared_constants.h"

#include <functional>
#include <string_view>
#include <utility>

namespace halftone::onnxruntime {
namespace {

constexpr std::size_t kWorthSharing = 1024;  // bytes

std::size_t hash_of(const Tensor& value) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(value.data()), value.size_bytes()});
}

}  // namespace

void SharedConstants::move_outwards(Kept& kept) {
  if (kept.graph == &model_.graph) return;
  std::erase_if(kept.graph->initializers,
                [&](const OnnxInitializer& initializer) { return initializer.name == kept.constant.name; });
  model_.graph.initializers.push_back(kept.constant);
  kept.graph = &model_.graph;
}

void SharedConstants::add(OnnxGraph& graph, const std::string& name, const Tensor& value) {
  const bool may_share = value.dtype() != DType::string && value.size_bytes() >= kWorthSharing;
  const std::size_t hash = may_share ? hash_of(value) : 0;
  const auto [first, last] = may_share ? kept_.equal_range(hash) : std::pair{kept_.end(), kept_.end()};
  for (auto known = first; known != last; ++known) {
    // Within one graph the runtime itself recognises them, and each may be quantized in its own way.
    Kept& kept = known->second;
    if (kept.graph == &graph) continue;
    if (model_.value_of(kept.constant) != value) continue;
    move_outwards(kept);
    stands_for_.emplace(name, kept.constant.name);
    return;
  }
  graph.initializers.push_back({name, model_.keep(write_tensor(name, value))});
  constants_.add(graph.initializers.back());
  if (may_share) kept_.emplace(hash, Kept{&graph, graph.initializers.back()});
}

void SharedConstants::redirect_reads(OnnxGraph& graph) const {
  if (stands_for_.empty()) return;
  for (OnnxGraph* inside : graphs_inside_out(graph)) {
    for (OnnxNode& node : inside->nodes) {
      for (std::string& input : node.inputs) {
        if (const auto found = stands_for_.find(input); found != stands_for_.end()) input = found->second;
      }
    }
  }
}

}  // namespace halftone::onnxruntime
