#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace halftone {

/// A file mapped read-only for as long as anyone holds it.
class MappedFile {
 public:
  /// Throws io: missing, a folder, unreadable.
  static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  const std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  bool contains(std::string_view part) const;
  /// Gives the memory of a part, and of what shares its pages, back to the system; it is read again from the file when
  /// somebody looks at it.
  void forget(std::string_view part) const;
  /// Calls visit(std::string_view) for pieces of a part in order, and forgets each one.
  template <typename Visit>
  void read_once(std::string_view part, Visit visit) const {
    constexpr std::size_t kStep = std::size_t{4} << 20;
    for (; !part.empty(); part.remove_prefix(std::min(kStep, part.size()))) {
      visit(part.substr(0, kStep));
      forget(part.substr(0, kStep));
    }
  }

 private:
  MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  const std::byte* data_;
  std::size_t size_;
};

/// A file written beside its final place and renamed by commit(); destroyed uncommitted, it leaves nothing behind.
class OutputFile {
 public:
  /// Throws io when the folder is missing or not writable.
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  /// Throws io, e.g. when the disk is full.
  void write(const void* data, std::size_t bytes);
  void write(std::string_view text) { write(text.data(), text.size()); }
  /// Flushes to disk and renames. Throws io.
  void commit();
  /// Where the bytes are until commit().
  const std::filesystem::path& temporary_path() const { return temporary_; }

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

/// Writes a whole file through OutputFile.
void write_file(const std::filesystem::path& path, std::string_view content);
/// Reads a whole file. Throws io.
std::string read_file(const std::filesystem::path& path);

}  // namespace halftone
