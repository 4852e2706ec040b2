#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "halftone/quantization.h"

namespace halftone {

/// Counts of values in at most 8,192 bins whose width is a power of two and whose edges are its multiples.
/// Bin i holds values in [(first + i) * 2^exponent, (first + i + 1) * 2^exponent). The width is the smallest that
/// fits the extremes, so it depends on them alone: any order or partition of the data gives the same histogram.
struct Histogram {
  static constexpr std::int64_t kMaxBins = 8'192;
  int exponent = 0;
  std::int64_t first = 0;
  std::vector<std::uint64_t> counts;
  friend bool operator==(const Histogram&, const Histogram&) = default;
};

/// What calibration keeps of one tensor, whatever the number of samples.
struct TensorStatistics {
  std::uint64_t count = 0;  ///< finite values
  std::uint64_t nan = 0;
  std::uint64_t inf = 0;
  float min = 0;
  float max = 0;
  Histogram histogram;  ///< of the finite values; empty where only the range method minmax was asked for
  friend bool operator==(const TensorStatistics&, const TensorStatistics&) = default;
};

/// Sums of a tensor's channels over all samples, in units of 2^-24, rounded once a sample: so the order of samples
/// changes no bit.
struct ChannelSums {
  static constexpr double kUnitsPerOne = 1 << 24;
  std::vector<std::int64_t> units;
  std::uint64_t count = 0;    ///< values a channel
  bool beyond_range = false;  ///< a sum did not fit; the others mean nothing then
  friend bool operator==(const ChannelSums&, const ChannelSums&) = default;
};

/// Gathers the statistics of one tensor. Not thread safe: give each thread one of its own and merge.
class StatisticsObserver {
 public:
  /// Without a histogram only the extremes and counts are kept.
  explicit StatisticsObserver(bool with_histogram = true);
  void observe(std::span<const float> values);
  const TensorStatistics& statistics() const { return statistics_; }

 private:
  void count_into_histogram(std::span<const float> values);
  TensorStatistics statistics_;
  bool with_histogram_;
};

/// Exact union of two statistics; commutative and associative. Throws invalid_argument when only one has a histogram.
TensorStatistics merge(const TensorStatistics& a, const TensorStatistics& b);

/// The range a method chooses, for 2^bits levels as `spec` says.
/// minmax: the extremes. percentile: the central 99.999 % by rank. kl: the clipping that loses least information, over
/// 2,048 bins (S. Migacz, "8-bit Inference with TensorRT", GTC 2017). mse: the clipping of least expected squared
/// rounding and clipping error over the histogram. Throws invalid_data when there are no finite values, and
/// invalid_argument when a method other than minmax meets statistics without a histogram.
Range choose_range(const TensorStatistics& statistics, const QuantSpec& spec);

/// Statistics of the observed tensors of one prepared model over one set of samples.
class CalibrationTable {
 public:
  std::map<std::string, TensorStatistics> tensors;
  std::map<std::string, ChannelSums> channels;  ///< of the tensors that products with a bias read
  std::uint64_t samples = 0;
  std::string model_sha256;  ///< of the prepared model the statistics belong to
  std::string data_sha256;   ///< of the samples, as far as the source can tell

  /// Adds another part of the same calibration; throws invalid_argument when models or data differ.
  void merge_with(const CalibrationTable& other);
  /// A versioned, self-checking file; the same table gives the same bytes.
  void save(const std::filesystem::path& path) const;
  /// Throws invalid_data for anything that is not a whole table of this version.
  static CalibrationTable load(const std::filesystem::path& path);
  friend bool operator==(const CalibrationTable&, const CalibrationTable&) = default;
};

}  // namespace halftone
