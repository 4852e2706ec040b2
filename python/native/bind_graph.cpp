#include "native/tensors.h"
#include "native/words.h"

namespace halftone::python {
namespace {

using nb::literals::operator""_a;

std::string repr_of(const TensorSignature& signature) {
  return "TensorSignature('" + signature.name + "', '" + std::string(to_string(signature.dtype)) + "', " +
         (signature.shape ? to_string(*signature.shape) : "any shape") + ")";
}

void bind_signature(nb::module_& module) {
  nb::class_<TensorSignature>(module, "TensorSignature",
                              "What a model takes or gives; -1 in the shape stands for any extent, None for any rank.")
      .def(
          "__init__",
          [](TensorSignature* self, std::string name, DType dtype, std::optional<Shape> shape) {
            new (self) TensorSignature{std::move(name), dtype, std::move(shape)};
          },
          "name"_a, "dtype"_a = DType::f32, "shape"_a = nb::none())
      .def_rw("name", &TensorSignature::name)
      .def_rw("dtype", &TensorSignature::dtype)
      .def_rw("shape", &TensorSignature::shape)
      .def("__repr__", repr_of);
}

void bind_meaning(nb::module_& module) {
  nb::class_<OpMeaning>(module, "OpMeaning", "What an op type means for quantization, whatever a backend can run.")
      .def(
          "__init__",
          [](OpMeaning* self, std::vector<InputRole> roles, std::optional<int> channel_axis,
             std::optional<int> weight_input_axis, std::optional<int> activation_channel_axis, bool shares_scale,
             std::optional<Range> fixed_output_range, bool is_product) {
            new (self) OpMeaning{std::move(roles), channel_axis,       weight_input_axis, activation_channel_axis,
                                 shares_scale,     fixed_output_range, is_product};
          },
          "roles"_a = std::vector<InputRole>{InputRole::activation}, "channel_axis"_a = nb::none(),
          "weight_input_axis"_a = nb::none(), "activation_channel_axis"_a = nb::none(), "shares_scale"_a = false,
          "fixed_output_range"_a = nb::none(), "is_product"_a = false)
      .def_rw("roles", &OpMeaning::roles)
      .def_rw("channel_axis", &OpMeaning::channel_axis)
      .def_rw("weight_input_axis", &OpMeaning::weight_input_axis)
      .def_rw("activation_channel_axis", &OpMeaning::activation_channel_axis)
      .def_rw("shares_scale", &OpMeaning::shares_scale)
      .def_rw("fixed_output_range", &OpMeaning::fixed_output_range)
      .def_rw("is_product", &OpMeaning::is_product);
}

std::vector<std::string> names_of(const GraphView& graph, const std::vector<TensorId>& tensors) {
  std::vector<std::string> names;
  for (const TensorId tensor : tensors) names.push_back(tensor == kNone ? "" : graph.tensor(tensor).name);
  return names;
}

/// An op with the names of its tensors, which Python has in place of numbers.
struct NamedOp {
  std::string name, type;
  std::vector<std::string> inputs, outputs;
  std::map<std::string, Attribute> attributes;
  std::string not_quantizable;
};

std::vector<NamedOp> ops_of(const GraphView& graph) {
  std::vector<NamedOp> ops;
  for (const OpNode& op : graph.ops()) {
    ops.push_back(
        {op.name, op.type, names_of(graph, op.inputs), names_of(graph, op.outputs), op.attributes, op.not_quantizable});
  }
  return ops;
}

void bind_view(nb::module_& module) {
  nb::class_<NamedOp>(module, "Op", "An op of a graph, with the names of its tensors ('' for an absent one).")
      .def_ro("name", &NamedOp::name)
      .def_ro("type", &NamedOp::type)
      .def_ro("inputs", &NamedOp::inputs)
      .def_ro("outputs", &NamedOp::outputs)
      .def_ro("attributes", &NamedOp::attributes)
      .def_ro("not_quantizable", &NamedOp::not_quantizable)
      .def("__repr__", [](const NamedOp& op) { return "Op('" + op.name + "', '" + op.type + "')"; });
  nb::class_<GraphView>(module, "Graph", "A read-only picture of a model, the same for every framework.")
      .def_prop_ro("ops", ops_of, "In topological order.")
      .def_prop_ro("inputs", [](const GraphView& graph) { return names_of(graph, graph.inputs()); })
      .def_prop_ro("outputs", [](const GraphView& graph) { return names_of(graph, graph.outputs()); })
      .def(
          "constant",
          [](const GraphView& graph, const std::string& name) -> std::optional<Tensor> {
            const auto tensor = graph.find_tensor(name);
            if (!tensor || !graph.tensor(*tensor).is_constant()) return std::nullopt;
            return graph.tensor(*tensor).value->read();
          },
          "name"_a, "Values of a constant; None for what is none.")
      .def("__len__", [](const GraphView& graph) { return graph.ops().size(); })
      .def("__repr__", [](const GraphView& graph) { return "Graph(" + std::to_string(graph.ops().size()) + " ops)"; });
}

/// A GraphBuilder that knows an op table, and is used up by build().
class TableBuilder {
 public:
  explicit TableBuilder(std::map<std::string, OpMeaning> op_types) : op_types_(std::move(op_types)) {}

