#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/runtime.h"
#include "halftone/error.h"
#include "halftone/tensor.h"

namespace halftone::onnxruntime::testing {

/// Tests that need the real runtime; skipped where there is none.
class RuntimeTest : public ::testing::Test {
 protected:
  void SetUp() override;
  const Runtime& runtime() const { return *runtime_; }
  /// Outputs of a model run once by the runtime.
  NamedTensors run(const OnnxModel& model, const NamedTensors& inputs = {}) const;
  /// That a quantized model's outputs have the names of the float model's, and no less than so many dB to them.
  void expect_close_to_float(const OnnxModel& in_float, const OnnxModel& quantized, const NamedTensors& inputs,
                             double least_decibels) const;
  /// run() for a file's bytes as they are, with nothing of ours read or written.
  NamedTensors run_bytes(const std::string& bytes, const NamedTensors& inputs) const;

 private:
  const Runtime* runtime_ = nullptr;
};

/// Evenly spread values between `low` and `high`, the same for every run of the test.
Tensor random_tensor(std::uint64_t seed, const Shape& shape, float low = -1, float high = 1);
std::vector<float> random_floats(std::uint64_t seed, std::size_t count, float low = -1, float high = 1);

/// Largest distance between two tensors of one shape; infinite where the shapes differ.
double largest_difference(const Tensor& a, const Tensor& b);
/// Signal to quantization noise in dB: 10 log10(sum(reference^2) / sum((reference - value)^2)).
double sqnr_db(const Tensor& reference, const Tensor& value);
/// As the test's expectation that all outputs have the same names and are within `tolerance` of each other.
void expect_close(const NamedTensors& expected, const NamedTensors& actual, double tolerance);

/// Path of a real model; empty where the assets are not there.
std::filesystem::path asset(const std::string& path);

/// The Error that a call throws; a failure of the test when it throws none.
template <typename Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorCode::internal, "nothing was thrown");
}

}  // namespace halftone::onnxruntime::testing
