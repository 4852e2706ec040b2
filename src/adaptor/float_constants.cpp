#include "adaptor/float_constants.h"

#include <algorithm>

namespace halftone {

std::vector<StoredConstant> float_constants(const GraphView& graph, const std::vector<StoredConstant>& stored) {
  std::vector<StoredConstant> constants;
  for (const TensorNode& tensor : graph.tensors()) {
    if (!tensor.is_constant() || tensor.value->dtype() != DType::f32) continue;
    if (std::ranges::find(stored, tensor.name, &StoredConstant::stored) != stored.end()) continue;
    std::vector<std::string> ops;
    for (const TensorUse& use : tensor.uses) {
      const OpNode& op = graph.op(use.op);
      if (op.role(static_cast<std::size_t>(use.input)) != InputRole::parameter) ops.push_back(op.name);
    }
    if (ops.empty()) continue;
    constants.push_back({tensor.name, tensor.name, std::move(ops), tensor.value->shape(), false, {}, *tensor.value});
  }
  return constants;
}

}  // namespace halftone
