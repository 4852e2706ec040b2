#pragma once

#include <stdexcept>

#include "halftone/error.h"

namespace halftone {

/// For tests: the Error that `act` throws; a std::logic_error, which fails the test, when it throws none.
template <typename Act>
Error thrown_error(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("no Error was thrown");
}

}  // namespace halftone
