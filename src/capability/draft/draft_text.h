#pragma once

#include <string>
#include <vector>

#include "capability/draft/draft.h"
#include "capability/draft/draft_versions.h"

namespace halftone::draft {

/// The comment that a draft begins with: whose it is, that nothing is proved, and what is not in it.
std::string head_text(const std::string& name, const Notes& notes);

/// The sections as YAML. Entries that are alike are written once, as anchors.
std::string sections_text(const std::vector<Section>& sections, const std::vector<RangedSection>& ranged);

}  // namespace halftone::draft
