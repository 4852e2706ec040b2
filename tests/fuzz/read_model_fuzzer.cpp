// Bytes as a model file: reading it, the named view of its graph, its constants, and writing it again may refuse them
// with an Error, and do nothing else wrong. For libFuzzer; scripts/fuzz builds and runs it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "adaptors/onnxruntime/format/model_bytes.h"
#include "adaptors/onnxruntime/graph_reader.h"
#include "adaptors/onnxruntime/passes/infer_types.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {

// The reader never asks for types; what could ask the runtime for them is linked along, and the runtime is not.
TensorTypes infer_types(const OnnxModel&, const Runtime&, const std::set<std::string>&) { std::abort(); }

namespace {

std::size_t node_count(const OnnxModel& model) {
  std::size_t count = 0;
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) count += graph->nodes.size();
  return count;
}

/// What is read once must be writable, and give the same graph when it is read again.
void write_and_read_again(const OnnxModel& model) {
  const auto written = std::make_shared<const std::string>(write_model(model));
  OnnxModel again = read_model(*written, written);
  if (node_count(again) != node_count(model)) std::abort();
  if (*written != write_model(again)) std::abort();
}

// Every value is looked at, so that the sanitizer sees a view that leaves the file.
unsigned sum_of_bytes(const Tensor& value) {
  if (value.dtype() == DType::string) return 0;
  unsigned sum = 0;
  const auto* const bytes = static_cast<const unsigned char*>(static_cast<const void*>(value.data()));
  for (std::size_t i = 0; i < value.size_bytes(); ++i) sum += bytes[i];
  return sum;
}

void read_constants(const GraphView& graph) {
  volatile unsigned sum = 0;
  for (const TensorNode& tensor : graph.tensors()) {
    if (!tensor.value) continue;
    try {
      sum = sum + sum_of_bytes(tensor.value->read());
    } catch (const Error&) {
      // One constant that cannot be read says nothing of the next.
    }
  }
}

void read_as_model(const std::shared_ptr<const std::string>& bytes) {
  OnnxModel model = read_model(*bytes, bytes);
  try {
    write_and_read_again(model);
  } catch (const Error&) {
    // Weights that are said to be in another file cannot be written into this one.
  }
  name_nodes(model);
  name_tensors(model);
  read_constants(read_graph_view(std::move(model)));
}

}  // namespace
}  // namespace halftone::onnxruntime

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::make_shared<const std::string>(reinterpret_cast<const char*>(data), size);
  try {
    halftone::onnxruntime::read_as_model(bytes);
  } catch (const halftone::Error&) {
    // Refused, as most bytes are.
  }
  return 0;
}
