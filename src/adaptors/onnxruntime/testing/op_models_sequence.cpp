#include "adaptors/onnxruntime/testing/op_models.h"

namespace halftone::onnxruntime::testing {
namespace {

constexpr std::int64_t kSteps = 5, kBatch = 2, kInputs = 12, kState = 8;

/// What a model of a recurrent op has beside its weights.
struct Recurrence {
  std::string direction = "forward";
  bool bias = true;
  bool lengths = false;
  bool initial_state = false;
  bool peepholes = false;
  bool batch_first = false;
};

OpChain recurrent(const std::string& type, std::int64_t gates, const Recurrence& form) {
  const std::int64_t directions = form.direction == "bidirectional" ? 2 : 1;
  OpChain chain(form.batch_first ? Shape{kBatch, kSteps, 16} : Shape{kSteps, kBatch, 16});
  chain.multiply_input("p", kInputs);
  chain.constant("weight", {directions, gates * kState, kInputs})
      .constant("recurrent_weight", {directions, gates * kState, kState});
  std::vector<std::string> inputs{"p", "weight", "recurrent_weight", "", "", "", "", ""};
  if (form.bias) chain.constant(inputs[3] = "bias", {directions, 2 * gates * kState});
  if (form.lengths) chain.model().initializer(inputs[4] = "lengths", Tensor::from<std::int32_t>({5, 3}, {kBatch}));
  if (form.initial_state) {
    chain.constant(inputs[5] = "state", {directions, kBatch, kState});
    if (type == "LSTM") chain.constant(inputs[6] = "cell", {directions, kBatch, kState});
  }
  if (form.peepholes) chain.constant(inputs[7] = "peepholes", {directions, 3 * kState});
  while (inputs.back().empty()) inputs.pop_back();
  Attributes attributes{{"hidden_size", kState}, {"direction", form.direction}};
  if (form.batch_first) attributes.emplace_back("layout", std::int64_t{1});
  chain.op(type, inputs, {"q", "last"}, attributes);
  chain.model().output("q").output("last");
  return chain;
}

std::vector<OpForm> forms_of(const std::string& type, std::int64_t gates) {
  const auto form = [=](const char* variant, const Recurrence& what) {
    return OpForm{variant, [=] { return recurrent(type, gates, what); }};
  };
  std::vector<OpForm> forms{form("forward", {}),
                            form("reverse", {.direction = "reverse"}),
                            form("bidirectional", {.direction = "bidirectional"}),
                            form("no bias", {.bias = false}),
                            form("initial state", {.initial_state = true}),
                            form("sequence lengths", {.lengths = true})};
  if (type == "LSTM") forms.push_back(form("peepholes", {.peepholes = true}));
  return forms;
}

OpChain attention(const std::string& variant) {
  constexpr std::int64_t kHidden = 16;
  OpChain chain({2, 6, 24});
  chain.multiply_input("p", kHidden).constant("weight", {kHidden, 3 * kHidden}).constant("bias", {3 * kHidden});
  std::vector<std::string> inputs{"p", "weight", "bias"};
  if (variant == "no bias") inputs[2] = "";
  if (variant == "mask") {
    chain.model().initializer("lengths", Tensor::from<std::int32_t>({6, 4}, {2}));
    inputs.emplace_back("lengths");
  }
  if (variant == "attention bias") {
    chain.constant("scores", {2, 2, 6, 6});
    inputs.insert(inputs.end(), {"", "", "scores"});
  }
  Attributes attributes{{"num_heads", std::int64_t{2}}};
  if (variant == "unidirectional") attributes.emplace_back("unidirectional", std::int64_t{1});
  chain.op("Attention", inputs, {"q"}, attributes).model().in_domain("com.microsoft").output("q");
  return chain;
}

std::vector<OpForm> attention_forms() {
  std::vector<OpForm> forms;
  for (const char* variant : {"plain", "unidirectional", "mask", "no bias", "attention bias"}) {
    forms.push_back({variant, [=] { return attention(variant); }});
  }
  return forms;
}

}  // namespace

OpForms sequence_forms() {
  return {{"LSTM", forms_of("LSTM", 4)}, {"GRU", forms_of("GRU", 3)}, {"com.microsoft.Attention", attention_forms()}};
}

}  // namespace halftone::onnxruntime::testing
