#pragma once

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "halftone/adaptor.h"

namespace halftone::testing {

/// A network of the tests: y = fc2(relu(fc1(x))) with four inputs, four hidden values and three classes. Its file is
/// JSON: {"fc1": 16 numbers, "fc2": 12 numbers, "fault": word, "quantized": {tensor: {"scale", "zero_point"}}}, and
/// "input", "output", "batch" where they are not x, y and any number, "undeclared" where the model tells neither.
/// Faults show what verbs do with a backend that misbehaves: "convert" throws, "nan" gives NaN once quantized,
/// "float_kernels" runs quantized ops in float.
class DenseNetwork final : public Model {
 public:
  explicit DenseNetwork(nlohmann::json file);
  std::vector<TensorSignature> inputs() const override;
  std::vector<TensorSignature> outputs() const override;
  std::string sha256() const override;
  std::uint64_t size_bytes() const override;

  const nlohmann::json& file() const { return file_; }
  std::string text() const { return file_.dump() + "\n"; }
  std::string fault() const { return file_.value("fault", ""); }
  bool quantized() const { return file_.contains("quantized"); }
  GraphView graph() const;
  DenseNetwork with(const QuantizationPlan& plan) const;

 private:
  TensorSignature input() const;

  nlohmann::json file_;
};

/// Runs a network; quantized tensors are rounded to their 256 levels.
class DenseSession final : public Session {
 public:
  DenseSession(const DenseNetwork& network, std::vector<std::string> observed);
  bool concurrent() const override { return true; }

 private:
  NamedTensors do_run(const NamedTensors& inputs, const TensorObserver& observe) const override;
  std::vector<float> rounded(const std::string& tensor, std::vector<float> values) const;

  nlohmann::json file_;
  std::vector<std::string> observed_;
};

}  // namespace halftone::testing
