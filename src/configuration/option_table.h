#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/config.h"
#include "configuration/option_value.h"

namespace halftone {

/// Where an option stands in help texts and in the documentation.
enum class OptionGroup { model, data, quantization, judgement, search, running };
std::string_view title_of(OptionGroup group);

/// One key of the configuration, wherever it may be given: in the file, with --set, or as an option of its own.
struct ConfigOption {
  std::string key;                 ///< "quantization.calibration.samples"
  std::vector<std::string> flags;  ///< "--calib-samples", "--samples"; none: by file and --set alone
  std::string placeholder;         ///< "N"
  std::string help;                ///< a sentence without a full stop
  std::string default_text;        ///< as one would write it; a text in brackets where one would write nothing
  OptionGroup group;
  bool repeats = false;  ///< may be typed several times
  /// Throws configuration or invalid_argument naming the value's place.
  std::function<void(Config&, const OptionValue&)> set;
};

/// Every key, in the order of the documentation: the only list of them.
const std::vector<ConfigOption>& option_table();

/// The option of a key (other spellings of it included), or null.
const ConfigOption* find_option(std::string_view key);

/// Gives a typed value to a key: `place` is what stood before the value. A key below one that holds a map
/// ("quantization.ops.NAME") is an entry of the map. Throws invalid_argument or configuration: an unknown key names the
/// nearest.
void set_option(Config& config, const std::string& key, const std::string& text, const std::string& place);

/// "KEY=VALUE" as of --set.
void set_assignment(Config& config, const std::string& assignment);

}  // namespace halftone
