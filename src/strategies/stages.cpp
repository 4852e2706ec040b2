#include "strategies/stages.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <set>

namespace halftone {
namespace {

/// Op types by what they begin with, whatever the framework calls them; the order in which they are quantized.
constexpr std::array<std::array<std::string_view, 5>, 2> kProductFamilies{
    {{"conv", "depthwiseconv", "fusedconv", "", ""}, {"matmul", "batchmatmul", "bmm", "gemm", "linear"}}};

std::size_t family_of(const std::string& type) {
  std::string lower;
  for (const char letter : type) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  for (std::size_t i = 0; i < kProductFamilies.size(); ++i) {
    for (const std::string_view word : kProductFamilies[i]) {
      if (!word.empty() && lower.starts_with(word)) return i;
    }
  }
  return kProductFamilies.size();
}

/// Units that are quantized together, by the type of their product; the last group is everything that is no product.
struct TypeGroup {
  std::string name;
  std::size_t family = 0;
  std::vector<std::string> units;
};

std::vector<TypeGroup> groups_by_type(const TuningSpace& space, const TuneConfig& initial) {
  std::vector<TypeGroup> groups;
  TypeGroup others{"all other ops", kProductFamilies.size() + 1, {}};
  for (const std::string& name : quantized_in(space, initial)) {
    const SpaceUnit& unit = space.unit(name);
    if (!unit.is_product) {
      others.units.push_back(name);
      continue;
    }
    auto found = std::ranges::find(groups, unit.type, &TypeGroup::name);
    if (found == groups.end()) found = groups.insert(groups.end(), {unit.type, family_of(unit.type), {}});
    found->units.push_back(name);
  }
  std::ranges::stable_sort(groups, {}, &TypeGroup::family);
  if (!others.units.empty()) groups.push_back(std::move(others));
  return groups;
}

TuneConfig with_choices_of(TuneConfig config, const TuneConfig& source, const std::vector<std::string>& units) {
  for (const std::string& unit : units) config.units[unit] = source.units.at(unit);
  return config;
}

std::string names_of(const std::vector<std::string>& units, std::size_t count) {
  return in_float_text({units.begin(), units.begin() + static_cast<std::ptrdiff_t>(count)});
}

TuneConfig first_in_float(const TuneConfig& base, const std::vector<std::string>& order, std::size_t count) {
  return with_float(base, {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count)},
                    "the search left it in float");
}

}  // namespace

Proposal advised(const StrategyContext& context) {
  return {context.initial, "default", "every op as the backend advises"};
}

Search lower_bits(const TuningSpace& space, TuneConfig base) {
  auto lower = with_lower_bits(space, base, quantized_in(space, base));
  if (!lower) co_return;
  Proposal proposal{std::move(*lower), "lower bits", "every op in the fewest bits"};
  co_yield std::move(proposal);
}

Search at_run_time(const TuningSpace& space, TuneConfig base) {
  auto dynamic = in_mode(space, base, QuantMode::dynamic);
  if (!dynamic) co_return;
  Proposal proposal{std::move(*dynamic), "dynamic", "every op that can, quantized at run time"};
  co_yield std::move(proposal);
}

Search quantize_by_type(const TuningSpace& space, const TuneConfig& initial, bool& more_types) {
  const std::vector<TypeGroup> groups = groups_by_type(space, initial);
  TuneConfig config = space.in_float();
  config.tensors = initial.tensors;
  config.layout = initial.layout;
  bool any_kept = false;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool are_products = groups[i].family <= kProductFamilies.size();
    // What is no product only adds to products that are quantized; it is no reason to go on after a success.
    if (!are_products && !any_kept) break;
    more_types = i + 1 < groups.size() && groups[i + 1].family <= kProductFamilies.size();
    TuneConfig with_group = with_choices_of(config, initial, groups[i].units);
    Proposal proposal{with_group, "op type by op type", groups[i].name + " quantized"};
    const Trial& trial = co_yield std::move(proposal);
    if (!trial.met) continue;
    config = std::move(with_group);
    any_kept = true;
  }
  more_types = false;
}

