#pragma once

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "halftone/graph.h"

namespace halftone::onnxruntime {

/// The neutral view of a model whose nodes and tensors have unique names, over all its graphs. Throws invalid_model for
/// a broken graph.
GraphView read_graph_view(OnnxModel model);

}  // namespace halftone::onnxruntime
