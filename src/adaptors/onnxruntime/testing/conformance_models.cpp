#include <algorithm>

#include "adaptors/onnxruntime/testing/op_models.h"
#include "base/file.h"
#include "conformance/conformance_suite.h"

namespace halftone::onnxruntime::testing {
namespace {

OpForms all_forms() {
  OpForms all = product_forms();
  for (const OpForms& family : {sequence_forms(), pooling_and_activation_forms(), several_inputs_forms(),
                                moving_forms(), padding_and_resizing_forms(), float_forms()}) {
    for (const auto& [type, forms] : family) all[type].insert(all[type].end(), forms.begin(), forms.end());
  }
  return all;
}

/// Attributes and further inputs of the ops that follow another one in a pattern.
OpChain& follow(OpChain& chain, const std::string& type, const std::string& input, const std::string& output) {
  std::vector<std::string> inputs{input};
  if (type == "Clip") {
    chain.model().floats("low", {0}, {}).floats("high", {1}, {});
    inputs.insert(inputs.end(), {"low", "high"});
  }
  chain.model().node(type, inputs, {output});
  return chain;
}

OpChain pattern_chain(const std::vector<std::string>& types) {
  const std::string& first = types.front();
  const bool rows = first == "Gemm" || first == "MatMul";
  OpChain chain(rows ? Shape{4, 16} : Shape{1, 4, 8, 8});
  if (rows)
    chain.multiply_input("p", 8).constant("weight", {8, 8});
  else
    chain.convolve_input("p", 8).constant("weight", {8, 8, 1, 1});
  const bool product = rows || first == "Conv";
  if (!product) chain.convolve_input("r", 8);
  chain.op(first, {"p", product ? "weight" : "r"}, {"q0"});
  std::string last = "q0";
  for (std::size_t i = 1; i < types.size(); ++i) {
    const std::string next = "q" + std::to_string(i);
    follow(chain, types[i], last, next);
    last = next;
  }
  return rows ? chain.multiply_result(last, 8) : chain.convolve_result(last, 8, 2);
}

class OnnxOpModels : public OpModelMaker {
 public:
  std::vector<std::string> op_types() const override {
    std::vector<std::string> types;
    for (const auto& [type, forms] : forms_) types.push_back(type);
    return types;
  }

  std::vector<OpModel> models_of(const std::string& op_type, const std::filesystem::path& folder) const override {
    std::vector<OpModel> models;
    const auto found = forms_.find(op_type);
    if (found == forms_.end()) return models;
    for (const OpForm& form : found->second) models.push_back(write(op_type, form.variant, form.chain(), folder));
    return models;
  }

  std::vector<OpModel> models_of_pattern(const std::vector<std::string>& op_types,
                                         const std::filesystem::path& folder) const override {
    std::string name;
    for (const std::string& type : op_types) name += (name.empty() ? "" : " + ") + type;
    return {write(name, "+ " + op_types.back(), pattern_chain(op_types), folder)};
  }

  bool is_conversion(const std::string& executed_type) const override {
    return executed_type == "QuantizeLinear" || executed_type == "DequantizeLinear" ||
           executed_type == "DynamicQuantizeLinear";
  }

  bool is_kernel_of(const std::string& executed_type, const std::string& op_type) const override {
    // A Gemm of float inputs is a product with a bias.
    const bool runs_as_product =
        op_type == "Gemm" && (executed_type == "DynamicQuantizeMatMul" || executed_type == "MatMulNBits");
    // The names of low-precision kernels are made of those of the ops, without their domain.
    return runs_as_product || executed_type.find(op_type.substr(op_type.rfind('.') + 1)) != std::string::npos;
  }

 private:
  static OpModel write(const std::string& type, const std::string& variant, OpChain chain,
                       const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / (type + " " + variant + ".onnx");
    write_file(file, chain.model().bytes());
    return {variant, "op", file};
  }

  OpForms forms_ = all_forms();
};

}  // namespace
}  // namespace halftone::onnxruntime::testing

namespace halftone::conformance {

namespace {

Backend backend(const char* key, int op_types_at_least) {
  return {key, "onnxruntime.md", op_types_at_least,
          [] { return std::make_unique<onnxruntime::testing::OnnxOpModels>(); }};
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(OnnxRuntime, Conformance,
                         ::testing::Values(backend("onnxrt_qdq", 29), backend("onnxrt_qlinear", 32),
                                           backend("onnxrt_integer", 4), backend("onnxrt_weight_only", 2)),
                         [](const auto& test) { return test.param.key; });

}  // namespace halftone::conformance
