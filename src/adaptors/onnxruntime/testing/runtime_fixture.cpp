#include "adaptors/onnxruntime/testing/runtime_fixture.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

#include "adaptors/onnxruntime/session.h"
#include "adaptors/onnxruntime/tensor_value.h"

namespace halftone::onnxruntime::testing {

void RuntimeTest::SetUp() {
  try {
    runtime_ = &Runtime::open(find_runtime(""));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::framework_missing) throw;
    GTEST_SKIP() << "SKIPPED: ONNX Runtime not found";
  }
}

NamedTensors RuntimeTest::run(const OnnxModel& model, const NamedTensors& inputs) const {
  return OnnxSession(runtime(), model, {.threads = 1}).run(inputs);
}

void RuntimeTest::expect_close_to_float(const OnnxModel& in_float, const OnnxModel& quantized,
                                        const NamedTensors& inputs, double least_decibels) const {
  const NamedTensors expected = run(in_float, inputs), actual = run(quantized, inputs);
  ASSERT_EQ(expected.size(), actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(expected[i].name, actual[i].name);
    EXPECT_GE(sqnr_db(expected[i].value, actual[i].value), least_decibels) << expected[i].name;
  }
}

NamedTensors RuntimeTest::run_bytes(const std::string& bytes, const NamedTensors& inputs) const {
  const OrtApi& api = runtime().api();
  const auto session = open_session(runtime(), bytes);
  OrtAllocator* allocator = nullptr;
  runtime().check(api.GetAllocatorWithDefaultOptions(&allocator));
  std::size_t count = 0;
  runtime().check(api.SessionGetOutputCount(session.get(), &count));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    char* name = nullptr;
    runtime().check(api.SessionGetOutputName(session.get(), i, allocator, &name));
    names.emplace_back(name);
    runtime().check(api.AllocatorFree(allocator, name));
  }
  std::vector<Handle<OrtValue>> values;
  std::vector<const OrtValue*> arguments;
  std::vector<const char*> input_names, output_names;
  for (const NamedTensor& input : inputs) {
    values.push_back(make_value(runtime(), input.value));
    arguments.push_back(values.back().get());
    input_names.push_back(input.name.c_str());
  }
  for (const std::string& name : names) output_names.push_back(name.c_str());
  std::vector<OrtValue*> results(count, nullptr);
  runtime().check(api.Run(session.get(), nullptr, input_names.data(), arguments.data(), arguments.size(),
                          output_names.data(), count, results.data()));
  NamedTensors outputs;
  for (std::size_t i = 0; i < count; ++i) outputs.push_back({names[i], take_value(runtime(), results[i])});
  return outputs;
}

std::vector<float> random_floats(std::uint64_t seed, std::size_t count, float low, float high) {
  std::mt19937_64 generator(seed);
  std::vector<float> values(count);
  // By hand: the distributions of the standard library differ from one to another.
  for (float& value : values) {
    const auto unit = static_cast<float>(static_cast<double>(generator() >> 11) * 0x1p-53);
    value = low + (high - low) * unit;
  }
  return values;
}

Tensor random_tensor(std::uint64_t seed, const Shape& shape, float low, float high) {
  return Tensor::from<float>(random_floats(seed, element_count(shape), low, high), shape);
}

double largest_difference(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return std::numeric_limits<double>::infinity();
  const std::vector<float> x = a.to_floats(), y = b.to_floats();
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double difference = std::abs(static_cast<double>(x[i]) - y[i]);
    if (std::isnan(difference)) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, difference);
  }
  return largest;
}

double sqnr_db(const Tensor& reference, const Tensor& value) {
  const std::vector<float> x = reference.to_floats(), y = value.to_floats();
  if (x.size() != y.size()) return -std::numeric_limits<double>::infinity();
  double signal = 0, noise = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    signal += static_cast<double>(x[i]) * x[i];
    noise += (static_cast<double>(x[i]) - y[i]) * (static_cast<double>(x[i]) - y[i]);
  }
  return noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(signal / noise);
}

void expect_close(const NamedTensors& expected, const NamedTensors& actual, double tolerance) {
  ASSERT_EQ(expected.size(), actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(expected[i].name, actual[i].name);
    EXPECT_EQ(expected[i].value.shape(), actual[i].value.shape()) << expected[i].name;
    EXPECT_LE(largest_difference(expected[i].value, actual[i].value), tolerance) << expected[i].name;
  }
}

std::filesystem::path asset(const std::string& path) {
  const char* root = std::getenv("HALFTONE_ASSETS");
  if (root == nullptr) return {};
  std::filesystem::path file = std::filesystem::path(root) / path;
  return std::filesystem::exists(file) ? file : std::filesystem::path();
}

}  // namespace halftone::onnxruntime::testing
