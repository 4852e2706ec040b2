#include "adaptors/onnxruntime/format/model_files.h"

#include <algorithm>

#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const ExternalPlace& place, const std::string& constant, const std::string& why,
                         std::string hint = {}) {
  throw Error(ErrorCode::invalid_model, "constant '" + constant + "' is stored in '" + place.location + "', " + why,
              std::move(hint));
}

bool is_inside(const fs::path& folder, const fs::path& file) {
  const auto [end, unused] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  return end == folder.end();
}

}  // namespace

ModelFiles::ModelFiles(const fs::path& path) : file_(MappedFile::open(path)), path_(fs::absolute(path)) {
  std::error_code failed;
  addressable_ = !fs::is_symlink(path_, failed) && !failed;
}

fs::path ModelFiles::resolve(const ExternalPlace& place, const std::string& constant) const {
  if (file_ == nullptr) {
    throw Error(ErrorCode::unsupported,
                "constant '" + constant + "' is stored in a file beside the model, which was given as bytes",
                "give the model's file, or save it with its weights inside");
  }
  const fs::path location(place.location);
  // Links are followed before looking: neither ".." nor a link may lead out.
  std::error_code failed;
  const fs::path folder = fs::canonical(path_.parent_path(), failed);
  const fs::path file = failed ? fs::path() : fs::weakly_canonical(folder / location, failed);
  if (failed) refuse(place, constant, "which is no path that can be followed: " + failed.message());
  if (location.empty() || location.is_absolute() || !is_inside(folder, file)) {
    refuse(place, constant, "which is outside the model's folder",
           "external data must lie in the model's own folder or below it; copy the file there");
  }
  return file;
}

std::string_view ModelFiles::external(const ExternalPlace& place, const std::string& constant) const {
  const std::scoped_lock lock(mutex_);
  std::shared_ptr<const MappedFile>& file = external_[place.location];
  if (!file) file = MappedFile::open(resolve(place, constant));
  if (place.offset > file->size() || place.length > file->size() - place.offset) {
    refuse(place, constant,
           "bytes " + std::to_string(place.offset) + " to " + std::to_string(place.offset + place.length) +
               ", but the file has " + std::to_string(file->size()),
           "is the file whole, and does it belong to this model?");
  }
  return file->text().substr(place.offset, place.length);
}

void ModelFiles::forget(std::string_view bytes) const {
  if (file_ && file_->contains(bytes)) return file_->forget(bytes);
  const std::scoped_lock lock(mutex_);
  for (const auto& [location, file] : external_) {
    if (file && file->contains(bytes)) return file->forget(bytes);
  }
}

}  // namespace halftone::onnxruntime
