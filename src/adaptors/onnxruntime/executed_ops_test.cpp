#include "adaptors/onnxruntime/executed_ops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/quantized.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

/// Types of executed ops, a star behind those of low precision.
std::vector<std::string> marked(const std::vector<ExecutedOp>& ops) {
  std::vector<std::string> types;
  for (const ExecutedOp& op : ops) types.push_back(op.type + (op.low_precision ? "*" : ""));
  return types;
}

OnnxModel convolutions() {
  return ModelBuilder()
      .input("x", {1, 3, 8, 8})
      .initializer("w1", random_tensor(1, {4, 3, 3, 3}))
      .initializer("w2", random_tensor(2, {4, 4, 1, 1}))
      .node("Conv", {"x", "w1"}, {"a"}, {}, "first")
      .node("Relu", {"a"}, {"b"}, {}, "relu")
      .node("MaxPool", {"b"}, {"c"}, {{"kernel_shape", std::vector<std::int64_t>{2, 2}}}, "pool")
      .node("Conv", {"c", "w2"}, {"d"}, {}, "second")
      .node("Softplus", {"d"}, {"y"}, {}, "last")
      .output("y")
      .build();
}

const NamedTensors kInput{{"x", random_tensor(3, {1, 3, 8, 8})}};

using ExecutedOps = RuntimeTest;

TEST_F(ExecutedOps, OfAFloatModelAreAllFloat) {
  for (const std::string& type : marked(read_executed_ops(runtime(), convolutions())))
    EXPECT_NE(type.back(), '*') << type;
}

TEST_F(ExecutedOps, OfAQuantizedModelAreItsIntegerKernels) {
  const Quantized quantized = quantize(convolutions(), kInput);
  EXPECT_THAT(
      marked(read_executed_ops(runtime(), quantized.model)),
      ElementsAre("QuantizeLinear", "QLinearConv*", "MaxPool*", "QLinearConv*", "DequantizeLinear", "Softplus"));
}

TEST_F(ExecutedOps, CountAMoveOfFloatsAsFloat) {
  OnnxModel model = ModelBuilder()
                        .input("x", {1, 4})
                        .floats("scale", {0.1F}, {})
                        .initializer("zero", Tensor::from<std::uint8_t>({128}, {}))
                        .integers("shape", {4, 1})
                        .node("QuantizeLinear", {"x", "scale", "zero"}, {"q"})
                        .node("DequantizeLinear", {"q", "scale", "zero"}, {"f"})
                        .node("Transpose", {"f"}, {"t"})
                        .node("Exp", {"t"}, {"y"})
                        .output("y")
                        .build();
  EXPECT_THAT(marked(read_executed_ops(runtime(), model)), Contains("Exp"));
  EXPECT_THAT(marked(read_executed_ops(runtime(), model)), Not(Contains("Exp*")));
}

TEST_F(ExecutedOps, LeaveNoFilesBehind) {
  std::string folder = (std::filesystem::temp_directory_path() / "halftone-executed-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const char* before = std::getenv("TMPDIR");
  const std::string saved = before ? before : "";
  setenv("TMPDIR", folder.c_str(), 1);
  read_executed_ops(runtime(), convolutions());
  EXPECT_THROW(
      read_executed_ops(runtime(), ModelBuilder().input("x", {1}).node("NoSuchOp", {"x"}, {"y"}).output("y").build()),
      Error);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  if (before)
    setenv("TMPDIR", saved.c_str(), 1);
  else
    unsetenv("TMPDIR");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace halftone::onnxruntime::testing
