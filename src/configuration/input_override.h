#pragma once

#include <string>
#include <string_view>

#include "configuration/config.h"
#include "configuration/option_value.h"

namespace halftone {

/// "1x3x224x224", "1x3x224x224:uint8" or "scalar", for an input of that name. Extents are 1 or more. Throws
/// invalid_argument.
InputOverride parse_input_shape(std::string name, std::string_view text);
/// "NAME=1x3x224x224[:dtype]"; the last "=" parts, so that a name may hold one. Throws invalid_argument.
InputOverride parse_input_override(std::string_view text);

/// Takes in the map of the file, NAME: 1x3x224x224[:dtype] or [1, 3, 224, 224], or one typed NAME=….
void set_inputs(Config& config, const OptionValue& value);

}  // namespace halftone
