#pragma once

#include <string>
#include <vector>

#include "halftone/conformance.h"

namespace halftone {

/// What is wrong with trials: errors, too much noise, float where the file says low precision, kernels of low precision
/// where the file says float, and patterns that were left in float or in pieces.
std::vector<std::string> complaints_of(const Adaptor& adaptor, const std::vector<ConformanceTrial>& trials);
/// The alternatives of an op type that none of its trials shows.
std::vector<std::string> complaints_of_unshown(const Adaptor& adaptor, const std::string& op_type,
                                               const std::vector<Alternative>& alternatives,
                                               const std::vector<ConformanceTrial>& trials);

/// An instance of a pattern as capability files write it: "Conv + Relu".
std::string pattern_text(const std::vector<std::string>& op_types);

}  // namespace halftone
