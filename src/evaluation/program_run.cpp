#include "evaluation/program_run.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>

#include "data/spawn_settings.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kTailBytes = 2'000;
constexpr int kWaitMilliseconds = 50;

[[noreturn]] void fail(const std::string& what, int error) {
  throw Error(ErrorCode::io, what + ": " + std::generic_category().message(error));
}

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) fail("cannot make a pipe", errno);
  }
  ~Pipe() {
    close_writer();
    close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// A running program with its process group, which is ended when this object dies.
class Program {
 public:
  explicit Program(const std::vector<std::string>& words) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const SpawnSettings settings(output_.writer(), error_.writer());
    const int error = posix_spawnp(&process_, arguments.front(), settings.actions(), settings.attributes(),
                                   arguments.data(), environ);
    if (error != 0) {
      process_ = -1;
      fail("cannot run '" + words.front() + "'", error);
    }
    output_.close_writer();
    error_.close_writer();
  }

  // The program stays a zombie until it is reaped, so that its number cannot have become another group's.
  ~Program() {
    if (process_ < 0) return;
    kill(-process_, SIGKILL);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  int output() const { return output_.reader(); }
  int error() const { return error_.reader(); }

  /// "" for status 0, else what ended it; nullopt while it runs.
  std::optional<std::string> ending() const {
    siginfo_t ended{};
    if (waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOWAIT | WNOHANG) != 0) return std::nullopt;
    if (ended.si_pid == 0) return std::nullopt;
    if (ended.si_code == CLD_EXITED && ended.si_status == 0) return "";
    return (ended.si_code == CLD_EXITED ? "exit status " : "signal ") + std::to_string(ended.si_status);
  }

 private:
  Pipe output_;
  Pipe error_;
  pid_t process_ = -1;
};

/// Gathers what a program writes.
class Listener {
 public:
  Listener(const Program& program, ProgramRun& run)
      : run_(run), polled_{{{program.output(), POLLIN, 0}, {program.error(), POLLIN, 0}}} {}

  /// Reads what is there, waiting a little for something; false where there was nothing.
  bool listen(int milliseconds) {
    if (poll(polled_.data(), polled_.size(), milliseconds) <= 0) return false;
    const bool got_output = read_from(polled_[0], run_.output);
    const bool got_error = read_from(polled_[1], run_.error_tail);
    if (run_.error_tail.size() > kTailBytes) run_.error_tail.erase(0, run_.error_tail.size() - kTailBytes);
    return got_output || got_error;
  }

  bool has_ended() const { return polled_[0].fd < 0 && polled_[1].fd < 0; }

 private:
  static bool read_from(pollfd& polled, std::string& text) {
    if (polled.fd < 0 || polled.revents == 0) return false;
    std::array<char, 65'536> bytes;
    const ssize_t count = read(polled.fd, bytes.data(), bytes.size());
    if (count > 0) text.append(bytes.data(), static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) polled.fd = -1;  // poll() passes over it
    return count > 0;
  }

  ProgramRun& run_;
  std::array<pollfd, 2> polled_;
};

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g s", seconds);
  return text.data();
}

}  // namespace

ProgramRun run_program(const std::vector<std::string>& words, const ProgramLimits& limits,
                       const std::function<void()>& wait) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  ProgramRun run;
  const Program program(words);
  Listener listener(program, run);
  while (true) {
    const bool heard = listener.listen(kWaitMilliseconds);
    wait();
    if (run.output.size() > limits.most_output) {
      run.failure = "more than " + std::to_string(limits.most_output) + " bytes of output";
      return run;
    }
    if (limits.timeout && Clock::now() - start > *limits.timeout) {
      run.failure = "no end within " + seconds_text(limits.timeout->count());
      return run;
    }
    if (heard) continue;
    // What it started may hold the pipes open after its own end; nobody waits for that.
    if (const auto ending = program.ending()) {
      while (listener.listen(0)) continue;
      run.failure = *ending;
      return run;
    }
    if (listener.has_ended()) poll(nullptr, 0, kWaitMilliseconds);
  }
}

}  // namespace halftone
