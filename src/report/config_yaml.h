#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/config.h"

namespace halftone {

/// What a written configuration says of one model, beside the help of each key.
struct ConfigNotes {
  std::vector<std::string> head;                             ///< paragraphs at the top of the file
  std::map<std::string, std::vector<std::string>> advice;    ///< key → paragraphs above it, after its help
  std::map<std::string, std::vector<std::string>> examples;  ///< key of a map → "NAME: VALUE", out of use below it
};

/// The configuration as a file for people: every key of the option table with its value (null where none is set), under
/// its help as a comment. Read by parse_config(), it gives `config` again. Throws invalid_argument for a text that no
/// YAML file can hold (not UTF-8).
std::string config_yaml(const Config& config, const ConfigNotes& notes);

/// Whether a name is text of a length that a key may have; others cannot stand in a map of the file.
bool can_be_yaml_key(std::string_view name);

/// A text as YAML, quoted where it has to be. Throws as config_yaml().
std::string yaml_text(std::string_view text);

}  // namespace halftone
