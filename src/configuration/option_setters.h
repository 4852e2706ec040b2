#pragma once

#include <cstdint>
#include <functional>

#include "configuration/option_value.h"

namespace halftone {

/// Runs a check that knows nothing of places, and names the place in its error.
void check_at(const OptionValue& value, const std::function<void()>& check);
/// A number of samples, at least one.
void set_samples(std::uint64_t& samples, const OptionValue& value);

}  // namespace halftone
