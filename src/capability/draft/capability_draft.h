#pragma once

#include <set>
#include <string>
#include <string_view>

#include "capability/draft/draft.h"

namespace halftone {

/// A capability file made of one of the original system's.
struct CapabilityDraft {
  std::string yaml;    ///< load_capability_file() reads it
  draft::Notes notes;  ///< what is not in it, once each, in the order of the lines
  std::size_t sections = 0;
  std::set<std::string> op_types;  ///< with capabilities
  std::size_t alternatives = 0;    ///< of all op types and sections
  std::size_t patterns = 0;
};

/// Translates a file of the original system, of either generation. `name` stands for the file in the draft and in
/// messages. Nothing in the result is proved; it says so. Throws configuration where the text is no such file, naming
/// file and line.
CapabilityDraft make_capability_draft(std::string_view original, const std::string& name,
                                      const std::set<std::string>& known_op_types);

}  // namespace halftone
