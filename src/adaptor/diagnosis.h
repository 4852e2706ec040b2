#pragma once

#include "adaptor/tensor_errors.h"
#include "halftone/diagnosis.h"

namespace halftone {

/// Runs both models over the data and ranks the ops of the first, a prepared float model, by the error that they add in
/// the second, which was made from it. Throws invalid_model where no tensor of one is in the other.
Diagnosis diagnose(const ObservedModel& in_float, const ObservedModel& quantized, const DataLoader& data,
                   const DiagnosisOptions& options, Progress& progress);

/// Writes the records of the ops: comma-separated values to a file that ends in .csv, else JSON. Infinite decibels (no
/// noise) and figures of nothing are empty, null in JSON.
void save_diagnosis(const Diagnosis& diagnosis, const std::filesystem::path& path);

}  // namespace halftone
