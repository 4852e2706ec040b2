#include "interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <string_view>

namespace halftone::cli {
namespace {

// A handler can reach nothing but a global; nobody else does.
volatile sig_atomic_t g_interrupted = 0;

void note_interrupt(int) {
  g_interrupted = 1;
  constexpr std::string_view kNotice = "\nstopping; once more ends at once\n";
  if (isatty(STDERR_FILENO) == 0) return;
  const auto ignored = write(STDERR_FILENO, kNotice.data(), kNotice.size());
  static_cast<void>(ignored);
}

}  // namespace

void watch_for_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_interrupt;
  // Back to the default after the first: the second one kills. System calls go on, so that no write is cut short.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool is_interrupted() { return g_interrupted != 0; }

}  // namespace halftone::cli
