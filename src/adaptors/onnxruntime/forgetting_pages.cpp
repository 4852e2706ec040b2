#include "adaptors/onnxruntime/forgetting_pages.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "adaptors/onnxruntime/format/tensor_places.h"

namespace halftone::onnxruntime {
namespace {

namespace fs = std::filesystem;

constexpr auto kBetweenLooks = std::chrono::milliseconds(5);

/// Numbers of the model file and of those with its external data, in their file system.
std::set<ino_t> files_of(const OnnxModel& model) {
  std::set<fs::path> paths{model.files->path()};
  for (const OnnxInitializer& initializer : model.graph.initializers) {
    const TensorPlaces places = find_places(initializer.message);
    if (places.external) paths.insert(model.files->path().parent_path() / places.external->location);
  }
  std::set<ino_t> files;
  for (const fs::path& path : paths) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) files.insert(status.st_ino);
  }
  return files;
}

/// Address and length of each mapping of one of the files: proc(5), /proc/pid/maps.
void forget_mappings(const std::set<ino_t>& files) {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    std::istringstream fields(line);
    std::uintptr_t begin = 0, end = 0;
    char dash = 0;
    std::string access, offset, device;
    ino_t file = 0;
    fields >> std::hex >> begin >> dash >> end >> access >> offset >> device >> std::dec >> file;
    if (!fields.fail() && files.contains(file)) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
}

}  // namespace

ForgettingPages::ForgettingPages(const OnnxModel& model)
    : thread_([this, files = files_of(model)](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (!woken_.wait_for(lock, stop, kBetweenLooks, [&] { return stop.stop_requested(); })) {
          forget_mappings(files);
        }
      }) {}

}  // namespace halftone::onnxruntime
