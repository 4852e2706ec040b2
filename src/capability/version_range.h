#pragma once

#include <string_view>

#include "halftone/capability.h"

namespace halftone {

/// Reads ">=LOW", "<HIGH" or ">=LOW,<HIGH" (spaces do not matter). nullopt when the text is none of these or holds no
/// version at all.
std::optional<VersionRange> parse_version_range(std::string_view text);

/// Whether some version is in both.
bool overlap(const VersionRange& a, const VersionRange& b);

}  // namespace halftone
