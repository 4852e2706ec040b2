#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "adaptors/onnxruntime/adaptor.h"
#include "adaptors/onnxruntime/model_handle.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/quantized.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Warnings : public Progress {
 public:
  void begin(std::string_view, std::uint64_t) override {}
  void advance(std::uint64_t) override {}
  void end(std::chrono::duration<double>) override {}
  void warn(std::string_view message) override { messages.emplace_back(message); }
  void detail(std::string_view) override {}
  std::vector<std::string> messages;
};

const NamedTensors kImage{{"x", random_tensor(21, {1, 3, 8, 8})}};
const NamedTensors kRows{{"x", random_tensor(22, {5, 32})}};

/// A convolution and a product, both with biases; `weights` of the names w, b, v and c.
OnnxModel classifier(const NamedTensors& weights) {
  ModelBuilder builder;
  builder.input("x", {1, 3, 8, 8});
  for (const NamedTensor& weight : weights) builder.initializer(weight.name, weight.value);
  builder.node("Conv", {"x", "w", "b"}, {"h"}, {}, "conv").node("Relu", {"h"}, {"r"}, {}, "relu");
  builder.node("GlobalAveragePool", {"r"}, {"p"}, {}, "pool").node("Flatten", {"p"}, {"f"}, {}, "flatten");
  return builder.node("Gemm", {"f", "v", "c"}, {"y"}, {{"transB", std::int64_t{1}}}, "gemm").output("y").build();
}

NamedTensors classifier_weights() {
  return {{"w", random_tensor(1, {8, 3, 3, 3})},
          {"b", random_tensor(2, {8}, 0, 1)},
          {"v", random_tensor(3, {4, 8})},
          {"c", random_tensor(4, {4})}};
}

/// y = x W + b, with the weight turned on request.
OnnxModel product(const Tensor& weight, bool turned) {
  return ModelBuilder()
      .input("x", {5, 32})
      .initializer("w", weight)
      .initializer("b", random_tensor(6, {weight.shape()[turned ? 0 : 1]}))
      .node("Gemm", {"x", "w", "b"}, {"y"}, {{"transB", std::int64_t{turned}}}, "gemm")
      .output("y")
      .build();
}

Tensor scaled(const Tensor& tensor, float factor) {
  std::vector<float> values = tensor.to_floats();
  // Backwards, so that each value is another one.
  std::ranges::reverse(values);
  for (float& value : values) value *= factor;
  return Tensor::from(std::move(values), tensor.shape());
}

class SetTensor : public RuntimeTest {
 protected:
  void SetUp() override {
    RuntimeTest::SetUp();
    if (IsSkipped()) return;
    AdaptorOptions options;
    options.key = "onnxruntime";
    options.capability_folder = HALFTONE_CAPABILITY_SOURCES;
    options.progress = &warnings_;
    adaptor_ = std::make_unique<OnnxRuntimeAdaptor>(options);
  }

  OnnxModel set(const OnnxModel& model, const NamedTensors& tensors) const {
    return OnnxModelHandle::of(*adaptor_->set_tensor(OnnxModelHandle(model), tensors)).onnx();
  }
  /// Every weight and bias as the quantized model calculates with it.
  NamedTensors own_values(const OnnxModel& model) const {
    NamedTensors values;
    const auto stored = adaptor_->stored_constants(OnnxModelHandle(model));
    for (const StoredConstant& constant : *stored) {
      values.push_back({constant.tensor, dequantized(constant)});
    }
    return values;
  }
  void expect_same_bytes_for_own_values(const OnnxModel& model, std::size_t constants) const {
    const NamedTensors values = own_values(model);
    EXPECT_THAT(values, SizeIs(constants));
    EXPECT_EQ(OnnxModelHandle(set(model, values)).sha256(), OnnxModelHandle(model).sha256());
    EXPECT_THAT(warnings_.messages, IsEmpty());
  }
  Error refused(const NamedTensors& tensors) const {
    const OnnxModel model = quantize(classifier(classifier_weights()), kImage).model;
    return error_of([&] { set(model, tensors); });
  }

  Warnings warnings_;
  std::unique_ptr<Adaptor> adaptor_;
};

TEST_F(SetTensor, GivesTheSameBytesForTheValuesThatAreThere) {
  for (const char* backend : {"onnxrt_qdq", "onnxrt_qlinear"}) {
    expect_same_bytes_for_own_values(quantize(classifier(classifier_weights()), kImage, backend).model, 4);
  }
  const OnnxModel last_product = ModelBuilder()
                                     .input("x", {5, 32})
                                     .initializer("w", random_tensor(5, {32, 16}))
                                     .node("MatMul", {"x", "w"}, {"y"})
                                     .output("y")
                                     .build();
  expect_same_bytes_for_own_values(quantize(last_product, kRows, "onnxrt_qlinear").model, 1);
  for (const bool turned : {false, true}) {
    const OnnxModel model = product(random_tensor(5, {32, 32}), turned);
    expect_same_bytes_for_own_values(quantize_without_data(model, "onnxrt_integer").model, 1);
    expect_same_bytes_for_own_values(quantize_without_data(model, "onnxrt_weight_only").model, 2);
  }
}

