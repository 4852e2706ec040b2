#pragma once

#include <functional>
#include <string>
#include <vector>

#include "verb.h"

namespace halftone::cli {

/// An option as a verb offers it, wherever it comes from.
struct OfferedOption {
  std::vector<std::string> flags;
  std::string placeholder;  ///< empty: a switch
  std::string help;
  std::string group;
  bool repeats = false;
  std::function<void(Request&, const OptionValue&)> set;
};

/// All options of a verb, in the order in which they are applied: the configuration file, --set, the verb's own, then
/// single keys, so that what is said more precisely holds.
std::vector<OfferedOption> offered_options(const Verb& verb);

/// Reads what was typed after the verb. Throws invalid_argument (naming the nearest valid word) or what reading the
/// configuration throws.
Request parse_request(const Verb& verb, const std::vector<std::string>& arguments);

/// Whether a flag stands among the arguments, before any "--".
bool has_flag(const std::vector<std::string>& arguments, const std::vector<std::string>& flags);

}  // namespace halftone::cli
