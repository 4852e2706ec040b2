#include <set>

#include "adaptors/onnxruntime/passes/infer_types.h"
#include "adaptors/onnxruntime/passes/node_index.h"
#include "adaptors/onnxruntime/passes/passes.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

constexpr std::int64_t kFirstOpset = 7;  // from which on a Gemm takes a bias of one value a column as it is

/// A product with a constant matrix, and the addition of one constant a column that alone reads it.
struct BiasedProduct {
  std::size_t product, addition;  ///< indices of nodes
  std::string bias;
};

std::int64_t columns_of(const ConstantIndex& constants, const OnnxNode& node) {
  if (node.op_type != "MatMul" || !node.is_standard() || node.inputs.size() != 2 || node.outputs.size() != 1) return -1;
  const OnnxInitializer* weight = constants.find(node.inputs[1]);
  if (weight == nullptr || constants.find(node.inputs[0]) != nullptr) return -1;
  const TensorHeader header = read_tensor_header(weight->message);
  return header.dtype == DType::f32 && header.shape.size() == 2 ? header.shape[1] : -1;
}

// Of shape (N) or (1,N): more axes would give the sum more than two.
bool is_bias(const ConstantIndex& constants, const std::string& name, std::int64_t columns) {
  const OnnxInitializer* bias = constants.find(name);
  if (bias == nullptr) return false;
  const TensorHeader header = read_tensor_header(bias->message);
  return header.dtype == DType::f32 && (header.shape == Shape{columns} || header.shape == Shape{1, columns});
}

std::vector<BiasedProduct> find_products(const OnnxGraph& graph, const ConstantIndex& constants) {
  const NodeIndex index(graph);
  std::vector<BiasedProduct> found;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const OnnxNode& add = graph.nodes[i];
    if (add.op_type != "Add" || !add.is_standard() || add.inputs.size() != 2 || add.outputs.size() != 1) continue;
    for (const std::size_t input : {std::size_t{0}, std::size_t{1}}) {
      const int producer = index.producer(add.inputs[input]);
      if (producer < 0 || index.readers(add.inputs[input]) != 1) continue;
      const auto product = static_cast<std::size_t>(producer);
      const std::int64_t columns = columns_of(constants, graph.nodes[product]);
      const std::string& bias = add.inputs[1 - input];
      if (columns < 0 || !is_bias(constants, bias, columns)) continue;
      found.push_back({product, i, bias});
      break;
    }
  }
  return found;
}

/// Folds those of a graph's products whose first factor is known to be a matrix.
class GemmFolding {
 public:
  GemmFolding(OnnxModel& model, ConstantIndex& constants, const TensorTypes& types)
      : model_(model), constants_(constants), types_(types), names_(model.graph) {}

  int fold(OnnxGraph& graph) {
    std::set<std::size_t> removed;
    for (const BiasedProduct& found : find_products(graph, constants_)) {
      OnnxNode& node = graph.nodes[found.product];
      if (!is_matrix(node.inputs[0])) continue;
      node.op_type = "Gemm";
      node.inputs.push_back(as_vector(graph, found.bias));
      node.outputs = graph.nodes[found.addition].outputs;
      removed.insert(found.addition);
    }
    std::vector<OnnxNode> remaining;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      if (!removed.contains(i)) remaining.push_back(std::move(graph.nodes[i]));
    }
    graph.nodes = std::move(remaining);
    return static_cast<int>(removed.size());
  }

 private:
  bool is_matrix(const std::string& name) const {
    const auto known = types_.find(name);
    return known != types_.end() && known->second.shape && known->second.shape->size() == 2;
  }

  std::string as_vector(OnnxGraph& graph, const std::string& bias) {
    const Tensor value = *constants_.value(bias, DType::f32);
    if (value.shape().size() == 1) return bias;
    const std::string name = names_.give(bias + "_vector");
    const Tensor vector = Tensor::from<float>(value.to_floats(), {static_cast<std::int64_t>(value.size())});
    graph.initializers.push_back({name, model_.keep(write_tensor(name, vector))});
    constants_.add(graph.initializers.back());
    return name;
  }

  OnnxModel& model_;
  ConstantIndex& constants_;
  const TensorTypes& types_;
  NameGiver names_;
};

}  // namespace

int fold_bias_into_gemm(OnnxModel& model, const Runtime& runtime) {
  if (model.opset() < kFirstOpset) return 0;
  const ErrorContext frame("folding biases into matrix products");
  ConstantIndex constants(model);
  std::set<std::string> factors;
  for (const OnnxGraph* graph : graphs_inside_out(model.graph)) {
    for (const BiasedProduct& found : find_products(*graph, constants)) {
      factors.insert(graph->nodes[found.product].inputs[0]);
    }
  }
  if (factors.empty()) return 0;
  const TensorTypes types = infer_types(model, runtime, factors);
  GemmFolding folding(model, constants, types);
  int folded = 0;
  for (OnnxGraph* graph : graphs_inside_out(model.graph)) folded += folding.fold(*graph);
  return folded;
}

}  // namespace halftone::onnxruntime
