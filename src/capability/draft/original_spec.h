#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/strict_yaml.h"
#include "capability/draft/draft.h"

namespace halftone::draft {

/// Words of a list, or of a text in which commas part them.
std::vector<std::string> words_of(const StrictYaml& yaml);

/// The original's map of a weight or an activation in our words; nullopt where nothing of a list is left. What has no
/// counterpart is noted.
std::optional<Spec> read_spec(const StrictYaml& yaml, Notes& notes);

/// A weight of few bits: its types by width, 4 or 8, in the order of the file.
std::vector<std::pair<int, Spec>> read_weight_only_specs(const StrictYaml& yaml, Notes& notes);

}  // namespace halftone::draft
