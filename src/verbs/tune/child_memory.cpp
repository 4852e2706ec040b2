#include "verbs/tune/child_memory.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "data/spawn_settings.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// Where output goes that nobody reads.
class Nowhere {
 public:
  Nowhere() : descriptor_(open("/dev/null", O_WRONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw Error(ErrorCode::io, std::string("cannot open /dev/null: ") + std::strerror(errno));
  }
  ~Nowhere() { close(descriptor_); }
  Nowhere(const Nowhere&) = delete;
  Nowhere& operator=(const Nowhere&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

std::uint64_t peak_memory_of(const std::vector<std::string>& command) {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const Nowhere nowhere;
  const SpawnSettings settings(nowhere.descriptor(), nowhere.descriptor());
  pid_t child = 0;
  const int problem =
      posix_spawnp(&child, arguments.front(), settings.actions(), settings.attributes(), arguments.data(), environ);
  if (problem != 0) {
    throw Error(ErrorCode::io, "cannot start '" + command.front() + "': " + std::strerror(problem));
  }
  int status = 0;
  struct rusage usage {};
  while (wait4(child, &status, 0, &usage) < 0) {
    if (errno != EINTR) throw Error(ErrorCode::io, std::string("cannot wait for a process: ") + std::strerror(errno));
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::string text;
    for (const std::string& word : command) text += (text.empty() ? "" : " ") + word;
    throw Error(ErrorCode::framework, "a process that should run the model failed: " + text);
  }
  constexpr std::uint64_t kKibibyte = 1'024;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * kKibibyte;
}

std::vector<std::string> run_few_times(const std::filesystem::path& program, const std::filesystem::path& model,
                                       const std::string& library, int threads) {
  std::vector<std::string> command{
      program.string(),        "benchmark", model.string(), "--runs", "5", "--warmup", "1", "--threads",
      std::to_string(threads), "--quiet"};
  if (!library.empty()) command.insert(command.end(), {"--library", library});
  return command;
}

}  // namespace halftone
