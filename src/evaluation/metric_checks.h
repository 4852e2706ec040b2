#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "halftone/evaluation.h"

namespace halftone {

// What metrics ask of outputs and truth. All throw invalid_data naming the metric.

[[noreturn]] void fail_metric(const std::string& metric, const std::string& problem, const std::string& hint = {});

/// `whose` is "output" or "reference". A row that can be ranked has values and no NaN.
void require_ranked(const std::string& metric, const char* whose, std::span<const float> row);
void require_finite(const std::string& metric, const char* whose, std::span<const float> row);
void require_label(const std::string& metric, std::int64_t label, std::size_t classes);

/// The first of the largest values; of a single value, the class that a probability of more than a half stands for.
std::int64_t predicted_class(std::span<const float> row);

/// The sample's outputs and target, which are there.
const NamedTensors& require_outputs(const std::string& metric, const MetricSample& sample);
const Tensor& require_target(const std::string& metric, const MetricSample& sample);
/// The target's values; those of a target for numbers are finite. Integers must be stored as such, or be whole.
std::vector<double> target_numbers(const std::string& metric, const MetricSample& sample);
std::vector<std::int64_t> target_integers(const std::string& metric, const MetricSample& sample);

/// The shape without its extents of 1.
Shape without_ones(const Shape& shape);

}  // namespace halftone
