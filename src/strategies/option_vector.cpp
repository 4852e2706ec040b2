#include "strategies/option_vector.h"

#include <string>

#include "halftone/error.h"

namespace halftone {
namespace {

constexpr double kOtherChoice = 0.25;

}  // namespace

OptionSpace::OptionSpace(const StrategyContext& context)
    : space_(context.space), sampler_(context.initial, full_axes(context.space)) {
  for (const Axis& axis : sampler_.axes()) sizes_.push_back(axis.options.size());
  if (sizes_.empty()) throw Error(ErrorCode::unsupported, "no unit of this model can be quantized");
}

OptionVector OptionSpace::vector_of(const TuneConfig& config) const {
  OptionVector options;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    const int choice = space_.choice_index(config, space_.unit(sampler_.axes()[i].name));
    options.push_back(choice < 0 ? sizes_[i] - 1 : static_cast<std::size_t>(choice));
  }
  return options;
}

OptionVector OptionSpace::draw(SplitMix64& random, double float_share) const {
  OptionVector options(sizes_.size());
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    const bool in_float = random.unit() <= float_share;
    options[i] = in_float ? sizes_[i] - 1 : random.below(sizes_[i] - 1);
  }
  return options;
}

double OptionSpace::distance(const OptionVector& a, const OptionVector& b) const {
  double sum = 0;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    if (a[i] == b[i]) continue;
    sum += is_float(i, a[i]) || is_float(i, b[i]) ? 1 : kOtherChoice;
  }
  return sum / static_cast<double>(sizes_.size());
}

std::string quantized_text(const TuningSpace& space, const TuneConfig& config) {
  return std::to_string(quantized_units(config)) + " of " + std::to_string(space.quantizable().size()) +
         " units quantized";
}

}  // namespace halftone
