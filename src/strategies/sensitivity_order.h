#pragma once

#include <string>

#include "halftone/tuning.h"

namespace halftone {

/// Throws configuration, naming the strategy and the skill, where the backend cannot measure what the strategy goes by.
void require_sensitivity(const StrategyContext& context, const std::string& strategy, Sensitivity measure);

}  // namespace halftone
