#include "verbs/tune/search_progress.h"

#include "halftone/error.h"

namespace halftone {

void SearchProgress::advance(std::uint64_t steps) {
  if (shields_ > 0) {
    try {
      shown_.advance(steps);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::interrupted) throw;
    }
    return;
  }
  shown_.advance(steps);
  if (budget_.is_over()) throw Error(ErrorCode::interrupted, "the time of the search is over");
}

}  // namespace halftone
