#include "strategies/sensitivity_order.h"

#include "halftone/error.h"

namespace halftone {

void require_sensitivity(const StrategyContext& context, const std::string& strategy, Sensitivity measure) {
  if (context.sensitivity != nullptr && context.sensitivity->has(measure)) return;
  throw Error(ErrorCode::configuration,
              "strategy '" + strategy + "' needs the skill '" + std::string(to_string(measure)) +
                  "', which this backend does not have",
              "halftone backends lists the skills; strategies auto, basic and conservative need none");
}

}  // namespace halftone
