#include "verbs/tune/model_sensitivity.h"

#include <algorithm>
#include <utility>

#include "halftone/error.h"
#include "report/trial_record.h"

namespace halftone {
namespace {

constexpr std::size_t kSamples = 16;  ///< enough to rank units by errors that differ by factors

}  // namespace

ModelSensitivity::ModelSensitivity(const QuantizationSetup& setup, const TuningSpace& space,
                                   const CalibrationTable& table, PlanningCache& cache, std::optional<DataLoader> data,
                                   int threads, const HistoryRecord& record)
    : setup_(setup),
      space_(space),
      table_(table),
      cache_(cache),
      data_(std::move(data)),
      threads_(threads),
      record_(record) {}

bool ModelSensitivity::has(Sensitivity measure) const {
  return data_.has_value() && measure != Sensitivity::hessian_trace;
}

std::map<std::string, double> ModelSensitivity::measure(Sensitivity measure, const TuneConfig& config) {
  const auto known = record_.sensitivities.find(sensitivity_key(measure, config));
  last_measure_ = measure;
  if (known != record_.sensitivities.end()) return last_ = known->second;
  if (!has(measure)) {
    throw Error(ErrorCode::unsupported, "the backend cannot measure '" + std::string(to_string(measure)) + "'");
  }
  last_ = diagnose(measure, config);
  if (file_ != nullptr) file_->write(sensitivity_line(measure, config, last_, space_));
  return last_;
}

std::map<std::string, double> ModelSensitivity::diagnose(Sensitivity measure, const TuneConfig& config) const {
  const Adaptor& adaptor = *setup_.opened.adaptor;
  const QuantizeResult quantized = adaptor.quantize(config, *setup_.prepared, setup_.capability, table_, true, &cache_);
  DiagnosisOptions options;
  options.threads = threads_;
  options.tune_cfg = &config;
  const Diagnosis diagnosis =
      adaptor.diagnosis_helper(*setup_.opened.model, *quantized.model, data_->prefix(kSamples), options);
  std::map<std::string, std::string> unit_of;
  for (const SpaceUnit& unit : space_.units()) {
    for (const std::string& op : unit.ops) unit_of[op] = unit.name;
  }
  std::map<std::string, double> numbers;
  for (const OpDiagnosis& op : diagnosis.ops) {
    const auto unit = unit_of.find(op.name);
    if (unit == unit_of.end()) continue;
    const double value = measure == Sensitivity::added_noise ? op.added_noise : op.error.noise_to_signal();
    double& kept = numbers[unit->second];
    kept = std::max(kept, value);
  }
  return numbers;
}

}  // namespace halftone
