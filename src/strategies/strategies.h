#pragma once

#include <memory>

#include "halftone/tuning.h"

namespace halftone {

// The strategies that come with Halftone, a file each; strategy_registry.cpp knows them by name.

/// The backend's advice first; if that misses, op types one by one, other settings, the noisiest units in float, then
/// all that basic does. If it meets the target, only what could be faster.
std::unique_ptr<Strategy> make_auto(const StrategyContext& context);
/// From float up: op type by op type, as long as the target is met.
std::unique_ptr<Strategy> make_conservative(const StrategyContext& context);
/// From full quantization down: settings, recipes, blocks, units.
std::unique_ptr<Strategy> make_basic(const StrategyContext& context);
/// Every configuration of the space.
std::unique_ptr<Strategy> make_exhaustive(const StrategyContext& context);
/// Configurations drawn at random, none twice.
std::unique_ptr<Strategy> make_random(const StrategyContext& context);
/// Gaussian process and expected improvement.
std::unique_ptr<Strategy> make_bayesian(const StrategyContext& context);
/// Tree-structured Parzen estimator.
std::unique_ptr<Strategy> make_tpe(const StrategyContext& context);
/// Units in float in the order of how wrong their results are.
std::unique_ptr<Strategy> make_mse(const StrategyContext& context);
/// The unit that adds the most noise in float, asked again after each; then back to low precision what may.
std::unique_ptr<Strategy> make_mse_v2(const StrategyContext& context);
/// Units in float in the order of the curvature of the loss.
std::unique_ptr<Strategy> make_hawq_v2(const StrategyContext& context);
/// 16-bit floats wherever the backend has them, then float by type and by unit.
std::unique_ptr<Strategy> make_auto_mixed_precision(const StrategyContext& context);

}  // namespace halftone
