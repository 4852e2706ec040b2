#include <signal.h>

#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "command.h"
#include "halftone/error.h"
#include "interrupt.h"
#include "options.h"
#include "output.h"

namespace {

using halftone::Error;
using halftone::ErrorCode;

int report(const Error& error, bool json) {
  std::fputs(halftone::cli::error_text(error, halftone::cli::style_of_errors()).c_str(), stderr);
  int status = halftone::exit_status(error.code());
  try {
    if (json) halftone::cli::write_output(halftone::cli::json_text(halftone::cli::error_json(error)));
  } catch (const Error&) {
    // Standard output is broken, which may be the very error; standard error has the text.
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  const bool json = halftone::cli::has_flag(words, {"--json"});
  // A file that grows beyond its limit is then an error of write(), with the clean-up that any error gets.
  signal(SIGXFSZ, SIG_IGN);
  halftone::cli::watch_for_interrupts();
  try {
    return halftone::cli::run_command(words);
  } catch (const Error& error) {
    return report(error, json);
  } catch (const std::bad_alloc&) {
    return report(Error(ErrorCode::internal, "memory is exhausted"), json);
  } catch (const std::exception& error) {
    return report(Error(ErrorCode::internal, error.what()), json);
  }
}
