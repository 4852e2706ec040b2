#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace halftone {

/// What came of a program that was run to its end.
struct ProgramRun {
  std::string output;      ///< its standard output
  std::string error_tail;  ///< the end of its standard error
  std::string failure;     ///< "" for exit status 0, else "exit status 3", "signal 11", "no end within 60 s"…
};

struct ProgramLimits {
  std::optional<std::chrono::duration<double>> timeout;
  std::size_t most_output = std::size_t{1} << 28;  ///< bytes; a program that writes more is ended
};

/// Runs a program without a shell; `words` are its name, looked for as a shell does, and its arguments. Calls `wait`
/// now and then while it runs; where that throws, the program is ended, with all that it started. Throws io where it
/// cannot be started.
ProgramRun run_program(const std::vector<std::string>& words, const ProgramLimits& limits,
                       const std::function<void()>& wait);

}  // namespace halftone
