#include "configuration/option_setters.h"

#include "halftone/error.h"

namespace halftone {

void check_at(const OptionValue& value, const std::function<void()>& check) {
  try {
    check();
  } catch (const Error& error) {
    value.fail(error.message() + (error.hint().empty() ? "" : " (" + error.hint() + ")"));
  }
}

void set_samples(std::uint64_t& samples, const OptionValue& value) {
  samples = value.count();
  if (samples == 0) value.fail("at least one sample is needed");
}

}  // namespace halftone
