#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace halftone {

/// Throws, before any work is done, where the model or its result could not be written: invalid_argument when one path
/// is the other's, the source's, or a folder; io when a folder is missing.
void require_writable(const std::filesystem::path& source, const std::filesystem::path& output,
                      const std::filesystem::path& result_file);

/// The same with a page about the result, where `report_file` names one.
void require_writable(const std::filesystem::path& source, const std::filesystem::path& output,
                      const std::filesystem::path& result_file, const std::filesystem::path& report_file);

/// The same for one file that is written of a model.
void require_writable(const std::filesystem::path& source, const std::filesystem::path& output);

/// A file that is written along with a model.
struct StagedText {
  std::filesystem::path file;
  std::string text;
};

/// A hidden folder beside an output, where a model is saved and proved before anybody sees it. Removed with all that is
/// left in it.
class StagingFolder {
 public:
  /// Throws io.
  explicit StagingFolder(const std::filesystem::path& output);
  ~StagingFolder();
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  /// Where to save the model: the output's own name inside the folder.
  std::filesystem::path staged_output() const { return folder_ / output_.filename(); }
  /// Bytes of all files in the folder.
  std::uintmax_t size_bytes() const;
  /// Puts all files of the folder beside the output's place, and each text (of a result, of a report) in its own: all
  /// of them, or none. Throws io.
  void publish(const std::vector<StagedText>& texts);
  void publish(const std::filesystem::path& result_file, const std::string& result) {
    publish({{result_file, result}});
  }
  /// The same without any text.
  void publish();

 private:
  /// Moves the files; where the call throws, they are taken back.
  void publish(const std::function<void()>& before_it_counts);
  std::filesystem::path output_;
  std::filesystem::path folder_;
};

}  // namespace halftone
