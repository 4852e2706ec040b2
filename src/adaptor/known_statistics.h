#pragma once

#include <string>
#include <vector>

#include "halftone/adaptor.h"

namespace halftone {

/// Whether statistics taken before stand for a pass: they are of that prepared model and these data, and hold all that
/// the options would have it gather of the tensors.
bool serves(const CalibrationTable& known, const Model& model, const std::vector<std::string>& tensors,
            const CalibrationOptions& options, const DataLoader& data);

}  // namespace halftone
