#pragma once

#include <vector>

#include "base/strict_yaml.h"

namespace halftone {

/// A value that must be written as a list, even of one: capability files are read by editors with the schema as well.
/// Throws configuration.
StrictYaml listed(const StrictYaml& yaml);

}  // namespace halftone
