#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/tuning.h"
#include "report/json_values.h"

namespace halftone {

/// What a history begins with: of which search it is.
struct HistoryHeader {
  std::string prepared_sha256;     ///< the model, as it is quantized
  std::string space_sha256;        ///< what may be chosen
  std::string calibration_sha256;  ///< the samples, and how many; empty where nothing is calibrated
  std::string evaluation_sha256;
  std::string judgement;  ///< what was measured, and by which rules a trial may have ended early
  friend bool operator==(const HistoryHeader&, const HistoryHeader&) = default;
};

/// What a history holds.
struct HistoryRecord {
  HistoryHeader header;
  TrialHistory trials;
  std::map<std::string, std::map<std::string, double>> sensitivities;  ///< by sensitivity_key()
  std::uint64_t whole_bytes = 0;                                       ///< up to the last whole line
};
std::string sensitivity_key(Sensitivity measure, const TuneConfig& config);

/// Reads a history. A last line that was cut off in writing is left out. Throws io, and invalid_data naming the line
/// for everything else that is no history of this version and space.
HistoryRecord read_history(const std::filesystem::path& path, const TuningSpace& space);
/// Throws configuration, saying what is different, unless the history is of that search.
void require_same_search(const HistoryHeader& found, const HistoryHeader& wanted, const std::filesystem::path& path);

/// A history under way: one line a trial, on the disk before the call returns. Thread safe.
class HistoryFile {
 public:
  /// A new file with its header; what was there is replaced.
  HistoryFile(const std::filesystem::path& path, const HistoryHeader& header);
  /// Goes on behind the whole lines of a history that was read.
  HistoryFile(const std::filesystem::path& path, const HistoryRecord& record);
  ~HistoryFile();
  HistoryFile(const HistoryFile&) = delete;
  HistoryFile& operator=(const HistoryFile&) = delete;
  /// Throws io, e.g. when the disk is full; the line is then not in the file.
  void write(const Json& line);

 private:
  void open(int flags);
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t whole_bytes_ = 0;
  std::mutex mutex_;
};

}  // namespace halftone