TEST_F(SetTensor, ChangesAStaticModelAsItWouldTheFloatOne) {
  const NamedTensors before = classifier_weights();
  NamedTensors other = before;
  for (NamedTensor& weight : other) weight.value = scaled(weight.value, 0.9F);
  // Scales are those of the weights before, and those of activations too: what they cannot express is clipped.
  const Tensor expected = run(classifier(other), kImage).front().value;
  for (const char* backend : {"onnxrt_qdq", "onnxrt_qlinear"}) {
    const OnnxModel quantized = quantize(classifier(before), kImage, backend).model;
    const OnnxModel changed = set(quantized, other);
    EXPECT_NE(OnnxModelHandle(changed).sha256(), OnnxModelHandle(quantized).sha256());
    const Tensor result = run(changed, kImage).front().value;
    EXPECT_GT(sqnr_db(expected, result), 20) << backend;
    EXPECT_LT(sqnr_db(run(classifier(before), kImage).front().value, result), 10) << "it is another function now";
  }
}

TEST_F(SetTensor, ChangesWeightsOfProductsQuantizedAtRunTimeAndInGroups) {
  for (const char* backend : {"onnxrt_integer", "onnxrt_weight_only"}) {
    for (const bool turned : {false, true}) {
      const Tensor weight = random_tensor(5, {32, 32}), other = scaled(weight, 0.8F);
      const OnnxModel changed = set(quantize_without_data(product(weight, turned), backend).model, {{"w", other}});
      EXPECT_GT(sqnr_db(run(product(other, turned), kRows).front().value, run(changed, kRows).front().value), 18)
          << backend << " " << turned;
    }
  }
}

TEST_F(SetTensor, TakesValuesForConstantsThatStayInFloat) {
  const OnnxModel model = quantize_without_data(product(random_tensor(5, {32, 32}), false), "onnxrt_integer").model;
  const Tensor bias = random_tensor(7, {32}, 5, 6);
  EXPECT_EQ(constant_of(set(model, {{"b", bias}}), "b"), bias);
}

TEST_F(SetTensor, WarnsOfValuesThatTheScaleCannotExpress) {
  const OnnxModel model = quantize(classifier(classifier_weights()), kImage).model;
  std::vector<float> values = classifier_weights()[0].value.to_floats();
  values[0] = 100;
  values[1] = -100;
  const OnnxModel changed = set(model, {{"w", Tensor::from(std::move(values), {8, 3, 3, 3})}});
  EXPECT_THAT(warnings_.messages, ElementsAre(HasSubstr("'w': its scale cannot express 2 of 216 values")));
  const auto stored = constant_of(changed, "w_quantized").values<std::int8_t>();
  EXPECT_THAT(std::vector<int>(stored.begin(), stored.begin() + 2), ElementsAre(127, -128));
}

TEST_F(SetTensor, NamesTheNearestTensor) {
  const OnnxModel model = ModelBuilder()
                              .input("x", {5, 32})
                              .initializer("head.weight", random_tensor(5, {32, 32}))
                              .node("MatMul", {"x", "head.weight"}, {"y"})
                              .output("y")
                              .build();
  const OnnxModel quantized = quantize_without_data(model, "onnxrt_weight_only").model;
  const Error error = error_of([&] { set(quantized, {{"head.wieght", random_tensor(1, {32, 32})}}); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.message(), HasSubstr("no weight or bias 'head.wieght'"));
  EXPECT_THAT(error.hint(), HasSubstr("'head.weight'"));
}

TEST_F(SetTensor, RefusesValuesThatDoNotFit) {
  EXPECT_THAT(refused({{"w", random_tensor(1, {8, 3, 3})}}).message(), HasSubstr("shape is 8x3x3, its own 8x3x3x3"));
  EXPECT_THAT(refused({{"b", Tensor::from(std::vector<double>(8), {8})}}).message(), HasSubstr("they are fp64"));
  std::vector<float> values(8);
  values[3] = std::numeric_limits<float>::quiet_NaN();
  const Error error = refused({{"b", Tensor::from(std::move(values), {8})}});
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.message(), HasSubstr("NaN"));
}

TEST_F(SetTensor, RefusesATensorThatIsGivenTwice) {
  const Tensor bias = random_tensor(1, {8});
  EXPECT_THAT(refused({{"b", bias}, {"b", bias}}).message(), HasSubstr("'b' is given twice"));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing
