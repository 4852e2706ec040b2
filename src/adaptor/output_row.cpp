#include "adaptor/output_row.h"

#include <string>

#include "halftone/error.h"

namespace halftone {

std::optional<std::vector<float>> output_row(const Tensor& output, std::size_t sample, std::size_t samples) {
  const bool per_sample = !output.shape().empty() && output.shape()[0] == static_cast<std::int64_t>(samples);
  if (per_sample) return output.rows(sample, 1).to_floats();
  if (samples == 1) return output.to_floats();
  return std::nullopt;
}

std::vector<float> require_output_row(const Tensor& output, std::size_t sample, std::size_t samples) {
  if (auto row = output_row(output, sample, samples)) return *std::move(row);
  throw Error(ErrorCode::invalid_data,
              "the model's first output has shape " + to_string(output.shape()) + " for " + std::to_string(samples) +
                  " samples, so scores cannot be told apart by sample",
              "evaluate with one sample at a time");
}

}  // namespace halftone
