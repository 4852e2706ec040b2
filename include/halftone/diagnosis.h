#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "halftone/plan.h"
#include "halftone/quantization.h"

namespace halftone {

/// How far a tensor of one model is from the same tensor of another, over all samples.
struct TensorError {
  std::string tensor;
  std::uint64_t values = 0;    ///< compared
  std::uint64_t left_out = 0;  ///< of samples where either holds NaN or infinities, or both have other shapes
  double signal = 0;           ///< sum of the squares of the reference
  double noise = 0;            ///< sum of the squares of the differences
  Range reference_range, range;

  /// Noise over signal; 0 where nothing was compared, infinite for noise where there is no signal.
  double noise_to_signal() const;
  double sqnr_db() const;  ///< infinite where there is no noise
  double mse() const;
};

/// The error of what one op gives.
struct OpDiagnosis {
  std::string name;
  std::string type;
  TensorError error;  ///< of its worst output
  /// Noise over signal that arose in this op: what its output has more than the worst of its inputs. What it only
  /// passes on is not its own.
  double added_noise = 0;
  bool quantized = false;  ///< tune_cfg, where one was given, quantizes it
};

/// What diagnosis_helper() found: every op of the prepared float model of which an output was compared, those that add
/// the most noise first, equal ones in the model's order.
struct Diagnosis {
  std::vector<OpDiagnosis> ops;
  std::vector<TensorError> outputs;  ///< of the model
};

struct DiagnosisOptions {
  int threads = 1;
  const TuneConfig* tune_cfg = nullptr;  ///< what the quantized model was made by
  /// A file for the records of the ops: .csv, else JSON; empty for none.
  std::filesystem::path save_path;
};

}  // namespace halftone
