#pragma once

#include "native/binding.h"
#include "native/interrupts.h"

namespace halftone::python {

/// Around every piece of native work: gives the interpreter's lock to other threads, notices Ctrl-C, and refuses to
/// work in a process that was forked while other threads were at work, whose locks nobody will ever open there.
class NativeWork {
 public:
  /// With the lock held. Throws unsupported in such a process.
  NativeWork();
  ~NativeWork();
  NativeWork(const NativeWork&) = delete;
  NativeWork& operator=(const NativeWork&) = delete;

 private:
  WatchedInterrupts interrupts_;
  std::optional<nb::gil_scoped_release> unlocked_;
};

/// Noted by what holds a framework's threads, which a fork does not take along.
class OwnProcess {
 public:
  OwnProcess();
  /// Throws unsupported in another process than the one it was made in.
  void require(const char* what) const;

 private:
  int process_;
};

/// Runs native work; after Ctrl-C, what Python makes of it goes first.
template <typename Function>
auto run_native(const Function& function) {
  try {
    const NativeWork work;
    return function();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::interrupted && PyErr_CheckSignals() != 0) nb::raise_python_error();
    throw;
  }
}

}  // namespace halftone::python
