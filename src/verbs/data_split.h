#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "configuration/config.h"
#include "halftone/data.h"
#include "halftone/progress.h"
#include "report/result_envelope.h"

namespace halftone {

/// Samples of one purpose, before they are bound to a model.
struct SampleSet {
  std::shared_ptr<const DataSource> source;
  std::optional<std::size_t> limit;  ///< items to take; absent: all, in order
  std::uint64_t seed = 0;

  /// The samples as a model with those inputs takes them.
  DataLoader loader(const std::vector<TensorSignature>& inputs) const { return {source, inputs, limit, seed}; }
};

/// What calibration and evaluation work on; absent where the configuration names no data.
struct DataSplit {
  std::optional<SampleSet> calibration;
  std::optional<SampleSet> evaluation;
};

/// Opens the configuration's data. Calibration is the first N of the seeded permutation of its source. Evaluation from
/// the same source takes samples that calibration does not, when enough are left: as many as were asked for, or, where
/// no number was given, at least half of the source. What a user should know is told to `progress` as warnings: too
/// few samples, samples that both share, random data.
DataSplit split_data(const Config& config, const std::vector<TensorSignature>& inputs, Progress& progress);

/// Opens the evaluation data alone.
SampleSet evaluation_samples(const Config& config, const std::vector<TensorSignature>& inputs);

/// Warns when a stream ended before it gave as many samples as asked for.
void warn_of_short_stream(const DataLoader& loader, std::uint64_t asked, std::uint64_t got, Progress& progress);

DataFacts facts_of(const DataLoader& loader, std::uint64_t samples);

}  // namespace halftone
