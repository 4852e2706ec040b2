#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "halftone/data.h"

namespace halftone::onnxruntime::testing {

/// Samples that are there already.
class ReadySamples : public DataSource {
 public:
  explicit ReadySamples(std::vector<NamedTensors> samples) : samples_(std::move(samples)) {}
  std::string spec() const override { return "ready"; }
  std::optional<std::size_t> size() const override { return samples_.size(); }
  DataItem item(std::size_t index) const override { return {id(index), samples_.at(index), {}}; }
  std::string id(std::size_t index) const override { return std::to_string(index); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }
  std::string fingerprint() const override { return "ready"; }

 private:
  std::vector<NamedTensors> samples_;
};

/// All of the samples, in their order.
inline DataLoader ready_data(std::vector<NamedTensors> samples, const std::vector<TensorSignature>& inputs) {
  return {std::make_shared<ReadySamples>(std::move(samples)), inputs, std::nullopt, 0};
}

}  // namespace halftone::onnxruntime::testing
