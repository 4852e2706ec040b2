#include "adaptors/onnxruntime/adaptor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "adaptors/onnxruntime/model_handle.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"
#include "base/file.h"
#include "base/sha256.h"

namespace halftone::onnxruntime::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using Integers = std::vector<std::int64_t>;

AdaptorOptions options() {
  AdaptorOptions result;
  result.key = "onnxrt_qdq";
  result.capability_folder = HALFTONE_CAPABILITY_SOURCES;
  return result;
}

/// Samples of "x": item i holds the values of seed i.
class Samples : public DataSource {
 public:
  Samples(Shape shape, std::size_t count) : shape_(std::move(shape)), count_(count) {}
  std::string spec() const override { return "samples"; }
  std::optional<std::size_t> size() const override { return count_; }
  DataItem item(std::size_t index) const override { return {id(index), {{"x", random_tensor(index, shape_)}}, {}}; }
  std::string id(std::size_t index) const override { return std::to_string(index); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }
  std::string fingerprint() const override { return "samples"; }

 private:
  Shape shape_;
  std::size_t count_;
};

class AdaptorTest : public RuntimeTest {
 protected:
  void SetUp() override {
    RuntimeTest::SetUp();
    if (IsSkipped()) return;
    adaptor_ = std::make_unique<OnnxRuntimeAdaptor>(options());
    std::string pattern = (fs::temp_directory_path() / "halftone-adaptor-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  fs::path write(const std::string& name, const std::string& bytes) const {
    write_file(folder_ / name, bytes);
    return folder_ / name;
  }
  std::unique_ptr<Model> load(const std::string& bytes) const {
    return adaptor_->load({write("model.onnx", bytes), {}});
  }
  DataLoader samples(const Model& model, const Shape& shape, std::size_t count = 12, std::uint64_t seed = 0) const {
    return {std::make_shared<Samples>(shape, count), model.inputs(), count, seed};
  }

  std::unique_ptr<Adaptor> adaptor_;
  fs::path folder_;
};

/// Two residual blocks as in ResNet-20; the second halves the image and doubles the channels, with a shortcut of
/// strided slices and zero channels padded on, spelled out in many small ops as exporters do.
ModelBuilder residual_network() {
  ModelBuilder builder;
  builder.input("x", {1, 3, 8, 8});
  const auto conv = [&](const std::string& in, const std::string& out, std::int64_t from, std::int64_t to,
                        std::int64_t stride) {
    builder.initializer(out + "_w", random_tensor(builder.bytes().size(), {to, from, 3, 3}, -0.3F, 0.3F));
    builder.node("Conv", {in, out + "_w"}, {out + "_c"},
                 {{"pads", Integers{1, 1, 1, 1}}, {"strides", Integers{stride, stride}}});
    for (const char* parameter : {"_g", "_s", "_m", "_v"}) {
      builder.initializer(out + parameter, random_tensor(builder.bytes().size(), {to}, 0.5F, 1));
    }
    builder.node("BatchNormalization", {out + "_c", out + "_g", out + "_s", out + "_m", out + "_v"}, {out});
  };
  conv("x", "stem", 3, 4, 1);
  builder.node("Relu", {"stem"}, {"a"});
  conv("a", "b1", 4, 4, 1);
  builder.node("Relu", {"b1"}, {"b1r"});
  conv("b1r", "b2", 4, 4, 1);
  builder.node("Add", {"b2", "a"}, {"s1"}).node("Relu", {"s1"}, {"r1"});

  // The shortcut: r1[:, :, ::2, ::2], two channels of zeros on either side.
  builder.integers("starts", {0, 0})
      .integers("ends", {INT64_MAX, INT64_MAX})
      .integers("axes", {2, 3})
      .integers("steps", {2, 2});
  builder.node("Slice", {"r1", "starts", "ends", "axes", "steps"}, {"half"});
  builder.node("Constant", {}, {"borders"}, {{"value_ints", Integers{0, 0, 0, 0, 0, 2, 0, 0}}});
  builder.integers("extra", {4}).integers("rows", {-1, 2}).integers("flat", {-1});
  builder.node("ConstantOfShape", {"extra"}, {"zeros"}).node("Cast", {"zeros"}, {"zeros64"}, {{"to", std::int64_t{7}}});
  builder.integers("two_sides", {0, 2, 0, 0, 0, 2, 0, 0}).node("Reshape", {"two_sides", "rows"}, {"pairs"});
  builder.node("Reshape", {"pairs", "flat"}, {"pads"}).node("Constant", {}, {"zero"}, {{"value_float", 0.0F}});
  builder.node("Pad", {"half", "pads", "zero"}, {"shortcut"}, {{"mode", std::string("constant")}});
  conv("r1", "d1", 4, 8, 2);
  builder.node("Relu", {"d1"}, {"d1r"});
  conv("d1r", "d2", 8, 8, 1);
  builder.node("Add", {"d2", "shortcut"}, {"s2"}).node("Relu", {"s2"}, {"r2"});
  builder.node("GlobalAveragePool", {"r2"}, {"pooled"}).node("Flatten", {"pooled"}, {"features"});
  builder.initializer("fc_w", random_tensor(77, {10, 8})).initializer("fc_b", random_tensor(78, {10}));
  return builder.node("Gemm", {"features", "fc_w", "fc_b"}, {"y"}, {{"transB", std::int64_t{1}}})
      .output("y", Shape{1, 10});
}

const Shape kImage{1, 3, 8, 8};

TEST_F(AdaptorTest, SaysWhatItFound) {
  const FrameworkVersion version = adaptor_->framework();
  EXPECT_EQ(version.name, "ONNX Runtime");
  EXPECT_EQ(version.version, runtime().version());
  EXPECT_THAT(adaptor_->snippet("model.onnx"), HasSubstr("model.onnx"));
}

TEST_F(AdaptorTest, RefusesAFormatItDoesNotWrite) {
  AdaptorOptions wrong = options();
  wrong.format = "onyx";
  EXPECT_EQ(error_of([&] { OnnxRuntimeAdaptor{wrong}; }).code(), ErrorCode::configuration);
}

TEST_F(AdaptorTest, RefusesAFormatThatContradictsItsKey) {
  AdaptorOptions wrong = options();
  wrong.key = "onnxrt_qdq";
  wrong.format = "integer";
  const Error error = error_of([&] { OnnxRuntimeAdaptor{wrong}; });
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(error.hint(), HasSubstr("qdq"));
}

TEST_F(AdaptorTest, OffersWhatItsKeyAndFormatNameTheStaticFirst) {
  const auto modes = [&](const char* key, const char* format) {
    AdaptorOptions asked = options();
    asked.key = key;
    asked.format = format;
    std::vector<QuantMode> found;
    const OnnxRuntimeAdaptor adaptor(asked);
    for (const Alternative& alternative : adaptor.query().get_quantization_capability().at("MatMul")) {
      if (std::ranges::find(found, alternative.quant_mode) == found.end()) found.push_back(alternative.quant_mode);
    }
    return found;
  };
  using enum QuantMode;
  EXPECT_THAT(modes("onnxruntime", ""), ElementsAre(static_, dynamic, weight_only));
  EXPECT_THAT(modes("onnxruntime", "qdq"), ElementsAre(static_));
  EXPECT_THAT(modes("onnxruntime", "integer"), ElementsAre(dynamic));
  EXPECT_THAT(modes("onnxrt_qdq", ""), ElementsAre(static_));
  EXPECT_THAT(modes("onnxrt_integer", ""), ElementsAre(dynamic));
  EXPECT_THAT(modes("onnxruntime", "qlinear"), ElementsAre(static_, weight_only));
  EXPECT_THAT(modes("onnxrt_qlinear", ""), ElementsAre(static_));
  EXPECT_THAT(modes("onnxrt_weight_only", ""), ElementsAre(weight_only));
}

TEST_F(AdaptorTest, RefusesFilesThatAreNoModels) {
  EXPECT_EQ(error_of([&] { adaptor_->load({folder_ / "missing.onnx", {}}); }).code(), ErrorCode::io);
  EXPECT_EQ(error_of([&] { adaptor_->load({folder_, {}}); }).code(), ErrorCode::io);
  EXPECT_EQ(error_of([&] { load(""); }).code(), ErrorCode::invalid_model);
  EXPECT_EQ(error_of([&] { load("certainly not a model"); }).code(), ErrorCode::invalid_model);
  const std::string bytes = residual_network().bytes();
  for (int tenths = 0; tenths < 10; ++tenths) {
    EXPECT_EQ(error_of([&] { load(bytes.substr(0, bytes.size() * static_cast<std::size_t>(tenths) / 10)); }).code(),
              ErrorCode::invalid_model);
  }
}

TEST_F(AdaptorTest, NamesFileAndOptionInErrors) {
  EXPECT_THAT(error_of([&] { load("no model"); }).what(), HasSubstr("model.onnx"));
  const fs::path file = write("good.onnx", residual_network().bytes());
  const Error error = error_of([&] { adaptor_->load({file, {{"signature", "serving"}}}); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.message(), HasSubstr("'signature'"));
}

TEST_F(AdaptorTest, RefusesBrokenGraphs) {
  const std::vector<std::pair<const char*, ModelBuilder>> cases{
      {"cycle", ModelBuilder().node("Neg", {"b"}, {"a"}, {}, "n1").node("Neg", {"a"}, {"b"}, {}, "n2").output("b")},
      {"no producer", ModelBuilder().input("x", {1}).node("Add", {"x", "ghost"}, {"y"}).output("y")},
      {"written twice", ModelBuilder()
                            .input("x", {1})
                            .node("Neg", {"x"}, {"y"}, {}, "n1")
                            .node("Abs", {"x"}, {"y"}, {}, "n2")
                            .output("y")},
  };
  for (const auto& [what, builder] : cases) {
    EXPECT_EQ(error_of([&] { load(builder.bytes()); }).code(), ErrorCode::invalid_model) << what;
  }
}

TEST_F(AdaptorTest, LoadsModelsWhoseNodesHaveNoNames) {
  const ModelBuilder builder =
      ModelBuilder().input("x", {1}).node("Neg", {"x"}, {"a"}).node("Abs", {"a"}, {"y"}).output("y");
  const auto prepared = adaptor_->prepare(*load(builder.bytes()));
  const GraphView graph = adaptor_->graph(*prepared);
  EXPECT_EQ(graph.ops()[0].name, "Neg_0");
  EXPECT_EQ(graph.ops()[1].name, "Abs_1");
}

TEST_F(AdaptorTest, PreparesNodesThatLackTheirInputs) {
  ModelBuilder builder;
  builder.input("x", {1, 1, 2, 2})
      .floats("one", {1}, {1})
      .node("Conv", {"x"}, {"c"}, {}, "conv")
      .node("Add", {"c"}, {"d"}, {}, "add");
  builder.node("Identity", {}, {"e"}, {}, "same")
      .node("Gemm", {}, {"f"}, {}, "gemm")
      .node("MatMul", {"x"}, {"g"}, {}, "matmul");
  builder.node("BatchNormalization", {"c", "one", "one", "one", "one"}, {}, {}, "norm")
      .node("Pad", {"x"}, {"h"}, {}, "pad");
  const auto model = load(builder.output("d").bytes());
  const auto prepared = adaptor_->prepare(*model);
  adaptor_->query_fw_capability(*prepared);
  EXPECT_THROW(adaptor_->open(*prepared, {}), Error);
}

TEST_F(AdaptorTest, SavesAndLoadsTheSameModel) {
  const auto model = load(residual_network().bytes());
  const std::string sha256 = adaptor_->save(*model, folder_ / "saved.onnx");
  EXPECT_EQ(sha256, sha256_of_file(folder_ / "saved.onnx"));
  const auto again = adaptor_->load({folder_ / "saved.onnx", {}});
  EXPECT_EQ(again->sha256(), model->sha256());
  EXPECT_EQ(again->size_bytes(), model->size_bytes());
  EXPECT_EQ(fs::file_size(folder_ / "saved.onnx"), model->size_bytes());
  EXPECT_EQ(again->inputs(), model->inputs());
  EXPECT_EQ(again->outputs(), model->outputs());
  EXPECT_EQ(error_of([&] { adaptor_->save(*model, folder_ / "nowhere" / "m.onnx"); }).code(), ErrorCode::io);
}

TEST_F(AdaptorTest, SavesOverTheFileItLoadedFrom) {
  const fs::path file = write("model.onnx", residual_network().bytes());
  const auto model = adaptor_->load({file, {}});
  adaptor_->save(*model, file);
  EXPECT_EQ(adaptor_->load({file, {}})->sha256(), model->sha256());
}

TEST_F(AdaptorTest, PreparesAResidualNetworkToItsEssence) {
  const auto model = load(residual_network().bytes());
  const auto prepared = adaptor_->prepare(*model);
  std::vector<std::string> types;
  const GraphView graph = adaptor_->graph(*prepared);
  for (const OpNode& op : graph.ops()) types.push_back(op.type);
  EXPECT_THAT(types, ElementsAre("Conv", "Relu", "Conv", "Relu", "Conv", "Add", "Relu", "Slice", "Pad", "Conv", "Relu",
                                 "Conv", "Add", "Relu", "GlobalAveragePool", "Flatten", "Gemm"));
  const NamedTensors inputs{{"x", random_tensor(1, kImage)}};
  expect_close(adaptor_->open(*model, {})->run(inputs), adaptor_->open(*prepared, {})->run(inputs), 1e-4);
  EXPECT_EQ(adaptor_->prepare(*prepared)->sha256(), prepared->sha256()) << "a prepared model stays as it is";
}

class QuantizedNetwork : public AdaptorTest {
 protected:
  QuantizeResult quantize_network() const {
    const auto prepared = adaptor_->prepare(*load(residual_network().bytes()));
    const Capability capability = adaptor_->query_fw_capability(*prepared);
    const TuneConfig config = default_config(adaptor_->graph(*prepared), capability, std::nullopt);
    return adaptor_->quantize(config, *prepared, samples(*prepared, kImage), {});
  }
};

TEST_F(QuantizedNetwork, IsCloseToFloat) {
  const auto model = load(residual_network().bytes());
  const QuantizeResult result = quantize_network();
  const NamedTensors inputs{{"x", random_tensor(100, kImage)}};
  const Tensor expected = adaptor_->open(*model, {})->run(inputs)[0].value;
  EXPECT_GE(sqnr_db(expected, adaptor_->open(*result.model, {})->run(inputs)[0].value), 20);
}

TEST_F(QuantizedNetwork, RunsInIntegersFromEndToEnd) {
  if (parse_version(runtime().version()) < Version{1, 20})
    GTEST_SKIP() << "SKIPPED: Slice has moved integers since 1.20";
  const auto executed = adaptor_->executed_ops(*quantize_network().model);
  ASSERT_TRUE(executed.has_value());
  int conversions = 0;
  for (const ExecutedOp& op : *executed) {
    SCOPED_TRACE(op.name + " (" + op.type + ")");
    const bool converts = op.type == "QuantizeLinear" || op.type == "DequantizeLinear";
    conversions += converts ? 1 : 0;
    EXPECT_TRUE(converts || op.low_precision);
  }
  EXPECT_EQ(conversions, 1) << "the image alone; the last product gives float itself";
}

TEST_F(QuantizedNetwork, HasTheSameBytesEveryTime) {
  const QuantizeResult first = quantize_network(), second = quantize_network();
  EXPECT_EQ(first.model->sha256(), second.model->sha256());
  const auto prepared = adaptor_->prepare(*load(residual_network().bytes()));
  EXPECT_EQ(adaptor_->convert(*prepared, first.plan)->sha256(), first.model->sha256());
}

TEST_F(QuantizedNetwork, NeedsThePlainRuntimeAlone) {
  const QuantizeResult result = quantize_network();
  adaptor_->save(*result.model, folder_ / "int8.onnx");
  const std::string bytes = read_file(folder_ / "int8.onnx");
  for (const auto& [domain, version] : read_bytes(bytes).opsets) EXPECT_EQ(domain, "");
  const NamedTensors inputs{{"x", random_tensor(100, kImage)}};
  expect_close(run_bytes(bytes, inputs), adaptor_->open(*result.model, {})->run(inputs), 0);
}

TEST_F(QuantizedNetwork, CarriesVersionAndTargetInItsMetadata) {
  const QuantizeResult result = quantize_network();
  const auto& metadata = OnnxModelHandle::of(*result.model).onnx().metadata;
  EXPECT_THAT(metadata, Contains(::testing::Pair("halftone.target", "vnni")));
  EXPECT_THAT(metadata, Contains(::testing::Key("halftone.version")));
  EXPECT_THAT(metadata, Contains(::testing::Pair("halftone.config_sha256", ::testing::SizeIs(64))));
}

TEST_F(AdaptorTest, CalibratesTheSameForAnyNumberOfThreads) {
  const auto prepared = adaptor_->prepare(*load(residual_network().bytes()));
  const auto bytes_of = [&](const CalibrationTable& table) {
    table.save(folder_ / "table");
    return read_file(folder_ / "table");
  };
  const std::vector<std::string> tensors{"x", "a", "r1", "shortcut", "y"};
  const auto calibrate = [&](int threads, std::uint64_t seed) {
    return adaptor_->calibrate(*prepared, tensors, samples(*prepared, kImage, 24, seed), {.threads = threads});
  };
  const CalibrationTable serial = calibrate(1, 0);
  EXPECT_EQ(serial.samples, 24u);
  EXPECT_EQ(serial.tensors.at("x").count, 24u * 3 * 8 * 8);
  for (const int threads : {2, 4}) EXPECT_EQ(bytes_of(calibrate(threads, 0)), bytes_of(serial)) << threads;
  CalibrationTable other_order = calibrate(2, 99);
  other_order.data_sha256 = serial.data_sha256;
  EXPECT_EQ(bytes_of(other_order), bytes_of(serial));
}

TEST_F(AdaptorTest, StatesWhyAnOpStaysInFloat) {
  const auto reason = [&](const ModelBuilder& builder) {
    const auto prepared = adaptor_->prepare(*load(builder.bytes()));
    const GraphView graph = adaptor_->graph(*prepared);
    const Capability capability = adaptor_->query_fw_capability(*prepared);
    const auto unit = std::ranges::find_if(capability.units, [&](const UnitCapability& candidate) {
      return graph.op(candidate.unit.anchor()).name == "op";
    });
    return unit->choices.empty() ? unit->reason : "it has choices";
  };
  EXPECT_THAT(reason(ModelBuilder(6)
                         .input("x", {1, 2, 4, 4})
                         .floats("w", {1, 1}, {1, 2, 1, 1})
                         .node("Conv", {"x", "w"}, {"y"}, {}, "op")
                         .output("y")),
              HasSubstr("operator set 6"));
  EXPECT_THAT(reason(ModelBuilder()
                         .input("x", {4, 4})
                         .floats("w", {1, 2, 3, 4}, {4})
                         .node("MatMul", {"x", "w"}, {"y"}, {}, "op")
                         .output("y")),
              HasSubstr("vector"));
  EXPECT_THAT(
      reason(
          ModelBuilder().input("x", {4, 4}).input("w", {4, 4}).node("Gemm", {"x", "w"}, {"y"}, {}, "op").output("y")),
      HasSubstr("weight is not a constant"));
  EXPECT_THAT(reason(ModelBuilder()
                         .input("x", {2, 2}, DType::s32)
                         .initializer("w", Tensor::from<std::int32_t>({1, 2, 3, 4}, {2, 2}))
                         .node("MatMul", {"x", "w"}, {"y"}, {}, "op")
                         .output("y", Shape{2, 2}, DType::s32)),
              HasSubstr("int32"));
  EXPECT_THAT(reason(ModelBuilder()
                         .input("x", {2, 2})
                         .floats("w", {1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2})
                         .node("MatMul", {"x", "w"}, {"y"}, {}, "op")
                         .output("y")),
              HasSubstr("batch of matrices"));
  const ModelBuilder clip = ModelBuilder()
                                .input("x", {1, 1, 4, 4})
                                .floats("w", {1}, {1, 1, 1, 1})
                                .floats("low", {-1}, {})
                                .floats("high", {1}, {})
                                .node("Conv", {"x", "w"}, {"c"})
                                .node("Clip", {"c", "low", "high"}, {"y"}, {}, "op")
                                .output("y");
  EXPECT_THAT(reason(clip), HasSubstr("lower bound is not zero"));
  const ModelBuilder pad = ModelBuilder()
                               .input("x", {1, 1, 4, 4})
                               .floats("w", {1}, {1, 1, 1, 1})
                               .integers("pads", {0, 0, 1, 1, 0, 0, 1, 1})
                               .floats("value", {9}, {})
                               .node("Conv", {"x", "w"}, {"c"})
                               .node("Pad", {"c", "pads", "value"}, {"y"}, {}, "op")
                               .output("y");
  EXPECT_THAT(reason(pad), HasSubstr("another value than zero"));
  EXPECT_THAT(reason(ModelBuilder()
                         .input("x", {1, 1, 4, 4}, DType::f64)
                         .initializer("w", Tensor::from<double>({1}, {1, 1, 1, 1}))
                         .node("Conv", {"x", "w"}, {"y"}, {}, "op")
                         .output("y", Shape{1, 1, 4, 4}, DType::f64)),
              HasSubstr("fp64"));
}

TEST_F(AdaptorTest, RefusesModelsOfOthers) {
  class Foreign : public Model {
    std::vector<TensorSignature> inputs() const override { return {}; }
    std::vector<TensorSignature> outputs() const override { return {}; }
    std::string sha256() const override { return {}; }
    std::uint64_t size_bytes() const override { return 0; }
  };
  EXPECT_EQ(error_of([&] { adaptor_->graph(Foreign()); }).code(), ErrorCode::invalid_argument);
}

TEST_F(AdaptorTest, PreparesTheRealResNetToItsEssence) {
  const fs::path file = fs::path(HALFTONE_TEST_DATA) / "resnet20.onnx";
  if (!fs::exists(file)) GTEST_SKIP() << "SKIPPED: " << file << " not found";
  const auto prepared = adaptor_->prepare(*adaptor_->load({file, {}}));
  const GraphView graph = adaptor_->graph(*prepared);
  const std::vector<std::string> expected{"Conv",       "Relu",    "Add",     "Slice", "Pad", "GlobalAveragePool",
                                          "ReduceMean", "Flatten", "Reshape", "Gemm"};
  for (const OpNode& op : graph.ops()) EXPECT_THAT(expected, Contains(op.type)) << op.name;
}

/// The lines for those who want details.
class Details : public Progress {
 public:
  void begin(std::string_view, std::uint64_t) override {}
  void advance(std::uint64_t) override {}
  void end(std::chrono::duration<double>) override {}
  void warn(std::string_view) override {}
  void detail(std::string_view line) override {
    const std::scoped_lock lock(mutex_);
    lines_.emplace_back(line);
  }
  /// The lines since the last call.
  std::vector<std::string> take() { return std::exchange(lines_, {}); }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

TEST_F(AdaptorTest, TellsTheTimeOfEveryRewriteAndItsPlaces) {
  Details details;
  AdaptorOptions verbose = options();
  verbose.progress = &details;
  const OnnxRuntimeAdaptor adaptor(verbose);
  const auto model = adaptor.load({write("model.onnx", residual_network().bytes()), {}});
  details.take();
  const auto prepared = adaptor.prepare(*model);
  const std::vector<std::string> lines = details.take();
  EXPECT_THAT(lines, Contains(MatchesRegex("Pass fold batch norm: 5 places, [0-9]+ ms")));
  EXPECT_THAT(lines, Contains(MatchesRegex("Pass widen float16: 0 places, [0-9]+ ms")));
  EXPECT_THAT(lines, Each(MatchesRegex("Pass .+: ([0-9]+ places?, )?[0-9]+ ms")));
  EXPECT_THAT(lines.back(), MatchesRegex("Pass prepare model: [0-9]+ ms"));
}

TEST_F(AdaptorTest, TellsTheTimeOfEveryFunction) {
  Details details;
  AdaptorOptions verbose = options();
  verbose.progress = &details;
  const OnnxRuntimeAdaptor adaptor(verbose);
  const auto model = adaptor.load({write("model.onnx", residual_network().bytes()), {}});
  const auto prepared = adaptor.prepare(*model);
  const DataLoader data = samples(*model, kImage, 2);
  const auto expect_told = [&](const std::string& pass) {
    EXPECT_THAT(details.take(), Contains(MatchesRegex("Pass " + pass + ": .*[0-9]+ ms")));
  };
  const Capability capability = adaptor.query_fw_capability(*prepared);
  expect_told("query capability");
  adaptor.query_fused_patterns(*prepared);
  expect_told("query fused patterns");
  const TuneConfig config = default_config(adaptor.graph(*prepared), capability, std::nullopt);
  const QuantizeResult result = adaptor.quantize(config, *prepared, data, {});
  expect_told("quantize model");
  adaptor.evaluate(*result.model, data, {.metrics = {"sqnr"}}, prepared.get());
  expect_told("evaluate");
  adaptor.inspect_tensor(*result.model, &data, {.op_list = {}, .iteration_list = {1}});
  expect_told("inspect tensors");
  adaptor.set_tensor(*result.model, {});
  expect_told("set tensors");
  adaptor.diagnosis_helper(*model, *result.model, data, {});
  expect_told("diagnose");
  adaptor.save(*result.model, folder_ / "int8.onnx");
  expect_told("save model");
}

}  // namespace
}  // namespace halftone::onnxruntime::testing
