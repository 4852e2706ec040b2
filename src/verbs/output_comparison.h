#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "verbs/metric_choice.h"

namespace halftone {

/// One of the models that run on the same samples, opened, with how it answers to the first of them.
struct Contender {
  std::string name;  ///< its path, for messages
  std::unique_ptr<Session> session;
  std::vector<std::string> inputs;                  ///< its names of the first's inputs
  std::vector<std::optional<std::size_t>> outputs;  ///< its outputs that answer to the first's; the first one has one

  /// Runs on what the first model is fed.
  NamedTensors run(const NamedTensors& inputs_of_first) const;
};

/// One output beside that of the first model, sample by sample.
struct OutputScores {
  std::vector<double> cosine;
  std::vector<double> sqnr;    ///< in dB
  std::uint64_t left_out = 0;  ///< samples where either holds NaN or infinities, or they have other numbers of values
};

/// What was found of one model.
struct ContenderScores {
  Measurement measured;               ///< scores of each metric; of the first model, only where no reference is needed
  std::vector<OutputScores> outputs;  ///< for each output of the first model; empty for the first itself
};

/// Runs all models on every sample, in one pass over the data, and scores their outputs; the first is the reference.
/// Strings are not compared. Throws invalid_data for outputs that a metric cannot judge, naming model and sample.
std::vector<ContenderScores> compare_outputs(const std::vector<Contender>& contenders, const DataLoader& data,
                                             const MetricChoice& metrics, int threads, Progress& progress);

/// Whether a sample's values in an output are one row, in which the highest stands for the class: not more than one
/// axis is longer than 1 beside the one that counts samples.
bool is_row_of_classes(const Tensor& output, std::size_t samples);

}  // namespace halftone
