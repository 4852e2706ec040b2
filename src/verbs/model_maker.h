#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "halftone/adaptor.h"
#include "verbs/quantization_setup.h"

namespace halftone {

/// How models are made of the configurations of one setup: from statistics that were gathered once, or, by backends
/// that have quantize() alone, with a pass over the data each time; trained where a function trains.
class ModelMaker {
 public:
  /// The setup must outlive it. `q_func` may be empty.
  ModelMaker(const QuantizationSetup& setup, TrainingFunction q_func, int threads);

  /// Gathers statistics, unless each model takes a pass of its own.
  void use_data(const DataLoader& data, const std::function<GatheredStatistics()>& gather);
  /// Trained models are other ones each time, unless the function trains alike. `cache` may be null.
  QuantizeResult make(const TuneConfig& config, PlanningCache* cache = nullptr) const;

  bool passes_each_time() const;
  bool trains() const { return static_cast<bool>(q_func_); }
  /// Empty where each model takes a pass of its own.
  const GatheredStatistics& statistics() const { return statistics_; }
  /// Items that a model's ranges come from, as far as that is known.
  std::uint64_t samples() const;

 private:
  const QuantizationSetup& setup_;
  TrainingFunction q_func_;
  int threads_;
  std::optional<DataLoader> data_;
  GatheredStatistics statistics_;
};

}  // namespace halftone
