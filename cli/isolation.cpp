#include "isolation.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "halftone/error.h"

namespace halftone::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::array kEnding{SIGINT, SIGTERM, SIGHUP};

/// A folder for the child's temporary files, gone with all that is in it when the parent is done.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code failed;
    std::string pattern = (fs::temp_directory_path(failed) / "halftone-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw Error(ErrorCode::io, "cannot make a folder like '" + pattern + "': " + std::strerror(errno),
                  "set TMPDIR to a folder that can be written");
    }
    path_ = pattern;
  }
  ~TemporaryFolder() { remove(); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  /// Leaves it to somebody else to remove.
  void release() { path_.clear(); }

 private:
  void remove() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  std::string path_;
};

/// Signals kept until they are asked for, and delivered as before afterwards.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&held_);
    for (const int number : kEnding) sigaddset(&held_, number);
    for (const int number : {SIGCHLD, SIGTSTP}) sigaddset(&held_, number);
    sigprocmask(SIG_BLOCK, &held_, &before_);
  }
  ~HeldSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  int next() const {
    int number = 0;
    while (sigwait(&held_, &number) != 0) continue;
    return number;
  }

 private:
  sigset_t held_{};
  sigset_t before_{};
};

struct Ending {
  int status = 0;            ///< as of waitpid()
  bool interrupted = false;  ///< somebody asked for it
};

void pause_with(pid_t child) {
  kill(child, SIGSTOP);
  raise(SIGSTOP);
  kill(child, SIGCONT);
}

Ending wait_for(pid_t child, const HeldSignals& signals) {
  Ending ending;
  while (true) {
    const int number = signals.next();
    if (number == SIGTSTP) {
      pause_with(child);
    } else if (number != SIGCHLD) {
      ending.interrupted = true;
      kill(child, number);
    }
    if (waitpid(child, &ending.status, WNOHANG) != 0) return ending;
  }
}

/// A group of its own, so that Ctrl-C reaches it once, by way of the parent; and no life after the parent's.
void become_child(const std::string& temporary_folder, pid_t parent) {
  setpgid(0, 0);
  signal(SIGTTOU, SIG_IGN);  // it writes to the terminal all the same
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(exit_status(ErrorCode::interrupted));
  setenv("TMPDIR", temporary_folder.c_str(), /*overwrite=*/1);
}

std::string name_of(int signal_number) {
  const char* const name = sigabbrev_np(signal_number);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal_number);
}

/// A line of progress may stand half drawn on the terminal.
void clear_line() {
  if (isatty(STDERR_FILENO) != 0) std::fputs("\r\x1b[2K", stderr);
}

[[noreturn]] void report_death(int signal_number, const std::string& place) {
  const std::string where = place.empty() ? "before the first stage" : place;
  if (signal_number == SIGKILL) {
    throw Error(ErrorCode::unsupported, "the work was killed (SIGKILL) " + where,
                "the machine was probably out of memory: take a smaller batch or fewer threads (--threads 1), or a "
                "machine with more");
  }
  throw Error(ErrorCode::unsupported, "the framework crashed (" + name_of(signal_number) + ") " + where,
              "is the model whole? If the framework alone crashes on it too, another version of it may help "
              "(--library PATH)");
}

}  // namespace

std::optional<int> Isolation::split() {
  TemporaryFolder temporary;
  signal(SIGCHLD, SIG_DFL);  // a parent that ignores it would make the child's status unknown
  std::fflush(nullptr);
  std::optional<HeldSignals> signals(std::in_place);
  const pid_t parent = getpid(), child = fork();
  if (child < 0) throw Error(ErrorCode::io, std::string("cannot make a child process: ") + std::strerror(errno));
  if (child == 0) {
    become_child(temporary.path(), parent);
    temporary.release();
    return std::nullopt;
  }
  const Ending ending = wait_for(child, *signals);
  signals.reset();
  if (const auto finished = board_.finished()) return finished;
  if (WIFEXITED(ending.status)) return WEXITSTATUS(ending.status);
  clear_line();
  leftovers_.remove(child);
  if (ending.interrupted) throw Error(ErrorCode::interrupted, "interrupted");
  report_death(WTERMSIG(ending.status), board_.place());
}

}  // namespace halftone::cli
