#include "adaptors/onnxruntime/executed_ops.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <unordered_set>

#include "adaptors/onnxruntime/op_table.h"
#include "adaptors/onnxruntime/session.h"
#include "base/file.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace fs = std::filesystem;
namespace {

/// A folder that goes away with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "halftone-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw Error(ErrorCode::io, "cannot make a folder like " + pattern);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

bool computes_on_integers(const std::string& type) {
  static const std::set<std::string> kTypes{
      "ConvInteger", "MatMulInteger",  "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM", "QGemm",
      "QAttention",  "QOrderedMatMul", "MatMulNBits"};
  return type.starts_with("QLinear") || kTypes.contains(type);
}

void classify(const OnnxGraph& graph, std::unordered_set<std::string>& in_8_bits, std::vector<ExecutedOp>& ops) {
  for (const OnnxInitializer& initializer : graph.initializers) {
    const DType dtype = read_tensor_header(initializer.message).dtype;
    if (dtype == DType::u8 || dtype == DType::s8) in_8_bits.insert(initializer.name);
  }
  for (const OnnxNode& node : graph.nodes) {
    const bool reads_8_bits = !node.inputs.empty() && in_8_bits.contains(node.inputs.front());
    const bool on_8_bits = reads_8_bits && (takes_integers(node.op_type) || node.op_type == "Clip");
    const bool to_float = node.op_type == "MatMulIntegerToFloat" || node.op_type == "QAttention" ||
                          node.op_type.starts_with("DynamicQuantize") || node.op_type == "MatMulNBits" ||
                          (node.op_type == "QGemm" && node.inputs.size() < 8);
    const bool low = computes_on_integers(node.op_type) || on_8_bits;
    if (node.op_type == "QuantizeLinear" || (low && !to_float && !gives_indices(node.op_type))) {
      in_8_bits.insert(node.outputs.begin(), node.outputs.end());
    }
    ops.push_back({node.name, node.op_type, low});
  }
}

}  // namespace

std::vector<ExecutedOp> read_executed_ops(const Runtime& runtime, const OnnxModel& model) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "optimized.onnx";
  open_session(runtime, model, {.level = Optimization::fused, .lay_out_weights = false, .optimized_file = file});
  std::vector<ExecutedOp> ops;
  std::unordered_set<std::string> in_8_bits;
  const OnnxModel optimized = read_model_file(file);
  std::vector<const OnnxGraph*> graphs = graphs_inside_out(optimized.graph);
  // Outer graphs first: inner ones read what those write.
  std::ranges::reverse(graphs);
  for (const OnnxGraph* graph : graphs) classify(*graph, in_8_bits, ops);
  return ops;
}

}  // namespace halftone::onnxruntime