Search vary_settings(const TuningSpace& space, TuneConfig base, std::size_t most) {
  std::size_t tried = 0;
  std::vector<std::vector<Axis>> stages{model_wise_axes(space, base)};
  for (Axis& axis : op_type_wise_axes(space, base)) stages.push_back({std::move(axis)});
  for (std::vector<Axis>& axes : stages) {
    if (axes.empty()) continue;
    const std::string what = axes.front().name == "model" ? "every op" : axes.front().name;
    ProductSampler sampler(base, std::move(axes));
    std::set<std::string> seen{config_id(base)};
    while (std::optional<TuneConfig> config = sampler.next()) {
      if (!seen.insert(config_id(*config)).second) continue;
      if (tried++ == most) co_return;
      Proposal proposal{std::move(*config), "settings", what + " with other settings"};
      co_yield std::move(proposal);
    }
  }
}

Search float_recipes(const TuningSpace& space, TuneConfig base, bool together) {
  TuneConfig all = base;
  for (const auto& [name, units] : space.groups()) {
    if (units.empty()) continue;
    all = with_float(std::move(all), units, "recipe " + name + ": fp32");
    if (together) continue;
    Proposal proposal{with_float(base, units, "recipe " + name + ": fp32"), "recipes one by one", name + " in float"};
    co_yield std::move(proposal);
  }
  if (!together || config_id(all) == config_id(base)) co_return;
  Proposal proposal{std::move(all), "recipes together", "the ops of all recipes in float"};
  co_yield std::move(proposal);
}

Search float_blocks(const TuningSpace& space, TuneConfig base) {
  std::size_t count = 0;
  for (TuneConfig& config : fallback_blocks(base, space.blocks(), true)) {
    ++count;
    Proposal proposal{std::move(config), "block by block", "the last " + std::to_string(count) + " blocks in float"};
    co_yield std::move(proposal);
  }
}

Search float_units(TuneConfig base, std::vector<std::string> order) {
  std::map<std::string, double> margins;
  const std::vector<TuneConfig> alone = fallback_one_by_one(base, order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    Proposal proposal{alone[i], "fallback one by one", order[i] + " in float"};
    const Trial& trial = co_yield std::move(proposal);
    if (!trial.failed()) margins[order[i]] = trial.margin;
  }
  order = by_number(order, margins);
  std::size_t count = 1;
  for (TuneConfig& config : fallback_accumulated(base, order)) {
    ++count;
    Proposal proposal{std::move(config), "fallback accumulated", names_of(order, count)};
    co_yield std::move(proposal);
  }
}

Search fewest_in_float(TuneConfig base, std::vector<std::string> order) {
  std::size_t too_few = 0;
  std::size_t enough = 0;
  for (std::size_t count = 1; enough == 0 && too_few < order.size(); count = std::min(2 * count, order.size())) {
    Proposal proposal{first_in_float(base, order, count), "the noisiest in float", names_of(order, count)};
    const Trial& trial = co_yield std::move(proposal);
    (trial.met ? enough : too_few) = count;
  }
  while (enough > too_few + 1) {
    const std::size_t count = too_few + (enough - too_few) / 2;
    Proposal proposal{first_in_float(base, order, count), "fewer in float", names_of(order, count)};
    const Trial& trial = co_yield std::move(proposal);
    (trial.met ? enough : too_few) = count;
  }
}

std::vector<std::string> by_number(const std::vector<std::string>& units,
                                   const std::map<std::string, double>& numbers) {
  std::vector<std::string> sorted = units;
  const auto number = [&](const std::string& unit) {
    const auto found = numbers.find(unit);
    return found == numbers.end() ? -std::numeric_limits<double>::infinity() : found->second;
  };
  std::ranges::stable_sort(sorted, std::greater{}, number);
  return sorted;
}

}  // namespace halftone
