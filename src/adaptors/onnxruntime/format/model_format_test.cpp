#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adaptors/onnxruntime/format/wire.h"
#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"
#include "base/file.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Writer = protozero::pbf_writer;

ModelBuilder small_model() {
  ModelBuilder builder;
  builder.input("x", {-1, 2}).floats("w", {1, 2, 3, 4}, {2, 2}).node("MatMul", {"x", "w"}, {"h"}, {}, "product");
  return builder.node("LeakyRelu", {"h"}, {"y"}, {{"alpha", 0.25F}}, "act").output("y", Shape{-1, 2});
}

std::shared_ptr<const ModelFiles> in_memory() {
  return std::make_shared<const ModelFiles>(std::shared_ptr<const void>());
}

ErrorCode code_of_reading(const std::string& bytes) {
  return error_of([&] { read_bytes(bytes); }).code();
}

// Inputs of the real models. Silero's names its sample rate; the others take token ids or images.
NamedTensors inputs_for(const OnnxModel& model) {
  NamedTensors inputs;
  for (const OnnxValueInfo& input : model.graph.inputs) {
    if (input.name == "sr") {
      inputs.push_back({"sr", Tensor::from<std::int64_t>({16'000}, {})});
    } else if (input.name == "input") {
      inputs.push_back({"input", random_tensor(1, {1, 512})});
    } else if (input.dtype == DType::s64) {
      inputs.push_back({input.name, Tensor::from<std::int64_t>(std::vector<std::int64_t>(40, 7), {1, 40})});
    } else {
      Shape shape = *input.shape;
      for (std::int64_t& extent : shape) extent = extent < 0 ? 1 : extent;
      inputs.push_back({input.name, random_tensor(2, shape)});
    }
  }
  return inputs;
}

class RealModelFile : public RuntimeTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(RealModelFile, GivesTheSameOutputsOnceReadAndWritten) {
  const std::filesystem::path path = asset(GetParam());
  if (path.empty()) GTEST_SKIP() << "SKIPPED: assets not found";
  const std::string bytes = read_file(path);
  const OnnxModel model = read_bytes(bytes);
  const std::string written = write_model(model);
  const NamedTensors inputs = inputs_for(model);
  expect_close(run_bytes(bytes, inputs), run_bytes(written, inputs), 0);
  EXPECT_EQ(write_model(read_bytes(written)), written);
}

TEST_P(RealModelFile, CutAnywhereIsNoWholeModel) {
  const std::filesystem::path path = asset(GetParam());
  if (path.empty()) GTEST_SKIP() << "SKIPPED: assets not found";
  const std::string bytes = read_file(path);
  const OnnxModel whole = read_bytes(bytes);
  for (int i = 0; i < 40; ++i) {
    const std::size_t length = bytes.size() * static_cast<std::size_t>(i) / 40;
    EXPECT_EQ(code_of_reading(bytes.substr(0, length)), ErrorCode::invalid_model) << "cut after " << length << " bytes";
  }
}

INSTANTIATE_TEST_SUITE_P(Assets, RealModelFile,
                         ::testing::Values("squeezenet/squeezenet1.0.onnx", "sst2/sst2_tiny_bert.onnx",
                                           "silero_vad/silero_vad.onnx", "stories260k/stories260k.onnx",
                                           "mnist/mnist.onnx"),
                         [](const auto& test) {
                           const std::string path = test.param;
                           return path.substr(0, path.find('/'));
                         });

TEST(ModelFormat, ReadsWhatTheBuilderWrote) {
  const OnnxModel model = small_model().build();
  EXPECT_EQ(model.opset(), 17);
  EXPECT_THAT(op_types(model), ElementsAre("MatMul", "LeakyRelu"));
  EXPECT_THAT(model.graph.nodes[0].inputs, ElementsAre("x", "w"));
  EXPECT_THAT(model.graph.nodes[0].outputs, ElementsAre("h"));
  EXPECT_EQ(model.graph.nodes[1].name, "act");
  EXPECT_FLOAT_EQ(model.graph.nodes[1].number("alpha", 0), 0.25F);
  ASSERT_EQ(model.graph.inputs.size(), 1u);
  EXPECT_EQ(model.graph.inputs[0].shape, (Shape{-1, 2}));
  EXPECT_EQ(model.graph.inputs[0].dtype, DType::f32);
  EXPECT_EQ(constant_of(model, "w"), Tensor::from<float>({1, 2, 3, 4}, {2, 2}));
}

TEST(ModelFormat, GivesTheSameBytesForTheSameModel) {
  EXPECT_EQ(small_model().bytes(), small_model().bytes());
  EXPECT_EQ(write_model(small_model().build()), small_model().bytes());
}

TEST(ModelFormat, ReadsEveryKindOfAttribute) {
  using Integers = std::vector<std::int64_t>;
  const OnnxModel model = ModelBuilder()
                              .input("x", {1})
                              .node("Any", {"x"}, {"y"},
                                    {{"int", std::int64_t{-7}},
                                     {"float", 1.5F},
                                     {"string", std::string("nearest")},
                                     {"ints", Integers{1, -2, 3}},
                                     {"floats", std::vector<float>{0.5F, -1}}})
                              .output("y")
                              .build();
  const OnnxNode& node = model.graph.nodes[0];
  const auto value = [&](const char* name) { return node.find_attribute(name)->value.value(); };
  EXPECT_EQ(node.integer("int", 0), -7);
  EXPECT_EQ(node.integer("float", 3), 3);  // of another type, so as if absent
  EXPECT_FLOAT_EQ(node.number("float", 0), 1.5F);
  EXPECT_EQ(value("string"), Attribute(std::string("nearest")));
  EXPECT_EQ(value("ints"), Attribute(Integers{1, -2, 3}));
  EXPECT_EQ(value("floats"), Attribute(std::vector<float>{0.5F, -1}));
  EXPECT_EQ(node.find_attribute("other"), nullptr);
}

TEST(ModelFormat, ReadsListsThatAreNotPacked) {
  std::string attribute;
  {
    Writer writer(attribute);
    writer.add_string(1, "axes");
    for (const std::int64_t axis : {2, -1}) writer.add_int64(8, axis);
    writer.add_enum(20, 7);
  }
  OnnxModel model = small_model().build();
  OnnxAttribute added;
  added.message = model.keep(attribute);
  model.graph.nodes[0].attributes.push_back(added);
  const OnnxModel again = read_bytes(write_model(model));
  EXPECT_EQ(again.graph.nodes[0].find_attribute("axes")->value, Attribute(std::vector<std::int64_t>{2, -1}));
}

std::string with_unknown_fields(std::string message) {
  Writer writer(message);
  writer.add_string(1'000, "kept as it is");
  writer.add_fixed32(1'001, 0xDEADBEEF);
  writer.add_uint64(1'002, 5);
  return message;
}

int unknown_fields(std::string_view message) {
  FieldReader fields(message);
  int found = 0;
  while (fields.next()) {
    if (fields.tag() == 1'000 && fields.text() == "kept as it is")
      ++found;
    else if (fields.tag() == 1'001 && fields.field().get_fixed32() == 0xDEADBEEF)
      ++found;
    else if (fields.tag() == 1'002 && fields.field().get_uint64() == 5)
      ++found;
    else if (fields.tag() < 1'000)
      fields.field().skip();
  }
  return found;
}

TEST(ModelFormat, KeepsFieldsItDoesNotKnow) {
  OnnxModel model = small_model().build();
  model.rest = model.keep(with_unknown_fields(std::string(model.rest)));
  model.graph.rest = model.keep(with_unknown_fields(std::string(model.graph.rest)));
  model.graph.nodes[0].rest = model.keep(with_unknown_fields({}));
  const OnnxModel again = read_bytes(write_model(read_bytes(write_model(model))));
  EXPECT_EQ(unknown_fields(again.rest), 3);
  EXPECT_EQ(unknown_fields(again.graph.rest), 3);
  EXPECT_EQ(unknown_fields(again.graph.nodes[0].rest), 3);
}

TEST(ModelFormat, TakesInputsWithADefaultForConstants) {
  const OnnxModel model = ModelBuilder()
                              .input("x", {2})
                              .input("w", {2})
                              .floats("w", {1, 2}, {2})
                              .node("Add", {"x", "w"}, {"y"})
                              .output("y")
                              .build();
  ASSERT_EQ(model.graph.inputs.size(), 1u);
  EXPECT_EQ(model.graph.inputs[0].name, "x");
}

TEST(ModelFormat, ReadsAFileWithVeryManyInputsAndConstants) {
  ModelBuilder builder;
  for (int i = 0; i < 60'000; ++i) {
    builder.input("input_with_a_long_name_" + std::to_string(i), {});
    builder.floats("constant_with_a_long_name_" + std::to_string(i), {1}, {});
  }
  EXPECT_EQ(builder.node("Relu", {"input_0"}, {"y"}).output("y").build().graph.inputs.size(), 60'000u);
}

TEST(ModelFormat, FindsWhatSubgraphsCapture) {
  const ModelBuilder inner = ModelBuilder()
                                 .floats("own", {1}, {})
                                 .node("Add", {"outer", "own"}, {"t"})
                                 .node("Mul", {"t", "far"}, {"u"})
                                 .output("u");
  const ModelBuilder outer = ModelBuilder()
                                 .node("If", {"condition"}, {"v"})
                                 .with_subgraph("then_branch", inner)
                                 .with_subgraph("else_branch", inner)
                                 .output("v");
  const OnnxModel model = ModelBuilder()
                              .input("c", {}, DType::boolean)
                              .input("outer", {})
                              .input("far", {})
                              .input("condition", {}, DType::boolean)
                              .node("If", {"c"}, {"y"})
                              .with_subgraph("then_branch", outer)
                              .with_subgraph("else_branch", ModelBuilder().output("far"))
                              .output("y")
                              .build();
  const OnnxNode& node = model.graph.nodes[0];
  EXPECT_TRUE(node.has_subgraph());
  EXPECT_THAT(captured_names(node), ElementsAre("condition", "far", "outer"));
}

ModelBuilder nested(int depth) {
  ModelBuilder body = ModelBuilder().node("Relu", {"x"}, {"y"}).output("y");
  for (int i = 0; i < depth; ++i)
    body = ModelBuilder().node("If", {"c"}, {"y"}).with_subgraph("then_branch", body).output("y");
  return body;
}

TEST(ModelFormat, RefusesNestingWithoutEnd) {
  EXPECT_EQ(nested(16).build().graph.nodes.size(), 1u);
  EXPECT_EQ(code_of_reading(nested(17).bytes()), ErrorCode::invalid_model);
  EXPECT_EQ(code_of_reading(nested(1'000).bytes()), ErrorCode::invalid_model);
}

TEST(ModelFormat, RefusesAFileCutAnywhereInItsGraph) {
  const std::string bytes = small_model().bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(code_of_reading(bytes.substr(0, length)), ErrorCode::invalid_model) << length;
  }
}

TEST(ModelFormat, RefusesOtherFormats) {
  for (const std::string text :
       {"", "PK\x03\x04", "not a model at all", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"}) {
    const Error error = error_of([&] { read_bytes(text); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_model);
    EXPECT_THAT(error.message(), HasSubstr("ONNX model"));
  }
}

TEST(ModelFormat, SurvivesEveryFlippedByte) {
  const std::string bytes = small_model().bytes();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int bits : {0x01, 0x07, 0x80, 0xFF}) {
      std::string broken = bytes;
      broken[at] = static_cast<char>(broken[at] ^ bits);
      try {
        const OnnxModel model = read_bytes(broken);
        write_model(model);
        for (const OnnxInitializer& constant : model.graph.initializers) read_tensor(constant.message, *in_memory());
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::invalid_model) << "byte " << at << ": " << error.what();
      }
    }
  }
}

TEST(ModelFormat, RefusesLengthsBeyondTheFile) {
  const std::string graph("\x3A", 1);  // field 7, of given length
  for (const std::string length : {"\x7F", "\xFF\xFF\xFF\xFF\x0F", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01",
                                   "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"}) {
    EXPECT_EQ(code_of_reading(graph + length + "ab"), ErrorCode::invalid_model);
  }
}

TEST(ModelFormat, RefusesFieldsOfTheWrongWireType) {
  std::string number_for_graph, text_for_version, number_for_name;
  Writer(number_for_graph).add_int64(7, 3);
  {
    Writer model(text_for_version);
    Writer opset(model, 8);
    opset.add_string(2, "13");
  }
  {
    Writer model(number_for_name);
    Writer graph(model, 7);
    Writer node(graph, 1);
    node.add_fixed64(4, 5);
  }
  EXPECT_EQ(code_of_reading(number_for_graph + small_model().bytes()), ErrorCode::invalid_model);
  EXPECT_EQ(code_of_reading(text_for_version + small_model().bytes()), ErrorCode::invalid_model);
  EXPECT_EQ(code_of_reading(number_for_name), ErrorCode::invalid_model);
}

/// A TensorProto by hand.
template <typename Fill>
std::string tensor_message(int type, const Shape& dims, Fill fill) {
  std::string bytes;
  Writer writer(bytes);
  for (const std::int64_t dim : dims) writer.add_int64(1, dim);
  writer.add_int32(2, type);
  writer.add_string(8, "constant");
  fill(writer);
  return bytes;
}

TEST(TensorMessage, ReadsTypedFieldsAsItReadsRawBytes) {
  const std::vector<float> floats{1, -2.5F, 3};
  const Tensor expected = Tensor::from<float>({1, -2.5F, 3}, {3});
  const std::string packed =
      tensor_message(1, {3}, [&](Writer& w) { w.add_packed_float(4, floats.begin(), floats.end()); });
  const std::string loose = tensor_message(1, {3}, [&](Writer& w) {
    for (const float value : floats) w.add_float(4, value);
  });
  EXPECT_EQ(read_tensor(packed, *in_memory()), expected);
  EXPECT_EQ(read_tensor(loose, *in_memory()), expected);
  const std::string raw = write_tensor("constant", expected);
  EXPECT_EQ(read_tensor(raw, *in_memory()), expected);
}

TEST(TensorMessage, ReadsIntegersOfEveryWidth) {
  const std::vector<std::int64_t> values{3, -4};
  const auto packed = [&](int type, int tag) {
    return tensor_message(type, {2}, [&](Writer& w) { w.add_packed_int64(tag, values.begin(), values.end()); });
  };
  const auto loose = [&](int type, int tag) {
    return tensor_message(type, {2}, [&](Writer& w) {
      for (const std::int64_t value : values) w.add_int64(tag, value);
    });
  };
  for (const auto& message : {packed(3, 5), loose(3, 5)}) {
    EXPECT_EQ(read_tensor(message, *in_memory()), Tensor::from<std::int8_t>({3, -4}, {2}));
  }
  EXPECT_EQ(read_tensor(packed(5, 5), *in_memory()), Tensor::from<std::int16_t>({3, -4}, {2}));
  EXPECT_EQ(read_tensor(packed(6, 5), *in_memory()), Tensor::from<std::int32_t>({3, -4}, {2}));
  EXPECT_EQ(read_tensor(packed(7, 7), *in_memory()), Tensor::from<std::int64_t>({3, -4}, {2}));
  EXPECT_EQ(read_tensor(loose(7, 7), *in_memory()), Tensor::from<std::int64_t>({3, -4}, {2}));
  const std::vector<std::uint64_t> large{1, std::uint64_t{1} << 63};
  const std::string unsigned_field =
      tensor_message(13, {2}, [&](Writer& w) { w.add_packed_uint64(11, large.begin(), large.end()); });
  EXPECT_EQ(read_tensor(unsigned_field, *in_memory()), Tensor::from<std::uint64_t>(large, {2}));
}

TEST(TensorMessage, ReadsDoublesPackedAndLoose) {
  const std::vector<double> values{0.5, -1e300};
  const std::string packed =
      tensor_message(11, {2}, [&](Writer& w) { w.add_packed_double(10, values.begin(), values.end()); });
  const std::string loose = tensor_message(11, {2}, [&](Writer& w) {
    for (const double value : values) w.add_double(10, value);
  });
  EXPECT_EQ(read_tensor(packed, *in_memory()), Tensor::from<double>({0.5, -1e300}, {2}));
  EXPECT_EQ(read_tensor(loose, *in_memory()), Tensor::from<double>({0.5, -1e300}, {2}));
}

TEST(TensorMessage, ReadsStringsAndWritesThemBack) {
  const std::string message = tensor_message(8, {2}, [](Writer& w) {
    w.add_string(6, "one");
    w.add_string(6, "");
  });
  const Tensor value = read_tensor(message, *in_memory());
  EXPECT_THAT(value.values<std::string>(), ElementsAre("one", ""));
  const std::string written = write_tensor("constant", value);
  EXPECT_THAT(read_tensor(written, *in_memory()).values<std::string>(), ElementsAre("one", ""));
}

TEST(TensorMessage, ReadsRawBytesAtAnyAlignment) {
  const Tensor expected = Tensor::from<float>({1, 2, 3}, {3});
  for (std::size_t shift = 0; shift < 4; ++shift) {
    const std::string padded = std::string(shift, ' ') + write_tensor("w", expected);
    EXPECT_EQ(read_tensor(std::string_view(padded).substr(shift), *in_memory()), expected);
  }
}

TEST(TensorMessage, RefusesShapesThatDoNotFit) {
  const std::vector<std::pair<Shape, std::string>> cases{
      {{2}, std::string(4, 'x')},     // too few bytes
      {{1}, std::string(8, 'x')},     // too many
      {{-1}, std::string(4, 'x')},    // negative
      {{std::int64_t{1} << 59}, {}},  // 2^64 bits
      {{std::int64_t{1} << 62}, {}},  // 2^64 bytes
      {{std::int64_t{1} << 32, std::int64_t{1} << 32}, {}},
  };
  for (const auto& [shape, raw] : cases) {
    const std::string message = tensor_message(1, shape, [&](Writer& w) { w.add_bytes(9, raw); });
    const Error error = error_of([&] { read_tensor(message, *in_memory()); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_model) << to_string(shape);
    EXPECT_THAT(error.message(), HasSubstr("'constant'"));
    const std::string typed = tensor_message(1, shape, [&](Writer& w) {
      w.add_float(4, 1);
      w.add_float(4, 1);
      w.add_float(4, 1);
    });
    EXPECT_EQ(error_of([&] { read_tensor(typed, *in_memory()); }).code(), ErrorCode::invalid_model) << to_string(shape);
  }
  const std::string strings = tensor_message(8, {3}, [](Writer& w) { w.add_string(6, "one"); });
  EXPECT_EQ(error_of([&] { read_tensor(strings, *in_memory()); }).code(), ErrorCode::invalid_model);
}

TEST(TensorMessage, RefusesUnknownElementTypes) {
  const std::string message = tensor_message(14, {1}, [](Writer& w) { w.add_bytes(9, std::string(8, 'x')); });
  EXPECT_EQ(error_of([&] { read_tensor(message, *in_memory()); }).code(), ErrorCode::invalid_model);
}

TEST(TensorMessage, SaysWhatToDoAboutExternalData) {
  const std::string message = tensor_message(1, {1}, [](Writer& w) { w.add_enum(14, 1); });
  const Error error = error_of([&] { read_tensor(message, *in_memory()); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_THAT(error.hint(), HasSubstr("inside"));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing
