#pragma once

#include <map>
#include <string>

#include "halftone/adaptor.h"
#include "report/history_file.h"
#include "verbs/quantization_setup.h"

namespace halftone {

/// Sensitivities by running the float and the quantized model on a few calibration samples and holding every tensor
/// they share against the other's. Answers that a history holds are taken from there.
class ModelSensitivity final : public SensitivitySource {
 public:
  /// All arguments must outlive the source.
  ModelSensitivity(const QuantizationSetup& setup, const TuningSpace& space, const CalibrationTable& table,
                   PlanningCache& cache, std::optional<DataLoader> data, int threads, const HistoryRecord& record);
  /// New answers go there from now on; null: nowhere.
  void write_to(HistoryFile* file) { file_ = file; }

  bool has(Sensitivity measure) const override;
  std::map<std::string, double> measure(Sensitivity measure, const TuneConfig& config) override;
  /// The answer given last, for the report; empty before the first.
  const std::map<std::string, double>& last() const { return last_; }
  Sensitivity last_measure() const { return last_measure_; }

 private:
  std::map<std::string, double> diagnose(Sensitivity measure, const TuneConfig& config) const;

  const QuantizationSetup& setup_;
  const TuningSpace& space_;
  const CalibrationTable& table_;
  PlanningCache& cache_;
  std::optional<DataLoader> data_;
  int threads_;
  const HistoryRecord& record_;
  HistoryFile* file_ = nullptr;
  std::map<std::string, double> last_;
  Sensitivity last_measure_ = Sensitivity::added_noise;
};

}  // namespace halftone
