#include "tuning/samplers.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "halftone/error.h"

namespace halftone {
namespace {

/// What samplers vary in a choice: scheme, range method and granularity of activation and weight.
constexpr std::size_t kFields = 6;
using Setting = std::array<int, kFields>;
constexpr int kNoWeight = -1;

// In the order in which they vary: the last one fastest.
Setting setting_of(const OpChoice& choice) {
  const QuantSpec& a = choice.activation;
  Setting setting{static_cast<int>(a.scheme),
                  static_cast<int>(a.range_method),
                  static_cast<int>(a.granularity),
                  kNoWeight,
                  kNoWeight,
                  kNoWeight};
  if (!choice.weight) return setting;
  setting[3] = static_cast<int>(choice.weight->scheme);
  setting[4] = static_cast<int>(choice.weight->range_method);
  setting[5] = static_cast<int>(choice.weight->granularity);
  return setting;
}

int bits_of(const OpChoice& choice) {
  const auto bits = [](DType dtype) { return static_cast<int>(bit_width(dtype)); };
  return bits(choice.activation.dtype) + (choice.weight ? bits(choice.weight->dtype) : 0);
}

const OpChoice* chosen(const TuneConfig& config, const std::string& unit) {
  const auto found = config.units.find(unit);
  return found != config.units.end() && found->second.choice ? &*found->second.choice : nullptr;
}

/// The choices that vary nothing but settings from the one that `base` takes, that one first.
std::vector<OpChoice> variants(const SpaceUnit& unit, const OpChoice& base) {
  std::vector<OpChoice> found{base};
  for (const OpChoice& choice : unit.choices) {
    const bool alike = choice.quant_mode == base.quant_mode && choice.format == base.format &&
                       bits_of(choice) == bits_of(base) && choice != base;
    if (alike) found.push_back(choice);
  }
  return found;
}

std::size_t agreement(const Setting& a, const Setting& b) {
  std::size_t equal = 0;
  for (std::size_t i = 0; i < kFields; ++i) equal += a[i] == b[i] ? 1 : 0;
  return equal;
}

/// The first of the choices that agree with a setting in most fields.
const OpChoice& closest(const std::vector<OpChoice>& choices, const Setting& wanted) {
  return *std::ranges::max_element(choices, {},
                                   [&](const OpChoice& choice) { return agreement(setting_of(choice), wanted); });
}

/// Values of each field over choices, in the order in which they are met; of choices without a weight, those they have.
using FieldValues = std::array<std::vector<int>, kFields>;

void gather(FieldValues& values, const std::vector<OpChoice>& choices) {
  for (const OpChoice& choice : choices) {
    const Setting setting = setting_of(choice);
    for (std::size_t i = 0; i < kFields; ++i) {
      if (setting[i] == kNoWeight && i > 2) continue;
      if (std::ranges::find(values[i], setting[i]) == values[i].end()) values[i].push_back(setting[i]);
    }
  }
}

std::vector<Setting> product_of(FieldValues values) {
  for (std::vector<int>& field : values) {
    if (field.empty()) field.push_back(kNoWeight);
  }
  std::vector<Setting> settings{Setting{}};
  for (std::size_t i = 0; i < kFields; ++i) {
    std::vector<Setting> longer;
    for (const Setting& setting : settings) {
      for (const int value : values[i]) {
        longer.push_back(setting);
        longer.back()[i] = value;
      }
    }
    settings = std::move(longer);
  }
  return settings;
}

/// An axis on which units change together.
Axis joint_axis(const std::string& name, const TuningSpace& space, const TuneConfig& base,
                const std::vector<std::string>& units) {
  FieldValues values;
  std::map<std::string, std::vector<OpChoice>> choices;
  for (const std::string& unit : units) {
    choices[unit] = variants(space.unit(unit), *chosen(base, unit));
    gather(values, choices[unit]);
  }
  Axis axis{name, {}};
  for (const Setting& setting : product_of(values)) {
    Assignment assignment;
    for (const std::string& unit : units) assignment.emplace_back(unit, closest(choices[unit], setting));
    if (std::ranges::find(axis.options, assignment) == axis.options.end()) axis.options.push_back(assignment);
  }
  return axis;
}

Axis unit_axis(const std::string& unit, const std::vector<OpChoice>& choices, bool with_float) {
  Axis axis{unit, {}};
  for (const OpChoice& choice : choices) axis.options.push_back({{unit, choice}});
  if (with_float) axis.options.push_back({{unit, std::nullopt}});
  return axis;
}

void assign(TuneConfig& config, const Assignment& assignment) {
  for (const auto& [unit, choice] : assignment) {
    config.units[unit] = {choice, choice ? "" : "the search left it in float"};
  }
}

}  // namespace

std::vector<std::string> quantized_in(const TuningSpace& space, const TuneConfig& config) {
  std::vector<std::string> names;
  for (const SpaceUnit& unit : space.units()) {
    if (chosen(config, unit.name) != nullptr) names.push_back(unit.name);
  }
  return names;
}

std::vector<Axis> op_wise_axes(const TuningSpace& space, const TuneConfig& base, bool with_float) {
  std::vector<Axis> axes;
  for (const std::string& name : quantized_in(space, base)) {
    axes.push_back(unit_axis(name, variants(space.unit(name), *chosen(base, name)), with_float));
  }
  return axes;
}

std::vector<Axis> op_type_wise_axes(const TuningSpace& space, const TuneConfig& base) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const std::string& name : quantized_in(space, base)) {
    const std::string group =
        space.unit(name).type + " (" + std::string(to_string(chosen(base, name)->quant_mode)) + ")";
    auto found = std::ranges::find(groups, group, [](const auto& entry) { return entry.first; });
    if (found == groups.end()) found = groups.insert(groups.end(), {group, {}});
    found->second.push_back(name);
  }
  std::vector<Axis> axes;
  for (const auto& [name, units] : groups) axes.push_back(joint_axis(name, space, base, units));
  return axes;
}

