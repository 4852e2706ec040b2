#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "configuration/config.h"

namespace halftone {

/// Reads a configuration file (DESIGN section 7) over the defaults. Strict: unknown keys, keys this version has not,
/// and values that cannot be are all listed at once, each with FILE:LINE and the nearest valid word. A key without a
/// value, or with null, keeps its default. Paths are relative to the working folder. Throws io or configuration.
Config load_config(const std::filesystem::path& path);

/// The same from text; `name` stands for the file in messages.
Config parse_config(std::string_view text, const std::string& name);

}  // namespace halftone
