#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "halftone/adaptor.h"
#include "halftone/plan.h"
#include "halftone/progress.h"
#include "verbs/data_split.h"
#include "verbs/metric_choice.h"
#include "verbs/model_comparison.h"

namespace halftone {

// What a user has to know about a quantization although it went through: each is told to `progress` as a warning.

/// Calibration data that look wrong (unnormalised, constant), by a look at some of them.
void warn_of_suspicious_data(const SampleSet& calibration, const std::vector<TensorSignature>& inputs,
                             Progress& progress);

/// A float model whose top1 is at most one and a half times that of a guess, on 50 samples or more.
void warn_of_chance_level(const Measurement& baseline, const std::vector<MetricEstimate>& estimates,
                          Progress& progress);

/// Ops that were to be quantized and are not in the plan made after calibration.
void warn_of_lost_ops(const QuantizationPlan& outline, const QuantizationPlan& plan, Progress& progress);

/// Integers as 0 and 1, which are indices into any table: what a sample of random values needs to be run.
NamedTensors with_small_indices(NamedTensors inputs);

/// Compares what was planned with what the framework says it runs, as far as it tells and names agree.
/// {"planned", "low_precision", "not_low_precision": [name…], "executed"}, or null when it does not tell: low-precision
/// kernels planned, those of them seen and seen in float, and all low-precision ops it runs. Warns of those in float.
Json check_executed_ops(const QuantizationPlan& plan, const std::optional<std::vector<ExecutedOp>>& executed,
                        Progress& progress);

/// Holds what a model just read back gives for one sample against the float model's outputs. Throws internal when they
/// are others by name or number, or have NaN or infinities where the float model gives none; it is run only to know
/// that.
void check_saved_model(const std::vector<TensorSignature>& outputs, const NamedTensors& got,
                       const std::function<NamedTensors()>& run_float);

}  // namespace halftone
