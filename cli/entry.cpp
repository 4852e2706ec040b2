#include "entry.h"

#include <signal.h>

#include <cstdio>
#include <exception>
#include <new>

#include "command.h"
#include "halftone/error.h"
#include "interrupt.h"
#include "options.h"
#include "output.h"

namespace halftone::cli {
namespace {

int report(const Error& error, bool json) {
  std::fputs(error_text(error, style_of_errors()).c_str(), stderr);
  int status = exit_status(error.code());
  try {
    if (json) write_output(json_text(error_json(error)));
  } catch (const Error&) {
    // Standard output is broken, which may be the very error; standard error has the text.
  }
  return status;
}

}  // namespace

int run_program(const std::vector<std::string>& argv) {
  const bool json = has_flag(argv, {"--json"});
  // A file that grows beyond its limit is then an error of write(), with the clean-up that any error gets.
  signal(SIGXFSZ, SIG_IGN);
  watch_for_interrupts();
  try {
    return run_command(argv);
  } catch (const Error& error) {
    return report(error, json);
  } catch (const std::bad_alloc&) {
    return report(Error(ErrorCode::internal, "memory is exhausted"), json);
  } catch (const std::exception& error) {
    return report(Error(ErrorCode::internal, error.what()), json);
  }
}

}  // namespace halftone::cli
