#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace halftone {

/// Counts of values between neighbouring limits, as TensorBoard shows them.
struct EventHistogram {
  double min = 0;
  double max = 0;
  double count = 0;
  double sum = 0;
  double sum_squares = 0;
  std::vector<double> limits;  ///< upper ends of the buckets, rising
  std::vector<double> counts;  ///< as many
};

/// The histogram of some values in `buckets` equal buckets; those that are not finite are left out.
EventHistogram histogram_of(std::span<const float> values, std::size_t buckets);

/// Writes a file of events that TensorBoard opens: a record for each scalar and histogram.
/// Formats: tensorboard/summary/writer/record_writer.py (length and data, each with a masked CRC-32C),
/// tensorboard/compat/proto/event.proto and summary.proto.
class EventFile {
 public:
  /// Seconds since 1970, by which TensorBoard orders runs.
  using Clock = std::function<double()>;

  /// `events.out.tfevents.SECONDS.halftone` in a folder that is made where it is missing, or with a number where that
  /// is there. Throws io.
  EventFile(const std::filesystem::path& folder, Clock clock);
  void add_scalar(std::string_view tag, std::int64_t step, double value);
  void add_histogram(std::string_view tag, std::int64_t step, const EventHistogram& histogram);
  /// The file is there from now on.
  void commit() { file_.commit(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  void write_summary(std::int64_t step, const std::string& value);
  void write_record(const std::string& event);

  Clock clock_;
  std::filesystem::path path_;
  OutputFile file_;
};

}  // namespace halftone
