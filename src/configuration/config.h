#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "halftone/capability.h"
#include "halftone/evaluation.h"
#include "halftone/plan.h"
#include "halftone/quantization.h"
#include "halftone/tensor.h"

namespace halftone {

/// A model input given by the user, to pin unknown extents: "NAME=1x3x224x224[:dtype]".
struct InputOverride {
  std::string name;
  Shape shape;
  std::optional<DType> dtype;
};

/// All that a user can say, resolved: defaults, then the file, then the command line (DESIGN section 7).
struct Config {
  struct ModelSection {
    std::filesystem::path path;
    std::string backend;  ///< empty: chosen from the file
    std::string library;  ///< explicit path of the framework's library
    std::string signature;
    std::vector<InputOverride> inputs;
  } model;

  std::string target_isa = "vnni";

  struct Quantization {
    std::string approach = "auto";
    std::string format;
    std::string calibration_data;
    std::uint64_t calibration_samples = 100;
    std::string calibration_table;
    std::optional<RangeMethod> range_method;
    std::string first_conv_or_matmul = "int8";
    std::string last_conv_or_matmul = "int8";
    std::string pre_post_process = "int8";
    ConversionLayout layout;
    UserConstraints constraints;
    std::vector<TensorRule> tensors;
  } quantization;

  struct Evaluation {
    std::string data;
    std::optional<std::uint64_t> samples;
    std::vector<std::string> metrics;  ///< empty: top1 with labels, agreement and sqnr without
    std::string labels = "given";      ///< given | float
    std::string command;               ///< a program that judges models instead of data and metrics; empty: none
    std::string expect;                ///< "top1=0.76±0.01": what the float model must reach
  } evaluation;

  struct Accuracy {
    std::string max_drop;             ///< empty: no gate
    std::string decide = "estimate";  ///< estimate | confident
    double confidence = 0.95;
  } accuracy;
  std::optional<double> min_speedup;

  /// How a search goes, and when it ends.
  struct Tuning {
    std::string strategy = "auto";
    std::string objective = "latency";  ///< as parse_objective() reads it
    std::string weights;                ///< "top1=0.7,top5=0.3": criteria are added up; empty: each is judged alone
    std::optional<std::uint64_t> fresh_samples;  ///< held back from the search, to judge the chosen model again
    std::string effort = "normal";               ///< first | normal | thorough
    std::uint64_t max_trials = 50;               ///< beside float
    std::optional<double> timeout_seconds;
  } tuning;

  int threads = 0;  ///< 0: all this process may use
  std::uint64_t seed = 0;
};

}  // namespace halftone
