#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "halftone/error.h"

namespace halftone {
namespace {

/// What a pipe or a device may give before it is taken for endless.
constexpr std::size_t kPipeLimit = std::size_t{256} << 20;
/// Bytes of one write() for which the disk is woken.
constexpr std::size_t kWorthAStart = std::size_t{1} << 20;

[[noreturn]] void fail(std::string_view action, const std::filesystem::path& path, int reason) {
  std::string hint;
  if (reason == ENOSPC || reason == EDQUOT) hint = "free some space on the disk, or write elsewhere";
  if (reason == EFBIG) hint = "raise the limit on file sizes (ulimit -f), or write elsewhere";
  if (reason == EACCES || reason == EPERM || reason == EROFS) hint = "check the permissions of the file and its folder";
  if (reason == ENOENT) hint = "check the spelling of the path";
  throw Error(ErrorCode::io,
              "cannot " + std::string(action) + " '" + path.string() + "': " + std::generic_category().message(reason),
              std::move(hint));
}

/// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

int open_for_reading(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail("read", path, errno);
  return descriptor;
}

struct stat status_of(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) fail("read", path, errno);
  if (S_ISDIR(status.st_mode)) fail("read", path, EISDIR);
  return status;
}

/// Where an output goes: through a symbolic link to its target, and never over a folder or a device.
std::filesystem::path output_target(std::filesystem::path path) {
  std::error_code missing;
  const std::filesystem::file_status status = std::filesystem::status(path, missing);
  if (status.type() == std::filesystem::file_type::directory || !path.has_filename()) fail("write", path, EISDIR);
  if (!std::filesystem::exists(status)) return path;
  if (!std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::io, "cannot write '" + path.string() + "': it exists and is not a regular file",
                "give the name of a file");
  }
  return std::filesystem::is_symlink(path, missing) ? std::filesystem::canonical(path) : path;
}

/// Creates a file of a new hidden name in the folder of `path`.
std::pair<int, std::filesystem::path> create_beside(const std::filesystem::path& path) {
  constexpr int kAttempts = 10000;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string name = ".halftone." + std::to_string(::getpid()) + "." + std::to_string(attempt) + ".tmp";
    std::filesystem::path temporary = path.parent_path() / name;
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return {descriptor, std::move(temporary)};
    if (errno == ENOENT) {
      throw Error(ErrorCode::io,
                  "cannot write '" + path.string() + "': its folder '" + path.parent_path().string() + "' is missing",
                  "create the folder first");
    }
    if (errno != EEXIST) fail("write", path, errno);
  }
  fail("write", path, EEXIST);
}

}  // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const Descriptor file(open_for_reading(path));
  const struct stat status = status_of(file, path);
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::io, "cannot read '" + path.string() + "': not a regular file", "give the name of a file");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return std::shared_ptr<const MappedFile>(new MappedFile(nullptr, 0));
  void* const data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (data == MAP_FAILED) fail("read", path, errno);
  return std::shared_ptr<const MappedFile>(new MappedFile(static_cast<const std::byte*>(data), size));
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

bool MappedFile::contains(std::string_view part) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(part.data()), first = reinterpret_cast<std::uintptr_t>(data_);
  return data_ != nullptr && begin >= first && begin - first <= size_ && part.size() <= size_ - (begin - first);
}

void MappedFile::forget(std::string_view part) const {
  if (part.empty() || !contains(part)) return;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto offset = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(part.data()) - data_);
  const std::size_t begin = offset / page * page;
  ::madvise(const_cast<std::byte*>(data_ + begin), offset + part.size() - begin, MADV_DONTNEED);
}

OutputFile::OutputFile(std::filesystem::path path) : path_(output_target(std::move(path))) {
  std::tie(descriptor_, temporary_) = create_beside(path_);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(const void* data, std::size_t bytes) {
  if (descriptor_ < 0) throw Error(ErrorCode::internal, "'" + path_.string() + "' is written after its end");
  const auto* next = static_cast<const char*>(data);
  const bool worth_a_start = bytes >= kWorthAStart;
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor_, next, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path_, errno);
    next += written;
    bytes -= static_cast<std::size_t>(written);
  }
  // The disk begins now instead of at commit(), which then has little to wait for. Failures show there.
  if (worth_a_start) ::sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE);
}

void OutputFile::commit() {
  if (descriptor_ < 0) throw Error(ErrorCode::internal, "'" + path_.string() + "' is committed twice");
  if (::fsync(descriptor_) != 0) fail("write", path_, errno);
  // The number is given back even when close() fails, so it must not be closed a second time.
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("write", path_, errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("write", path_, errno);
  temporary_.clear();
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  OutputFile file(path);
  file.write(content);
  file.commit();
}

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(open_for_reading(path));
  const struct stat status = status_of(file, path);
  std::string content;
  content.reserve(static_cast<std::size_t>(std::max<off_t>(0, status.st_size)));
  std::vector<char> buffer(std::size_t{64} << 10);
  while (true) {
    const ssize_t bytes = ::read(file.number(), buffer.data(), buffer.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) fail("read", path, errno);
    if (bytes == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(bytes));
    if (!S_ISREG(status.st_mode) && content.size() > kPipeLimit) fail("read", path, EFBIG);
  }
}

}  // namespace halftone
