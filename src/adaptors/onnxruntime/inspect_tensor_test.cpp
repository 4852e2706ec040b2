#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "adaptors/onnxruntime/adaptor.h"
#include "adaptors/onnxruntime/model_handle.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/quantized.h"
#include "adaptors/onnxruntime/testing/ready_samples.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"
#include "tensor/npz.h"

namespace halftone::onnxruntime::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::UnorderedElementsAre;

const Tensor kWeight = random_tensor(1, {4, 3, 3, 3});

OnnxModel network() {
  return ModelBuilder()
      .input("x", {1, 3, 6, 6})
      .initializer("w", kWeight)
      .initializer("b", random_tensor(2, {4}))
      .integers("flat", {1, -1})
      .node("Conv", {"x", "w", "b"}, {"h"}, {}, "conv")
      .node("Relu", {"h"}, {"r"}, {}, "relu")
      .node("Reshape", {"r", "flat"}, {"y"}, {}, "reshape")
      .output("y")
      .build();
}

std::vector<NamedTensors> images(std::size_t count) {
  std::vector<NamedTensors> samples;
  for (std::size_t i = 0; i < count; ++i) samples.push_back({{"x", random_tensor(10 + i, {1, 3, 6, 6})}});
  return samples;
}

class InspectTensor : public RuntimeTest {
 protected:
  void SetUp() override {
    RuntimeTest::SetUp();
    if (IsSkipped()) return;
    AdaptorOptions options;
    options.key = "onnxrt_qdq";
    options.capability_folder = HALFTONE_CAPABILITY_SOURCES;
    adaptor_ = std::make_unique<OnnxRuntimeAdaptor>(options);
    std::string pattern = (fs::temp_directory_path() / "halftone-inspect-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  InspectResult inspect(const OnnxModel& model, const InspectOptions& options, std::size_t samples = 3) const {
    const OnnxModelHandle handle(model);
    const DataLoader data = ready_data(images(samples), handle.inputs());
    return adaptor_->inspect_tensor(handle, &data, options);
  }
  Error refused(const InspectOptions& options) const {
    return error_of([&] { inspect(network(), options); });
  }

  std::unique_ptr<Adaptor> adaptor_;
  fs::path folder_;
};

TEST_F(InspectTensor, GivesActivationsByIterationAndOp) {
  const InspectResult result = inspect(network(), {.op_list = {"conv", "relu"}, .iteration_list = {3, 1}});
  EXPECT_THAT(result.activation, ElementsAre(Key(1), Key(3)));
  EXPECT_THAT(result.activation.at(3), ElementsAre(Key("conv"), Key("relu")));
  EXPECT_THAT(result.weight, IsEmpty());
  // The reshaped output of the runtime holds the same values.
  const Tensor expected = run(network(), images(3)[2]).front().value;
  EXPECT_EQ(result.activation.at(3).at("relu").at("r").to_floats(), expected.to_floats());
  EXPECT_EQ(result.activation.at(3).at("conv").at("h").shape(), (Shape{1, 4, 4, 4}));
}

TEST_F(InspectTensor, GivesAllOpsAndIterationsWhereNoneIsNamed) {
  const InspectResult result = inspect(network(), {}, 2);
  EXPECT_THAT(result.activation, ElementsAre(Key(1), Key(2)));
  EXPECT_THAT(result.activation.at(2), ElementsAre(Key("conv"), Key("relu"), Key("reshape")));
}

TEST_F(InspectTensor, GivesWeightsWithoutData) {
  const OnnxModelHandle model(network());
  const InspectResult result = adaptor_->inspect_tensor(model, nullptr, {.inspect_type = InspectType::weight});
  EXPECT_THAT(result.weight, ElementsAre(Key("conv"))) << "a shape is no weight";
  EXPECT_EQ(result.weight.at("conv").at("w"), kWeight);
  EXPECT_THAT(result.weight.at("conv"), UnorderedElementsAre(Key("w"), Key("b")));
  EXPECT_THAT(result.activation, IsEmpty());
  EXPECT_EQ(error_of([&] { adaptor_->inspect_tensor(model, nullptr, {}); }).code(), ErrorCode::invalid_argument);
}

TEST_F(InspectTensor, GivesQuantizedWeightsBothWays) {
  const OnnxModel quantized = quantize(network(), images(1)).model;
  const InspectResult result = inspect(quantized, {.op_list = {"conv"}, .inspect_type = InspectType::weight});
  const auto& tensors = result.weight.at("conv");
  EXPECT_THAT(tensors, UnorderedElementsAre(Key("w"), Key("w_quantized"), Key("b"), Key("b_quantized")));
  EXPECT_EQ(tensors.at("w_quantized").dtype(), DType::s8);
  EXPECT_EQ(tensors.at("w").dtype(), DType::f32);
  EXPECT_GT(sqnr_db(kWeight, tensors.at("w")), 40) << "compares with the float model under the same name";
  EXPECT_EQ(tensors.at("b_quantized").dtype(), DType::s32);
}

TEST_F(InspectTensor, ShowsTheOpsThatAConfigurationQuantizes) {
  TuneConfig config;
  config.units["conv"].choice = OpChoice{};
  config.units["relu"].reason = "the user wants it";
  const InspectResult result = inspect(network(), {.quantization_cfg = &config}, 1);
  EXPECT_THAT(result.activation.at(1), ElementsAre(Key("conv")));
}

TEST_F(InspectTensor, WritesAnArchiveForTheWeightsAndOneForEachIteration) {
  const InspectResult result = inspect(network(), {.iteration_list = {2, 3},
                                                   .inspect_type = InspectType::all,
                                                   .save_to_disk = true,
                                                   .save_path = folder_ / "new" / "tensors"});
  EXPECT_THAT(result.activation, IsEmpty()) << "memory holds none of it";
  std::vector<std::string> names;
  for (const InspectedFile& file : result.files) names.push_back(file.path.filename());
  EXPECT_THAT(names, ElementsAre("weights.npz", "activations_2.npz", "activations_3.npz"));
  EXPECT_EQ(result.files.back().tensors, 3U);
  EXPECT_EQ(*find_tensor(load_npz(result.files[0].path), "w"), kWeight);
  const Tensor expected = run(network(), images(3)[1]).front().value;
  EXPECT_EQ(*find_tensor(load_npz(result.files[1].path), "y"), expected);
  EXPECT_THAT(result.activation_names.at("reshape"), ElementsAre("y"));
  EXPECT_THAT(result.weight_names.at("conv"), UnorderedElementsAre("w", "b"));
}

TEST_F(InspectTensor, NamesTheNearestOp) {
  const Error error = refused({.op_list = {"convx"}});
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.message(), HasSubstr("no op 'convx'"));
  EXPECT_THAT(error.hint(), HasSubstr("'conv'"));
}

TEST_F(InspectTensor, RefusesIterationsThatTheDataDoNotHave) {
  EXPECT_THAT(refused({.iteration_list = {1, 4}}).message(), HasSubstr("iteration 4 does not exist: the data have 3"));
  EXPECT_THAT(refused({.iteration_list = {0}}).hint(), HasSubstr("counted from 1"));
}

TEST_F(InspectTensor, NeedsAFolderToSaveTo) {
  EXPECT_THAT(refused({.save_to_disk = true}).hint(), HasSubstr("save_path"));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing
