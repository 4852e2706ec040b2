#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "halftone/quantization.h"
#include "halftone/tensor.h"

namespace halftone {

using OpId = std::int32_t;
using TensorId = std::int32_t;
inline constexpr std::int32_t kNone = -1;

/// What an op does with one of its inputs. `parameter` is anything that is never quantized (shapes, axes, indices).
enum class InputRole { activation, weight, bias, parameter };

/// Value of an op's attribute.
using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>>;

/// What an op type means for quantization, as an adaptor's op table states it; independent of what a backend can run.
struct OpMeaning {
  /// Role of each input; the last one repeats for variadic ops.
  std::vector<InputRole> roles;
  /// Axis of the weight that holds output channels; negative counts from the end.
  std::optional<int> channel_axis;
  /// Axis of the weight that runs over input channels (of one group), and axis of the activation that holds them;
  /// negative counts from the end. Where both are known, the shift that rounding causes can be corrected in the bias.
  std::optional<int> weight_input_axis;
  std::optional<int> activation_channel_axis;
  /// Outputs hold (a selection of) the values of the activation inputs, so all of them share one scale.
  bool shares_scale = false;
  /// The range of the output, where the function fixes it (sigmoid, softmax).
  std::optional<Range> fixed_output_range;
  /// Cost grows with the product of the weight and the output (convolutions, matrix products): what makes int8 pay.
  bool is_product = false;
};

struct OpNode {
  std::string name;  ///< unique in the graph
  std::string type;
  std::vector<TensorId> inputs;  ///< kNone for an optional input that is absent
  std::vector<TensorId> outputs;
  std::map<std::string, Attribute> attributes;
  OpMeaning meaning;
  bool known = false;           ///< the op table knows the type
  std::string not_quantizable;  ///< why this very op must stay in float, stated by the adaptor; empty otherwise
  int scope = 0;                ///< the graph it stands in: 0 for the outermost, a number of its own for each subgraph

  InputRole role(std::size_t input) const;
};

struct TensorUse {
  OpId op;
  int input;
  friend bool operator==(const TensorUse&, const TensorUse&) = default;
};

/// A constant of a model. Its values are read when asked for and not kept, since weights may be larger than memory.
class Constant {
 public:
  Constant(Tensor value);  // NOLINT(google-explicit-constructor): a tensor in memory is a constant as it is
  /// `read` gives the same tensor of that type and shape at each call; it may be called from several threads.
  Constant(DType dtype, Shape shape, std::function<Tensor()> read);
  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::size_t size() const { return element_count(shape_); }
  Tensor read() const { return read_(); }

 private:
  DType dtype_;
  Shape shape_;
  std::function<Tensor()> read_;
};

struct TensorNode {
  std::string name;
  DType dtype = DType::f32;
  std::optional<Shape> shape;     ///< as far as the file says it; -1 for unknown extents
  std::optional<Constant> value;  ///< present for constants
  OpId producer = kNone;
  std::vector<TensorUse> uses;
  bool is_graph_input = false;  ///< given from outside: to the model, or to one of its subgraphs by the op around it
  bool is_graph_output = false;

  bool is_constant() const { return value.has_value(); }
};

/// A read-only picture of a model, the same for every framework. Decisions are taken on it; nothing is edited in it.
/// Ops are in topological order. Ops of subgraphs (branches, loop bodies) stand among the others, before the op that
/// holds them, which reads their results; tensor names are unique over all graphs.
class GraphView {
 public:
  const std::vector<OpNode>& ops() const { return ops_; }
  const std::vector<TensorNode>& tensors() const { return tensors_; }
  const OpNode& op(OpId id) const { return ops_.at(static_cast<std::size_t>(id)); }
  const TensorNode& tensor(TensorId id) const { return tensors_.at(static_cast<std::size_t>(id)); }
  const std::vector<TensorId>& inputs() const { return inputs_; }
  const std::vector<TensorId>& outputs() const { return outputs_; }
  std::optional<OpId> find_op(std::string_view name) const;
  std::optional<TensorId> find_tensor(std::string_view name) const;

  /// The first activation input that is not a constant, or kNone.
  TensorId main_input(OpId id) const;
  /// The input with that role, or kNone.
  TensorId input_with_role(OpId id, InputRole role) const;

 private:
  friend class GraphBuilder;
  std::vector<OpNode> ops_;
  std::vector<TensorNode> tensors_;
  std::vector<TensorId> inputs_, outputs_;
  std::unordered_map<std::string, OpId> op_ids_;
  std::unordered_map<std::string, TensorId> tensor_ids_;
};

/// Makes a GraphView from names, in any order, and checks it.
class GraphBuilder {
 public:
  /// An op by the names of its tensors ("" for an absent optional input).
  struct Op {
    std::string name;
    std::string type;
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::map<std::string, Attribute> attributes;
    std::optional<OpMeaning> meaning;
    std::string not_quantizable;
    int scope = 0;
  };

  void add_input(TensorSignature signature);
  void add_output(std::string name);
  /// What a subgraph is given by the op around it (a loop's counter, one element of a scanned list).
  void add_subgraph_input(TensorSignature signature);
  void add_constant(std::string name, Constant value);
  /// States what is known of a tensor; a tensor not described is f32 of unknown shape.
  void describe_tensor(TensorSignature signature);
  void add_op(Op op);

  /// Throws invalid_model: duplicate op or tensor names, a tensor without producer, a cycle.
  GraphView build() &&;

 private:
  TensorId tensor(const std::string& name);
  void link_uses();
  void sort_ops();
  GraphView view_;
};

}  // namespace halftone