  GraphBuilder& builder() {
    if (built_) throw Error(ErrorCode::invalid_argument, "this graph was built already", "make another GraphBuilder");
    return builder_;
  }
  void add_op(std::string name, std::string type, std::vector<std::string> inputs, std::vector<std::string> outputs,
              std::map<std::string, Attribute> attributes, std::optional<OpMeaning> meaning,
              std::string not_quantizable) {
    if (!meaning) {
      if (const auto known = op_types_.find(type); known != op_types_.end()) meaning = known->second;
    }
    builder().add_op({std::move(name), std::move(type), std::move(inputs), std::move(outputs), std::move(attributes),
                      std::move(meaning), std::move(not_quantizable)});
  }
  GraphView build() {
    GraphBuilder& taken = builder();
    built_ = true;
    return std::move(taken).build();
  }

 private:
  std::map<std::string, OpMeaning> op_types_;
  GraphBuilder builder_;
  bool built_ = false;
};

void bind_builder(nb::module_& module) {
  nb::class_<TableBuilder>(module, "GraphBuilder", "Makes a Graph from names, in any order, and checks it.")
      .def(nb::init<std::map<std::string, OpMeaning>>(), "op_types"_a = std::map<std::string, OpMeaning>{})
      .def(
          "add_input",
          [](TableBuilder& self, const std::string& name, DType dtype, std::optional<Shape> shape) {
            self.builder().add_input({name, dtype, std::move(shape)});
          },
          "name"_a, "dtype"_a = DType::f32, "shape"_a = nb::none())
      .def(
          "add_output", [](TableBuilder& self, const std::string& name) { self.builder().add_output(name); }, "name"_a)
      .def(
          "add_constant",
          [](TableBuilder& self, const std::string& name, nb::handle value) {
            self.builder().add_constant(name, to_tensor(value, name));
          },
          "name"_a, "value"_a)
      .def(
          "describe_tensor",
          [](TableBuilder& self, const std::string& name, DType dtype, std::optional<Shape> shape) {
            self.builder().describe_tensor({name, dtype, std::move(shape)});
          },
          "name"_a, "dtype"_a = DType::f32, "shape"_a = nb::none())
      .def("add_op", &TableBuilder::add_op, "name"_a, "type"_a, "inputs"_a, "outputs"_a,
           "attributes"_a = std::map<std::string, Attribute>{}, "meaning"_a = nb::none(), "not_quantizable"_a = "",
           "`meaning`: from the op table unless given. `not_quantizable`: why this very op must stay in float.")
      .def("build", &TableBuilder::build, "Raises invalid_model for duplicate names, missing producers and cycles.");
}

}  // namespace

void bind_graph(nb::module_& module) {
  bind_signature(module);
  bind_meaning(module);
  bind_view(module);
  bind_builder(module);
}

}  // namespace halftone::python
