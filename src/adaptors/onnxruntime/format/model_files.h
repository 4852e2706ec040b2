#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/file.h"

namespace halftone::onnxruntime {

/// Where a constant's bytes are outside the model file, as its TensorProto says.
struct ExternalPlace {
  std::string location;  ///< relative to the model's folder
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// The files of one model: the model file itself and those with its external data, which are mapped when first needed
/// and cost memory only while a part is looked at. May be used from several threads.
class ModelFiles : public std::enable_shared_from_this<ModelFiles> {
 public:
  /// A model in memory: no file, no folder.
  explicit ModelFiles(std::shared_ptr<const void> bytes) : bytes_(std::move(bytes)) {}
  explicit ModelFiles(const std::filesystem::path& path);

  /// Null for a model in memory.
  const MappedFile* model_file() const { return file_.get(); }
  const std::filesystem::path& path() const { return path_; }
  /// Whether the runtime, given the folder, finds the model file by its name there.
  bool is_addressable() const { return addressable_; }

  /// External bytes. Throws invalid_model for a place outside the model's folder or beyond the end of its file, io for
  /// a file that cannot be read.
  std::string_view external(const ExternalPlace& place, const std::string& constant) const;
  /// Gives memory back, see MappedFile::forget(); does nothing for bytes in other places.
  void forget(std::string_view bytes) const;

 private:
  std::filesystem::path resolve(const ExternalPlace& place, const std::string& constant) const;

  std::shared_ptr<const void> bytes_;
  std::shared_ptr<const MappedFile> file_;
  std::filesystem::path path_;
  bool addressable_ = false;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const MappedFile>> external_;
};

}  // namespace halftone::onnxruntime
