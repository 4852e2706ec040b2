#pragma once

#include <memory>
#include <string_view>

#include "halftone/data.h"

namespace halftone {

/// Whether a spec names data of the calling program.
bool is_held_spec(std::string_view spec);
/// Throws configuration where nobody holds data under that spec (any more).
std::unique_ptr<DataSource> open_held(const std::string& spec, const std::vector<TensorSignature>& signatures);

}  // namespace halftone
