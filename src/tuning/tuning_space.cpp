#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/nearest_word.h"
#include "halftone/error.h"
#include "halftone/tuning.h"

namespace halftone {
namespace {

constexpr std::array kModes{QuantMode::static_, QuantMode::dynamic, QuantMode::weight_only, QuantMode::qat};

std::vector<SpaceUnit> units_of(const GraphView& graph, const Capability& capability) {
  std::vector<SpaceUnit> units;
  units.reserve(capability.units.size());
  for (const UnitCapability& unit : capability.units) {
    const OpNode& anchor = graph.op(unit.unit.anchor());
    SpaceUnit& made = units.emplace_back();
    made.name = anchor.name;
    made.type = anchor.type;
    made.pattern = unit.unit.pattern;
    for (const OpId op : unit.unit.ops) made.ops.push_back(graph.op(op).name);
    made.choices = unit.choices;
    made.reason = unit.reason;
    made.is_product = anchor.meaning.is_product;
  }
  return units;
}

/// The units that hold ops, each once, in the order of the ops; those without a choice are left out.
std::vector<std::string> units_holding(const std::vector<SpaceUnit>& units, const std::vector<std::string>& ops) {
  std::map<std::string, const SpaceUnit*> holder;
  for (const SpaceUnit& unit : units) {
    for (const std::string& op : unit.ops) holder[op] = &unit;
  }
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const std::string& op : ops) {
    const auto found = holder.find(op);
    if (found == holder.end()) throw Error(ErrorCode::invalid_argument, "a group names an unknown op '" + op + "'");
    const SpaceUnit& unit = *found->second;
    if (!unit.choices.empty() && seen.insert(unit.name).second) names.push_back(unit.name);
  }
  return names;
}

const OpChoice* first_of(const SpaceUnit& unit, QuantMode mode) {
  const auto found = std::ranges::find(unit.choices, mode, &OpChoice::quant_mode);
  return found == unit.choices.end() ? nullptr : &*found;
}

UnitChoice float_choice(const SpaceUnit& unit) {
  UnitChoice choice;
  choice.reason = unit.choices.empty() ? unit.reason : "the search left it in float";
  return choice;
}

}  // namespace

TuningSpace::TuningSpace(const GraphView& graph, const Capability& capability)
    : TuningSpace(units_of(graph, capability), capability.groups, capability.blocks) {}

TuningSpace::TuningSpace(std::vector<SpaceUnit> units, std::map<std::string, std::vector<std::string>> groups,
                         std::vector<std::vector<std::string>> blocks)
    : units_(std::move(units)) {
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (by_name_.emplace(units_[i].name, i).second) continue;
    throw Error(ErrorCode::invalid_argument, "two units of the space are named '" + units_[i].name + "'");
  }
  for (const auto& [name, ops] : groups) groups_[name] = units_holding(units_, ops);
  for (const std::vector<std::string>& ops : blocks) {
    std::vector<std::string> block = units_holding(units_, ops);
    if (!block.empty()) blocks_.push_back(std::move(block));
  }
}

const SpaceUnit& TuningSpace::unit(const std::string& name) const {
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return units_[found->second];
  std::vector<std::string> names;
  for (const auto& [known, index] : by_name_) names.push_back(known);
  throw Error(ErrorCode::invalid_argument, "the space has no unit '" + name + "'", suggest(name, names));
}

std::vector<std::string> TuningSpace::quantizable(std::optional<QuantMode> mode) const {
  std::vector<std::string> names;
  for (const SpaceUnit& unit : units_) {
    if (mode ? first_of(unit, *mode) != nullptr : !unit.choices.empty()) names.push_back(unit.name);
  }
  return names;
}

std::vector<QuantMode> TuningSpace::modes() const {
  std::vector<QuantMode> modes;
  for (const QuantMode mode : kModes) {
    if (!quantizable(mode).empty()) modes.push_back(mode);
  }
  return modes;
}

TuneConfig TuningSpace::in_float() const {
  TuneConfig config;
  for (const SpaceUnit& unit : units_) config.units[unit.name] = float_choice(unit);
  return config;
}

TuneConfig TuningSpace::first_choices(QuantMode mode) const {
  TuneConfig config = in_float();
  for (const SpaceUnit& unit : units_) {
    if (unit.choices.empty()) continue;
    const OpChoice* first = first_of(unit, mode);
    config.units[unit.name] = {first != nullptr ? *first : unit.choices.front(), {}};
  }
  return config;
}

int TuningSpace::choice_index(const TuneConfig& config, const SpaceUnit& unit) const {
  const auto found = config.units.find(unit.name);
  if (found == config.units.end() || !found->second.choice) return -1;
  const auto choice = std::ranges::find(unit.choices, *found->second.choice);
  if (choice != unit.choices.end()) return static_cast<int>(choice - unit.choices.begin());
  throw Error(ErrorCode::invalid_argument,
              "unit '" + unit.name + "' has no choice '" + to_string(*found->second.choice) + "' in this space");
}

std::string config_id(const TuneConfig& config) {
  std::string id;
  for (const auto& [name, unit] : config.units) {
    if (!unit.choice) continue;
    const OpChoice& choice = *unit.choice;
    id.append(name).append("=").append(to_string(choice.format)).append(" ").append(to_string(choice));
    id += choice.float_output ? " float output" : "";
    if (choice.weight) id += " " + std::to_string(choice.weight->group_size);
    id += '\n';
  }
  return id;
}

TuneConfig with_float(TuneConfig config, const std::vector<std::string>& units, const std::string& reason) {
  for (const std::string& name : units) {
    const auto found = config.units.find(name);
    if (found == config.units.end()) {
      throw Error(ErrorCode::invalid_argument, "the configuration has no unit '" + name + "'");
    }
    if (found->second.choice) found->second = {std::nullopt, reason};
  }
  return config;
}

std::size_t quantized_units(const TuneConfig& config) {
  return static_cast<std::size_t>(
      std::ranges::count_if(config.units, [](const auto& unit) { return unit.second.choice.has_value(); }));
}

}  // namespace halftone