std::vector<Axis> model_wise_axes(const TuningSpace& space, const TuneConfig& base) {
  const std::vector<std::string> units = quantized_in(space, base);
  if (units.empty()) return {};
  return {joint_axis("model", space, base, units)};
}

std::vector<Axis> full_axes(const TuningSpace& space) {
  std::vector<Axis> axes;
  for (const std::string& name : space.quantizable()) axes.push_back(unit_axis(name, space.unit(name).choices, true));
  return axes;
}

ProductSampler::ProductSampler(TuneConfig base, std::vector<Axis> axes)
    : base_(std::move(base)), axes_(std::move(axes)), digits_(axes_.size(), 0) {
  for (const Axis& axis : axes_) {
    if (axis.options.empty()) throw Error(ErrorCode::invalid_argument, "axis '" + axis.name + "' has no options");
  }
}

std::uint64_t ProductSampler::size() const {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t size = 1;
  for (const Axis& axis : axes_) {
    if (size > kMost / axis.options.size()) return kMost;
    size *= axis.options.size();
  }
  return size;
}

TuneConfig ProductSampler::at(const std::vector<std::size_t>& options) const {
  TuneConfig config = base_;
  for (std::size_t i = 0; i < axes_.size(); ++i) assign(config, axes_[i].options.at(options.at(i)));
  return config;
}

std::optional<TuneConfig> ProductSampler::next() {
  if (exhausted_) return std::nullopt;
  TuneConfig config = at(digits_);
  exhausted_ = true;
  for (std::size_t i = axes_.size(); i-- > 0;) {
    if (++digits_[i] < axes_[i].options.size()) {
      exhausted_ = false;
      break;
    }
    digits_[i] = 0;
  }
  return config;
}

std::vector<TuneConfig> fallback_one_by_one(const TuneConfig& base, const std::vector<std::string>& order) {
  std::vector<TuneConfig> configs;
  for (const std::string& unit : order) configs.push_back(with_float(base, {unit}, "the search left it in float"));
  return configs;
}

std::vector<TuneConfig> fallback_accumulated(const TuneConfig& base, const std::vector<std::string>& order) {
  std::vector<TuneConfig> configs;
  TuneConfig config = base;
  for (std::size_t i = 0; i < order.size(); ++i) {
    config = with_float(std::move(config), {order[i]}, "the search left it in float");
    // The first alone is what one by one begins with.
    if (i > 0) configs.push_back(config);
  }
  return configs;
}

std::vector<TuneConfig> fallback_blocks(const TuneConfig& base, const std::vector<std::vector<std::string>>& blocks,
                                        bool accumulate) {
  std::vector<TuneConfig> configs;
  TuneConfig config = base;
  for (const std::vector<std::string>& block : blocks) {
    if (!accumulate) config = base;
    config = with_float(std::move(config), block, "the search left its block in float");
    configs.push_back(config);
  }
  return configs;
}

std::optional<TuneConfig> with_lower_bits(const TuningSpace& space, const TuneConfig& base,
                                          const std::vector<std::string>& units) {
  TuneConfig lower = base;
  for (const std::string& name : units) {
    const OpChoice* now = chosen(base, name);
    if (now == nullptr) continue;
    const OpChoice* lowest = now;
    for (const OpChoice& choice : space.unit(name).choices) {
      if (choice.quant_mode == now->quant_mode && bits_of(choice) < bits_of(*lowest)) lowest = &choice;
    }
    lower.units[name].choice = *lowest;
  }
  return config_id(lower) == config_id(base) ? std::nullopt : std::optional(std::move(lower));
}

std::optional<TuneConfig> in_mode(const TuningSpace& space, const TuneConfig& base, QuantMode mode) {
  TuneConfig config = base;
  for (const std::string& name : space.quantizable(mode)) {
    if (chosen(base, name) == nullptr) continue;
    config.units[name].choice = *std::ranges::find(space.unit(name).choices, mode, &OpChoice::quant_mode);
  }
  return config_id(config) == config_id(base) ? std::nullopt : std::optional(std::move(config));
}

}  // namespace halftone
