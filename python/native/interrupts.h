#pragma once

namespace halftone::python {

/// While it lives, Ctrl-C is noticed by native work too: on the main thread of the interpreter, the signal sets a flag
/// beside what Python does with it. On other threads, and inside another one, it does nothing.
class WatchedInterrupts {
 public:
  WatchedInterrupts();
  ~WatchedInterrupts();
  WatchedInterrupts(const WatchedInterrupts&) = delete;
  WatchedInterrupts& operator=(const WatchedInterrupts&) = delete;

  /// Ctrl-C was pressed since the watch began.
  static bool is_interrupted();

 private:
  bool watches_ = false;
};

}  // namespace halftone::python
