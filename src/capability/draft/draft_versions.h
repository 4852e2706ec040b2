#pragma once

#include <string>
#include <vector>

#include "capability/draft/draft.h"

namespace halftone::draft {

/// Versions that a section of the draft is for.
struct RangedSection {
  std::string range;  ///< ">=1.6.0,<1.7.0"; empty for the default section
  std::size_t section = 0;
};

/// Ranges that do not overlap: a version that the original names holds from there up to the next one that another
/// section names. The newest last, then the default.
std::vector<RangedSection> range_sections(const std::vector<Section>& sections, Notes& notes);

}  // namespace halftone::draft
