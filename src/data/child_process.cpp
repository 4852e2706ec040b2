#include "data/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "data/spawn_settings.h"
#include "halftone/error.h"

namespace halftone {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw Error(ErrorCode::io, what + ": " + std::generic_category().message(error));
}

}  // namespace

ChildProcess::ChildProcess(const std::string& command) {
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) fail("cannot make a pipe", errno);
  const SpawnSettings settings(pipe_ends[1]);
  char* const arguments[] = {const_cast<char*>("sh"), const_cast<char*>("-c"), const_cast<char*>(command.c_str()),
                             nullptr};
  const int error = posix_spawn(&process_, "/bin/sh", settings.actions(), settings.attributes(), arguments, environ);
  close(pipe_ends[1]);
  output_ = pipe_ends[0];
  if (error == 0) return;
  close(output_);
  fail("cannot run '" + command + "'", error);
}

ChildProcess::~ChildProcess() {
  end_group();
  close(output_);
}

// The shell stays a zombie until it is reaped, so that its number cannot have become another group's.
void ChildProcess::end_group() {
  if (process_ < 0) return;
  kill(-process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
  process_ = -1;
}

std::size_t ChildProcess::read(void* data, std::size_t bytes) {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t count = ::read(output_, static_cast<char*>(data) + done, bytes - done);
    if (count == 0) break;
    if (count < 0 && errno != EINTR) fail("cannot read from a program", errno);
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  return done;
}

std::string ChildProcess::wait() {
  siginfo_t ended{};
  while (waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR) continue;
  end_group();
  if (ended.si_code == CLD_EXITED && ended.si_status == 0) return "";
  return (ended.si_code == CLD_EXITED ? "exit status " : "signal ") + std::to_string(ended.si_status);
}

}  // namespace halftone
