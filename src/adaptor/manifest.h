#pragma once

#include <filesystem>

#include "halftone/plugin.h"

namespace halftone {

/// Reads <name>.plugin.yaml; relative paths in it are meant from its folder. Throws configuration.
PluginManifest load_manifest(const std::filesystem::path& path);

}  // namespace halftone
