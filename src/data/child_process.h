#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

namespace halftone {

/// A shell command whose standard output is read here; its standard error is ours, its standard input is empty. It runs
/// in a process group of its own, which is killed when this object dies.
class ChildProcess {
 public:
  /// Starts `/bin/sh -c command`. Throws io.
  explicit ChildProcess(const std::string& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Waits for `bytes` bytes of output; returns fewer only at its end. Throws io.
  std::size_t read(void* data, std::size_t bytes);
  /// Waits for the shell to end: "" for exit status 0, else "exit status 3" or "signal 11". Call once, after the end of
  /// the output.
  std::string wait();

 private:
  void end_group();

  pid_t process_ = -1;
  int output_ = -1;
};

}  // namespace halftone
