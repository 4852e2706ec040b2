#pragma once

namespace halftone::cli {

/// From now on the first Ctrl-C (SIGINT, and SIGTERM alike) only sets a flag; a second one ends the process at once.
void watch_for_interrupts();
bool is_interrupted();

}  // namespace halftone::cli
