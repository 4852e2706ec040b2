#pragma once

#include <string>
#include <utility>
#include <vector>

#include "halftone/error.h"
#include "halftone/graph.h"

namespace halftone {

/// Builds graphs of the few op types that the tests of this room speak of.
class TestGraph {
 public:
  /// Conv and MatMul are products of activation, weight and bias; Clip has parameters; Relu, Add, Concat and Softmax
  /// take activations alone. Any other type is one the op table does not know.
  static std::optional<OpMeaning> meaning_of(std::string_view type) {
    using enum InputRole;
    OpMeaning meaning;
    meaning.is_product = type == "Conv" || type == "MatMul";
    if (meaning.is_product) {
      meaning.roles = {activation, weight, bias};
    } else if (type == "Clip") {
      meaning.roles = {activation, parameter};
    } else if (type == "Relu" || type == "Add" || type == "Concat" || type == "Softmax" || type == "Split") {
      meaning.roles = {activation};
    } else {
      return std::nullopt;
    }
    return meaning;
  }

  TestGraph& input(std::string name) {
    builder_.add_input({std::move(name), DType::f32, std::nullopt});
    return *this;
  }
  TestGraph& constant(std::string name) {
    builder_.add_constant(std::move(name), Tensor::from<float>({1, 2}, {2}));
    return *this;
  }
  TestGraph& output(std::string name) {
    builder_.add_output(std::move(name));
    return *this;
  }
  /// An op that writes the tensor of its own name.
  TestGraph& op(std::string type, std::string name, std::vector<std::string> inputs,
                std::map<std::string, Attribute> attributes = {}, std::string not_quantizable = {}) {
    std::vector<std::string> outputs(1, name);
    return op_with_outputs(std::move(type), std::move(name), std::move(inputs), std::move(outputs),
                           std::move(attributes), std::move(not_quantizable));
  }
  TestGraph& op_with_outputs(std::string type, std::string name, std::vector<std::string> inputs,
                             std::vector<std::string> outputs, std::map<std::string, Attribute> attributes = {},
                             std::string not_quantizable = {}) {
    auto meaning = meaning_of(type);
    builder_.add_op({.name = std::move(name),
                     .type = std::move(type),
                     .inputs = std::move(inputs),
                     .outputs = std::move(outputs),
                     .attributes = std::move(attributes),
                     .meaning = std::move(meaning),
                     .not_quantizable = std::move(not_quantizable),
                     .scope = scope_});
    return *this;
  }
  /// Ops added from now on stand in that graph.
  TestGraph& in_scope(int scope) {
    scope_ = scope;
    return *this;
  }
  GraphView build() { return std::move(builder_).build(); }

 private:
  GraphBuilder builder_;
  int scope_ = 0;
};

/// What `act` throws as "code: message | hint", or "no error".
template <typename Act>
std::string error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.message() + " | " + error.hint();
  }
  return "no error";
}

}  // namespace halftone
