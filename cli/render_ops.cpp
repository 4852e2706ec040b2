#include <algorithm>
#include <map>

#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

constexpr std::size_t kTypesShown = 12;
constexpr std::size_t kReasonsShown = 10;
constexpr std::size_t kNamesShown = 3;
constexpr std::size_t kBarLength = 20;

struct TypeCount {
  std::string type;
  std::uint64_t total = 0;
  std::uint64_t quantized = 0;
};

/// Ops that stay in float for one reason.
struct FloatGroup {
  std::string reason;
  std::map<std::string, std::uint64_t> types;
  std::vector<std::string> names;
};

std::vector<TypeCount> counts_of(const Json& by_type) {
  std::vector<TypeCount> counts;
  for (const auto& [type, count] : by_type.items()) {
    counts.push_back({printable(type), count_at(count, "total").value_or(0), count_at(count, "quantized").value_or(0)});
  }
  std::stable_sort(counts.begin(), counts.end(), [](const TypeCount& a, const TypeCount& b) {
    return a.quantized != b.quantized ? a.quantized > b.quantized : a.total > b.total;
  });
  return counts;
}

std::string bar_of(const TypeCount& count) {
  if (count.total == 0) return "";
  // A share that is neither none nor all must not look so.
  std::size_t filled = static_cast<std::size_t>(count.quantized * kBarLength / count.total);
  if (filled == 0 && count.quantized > 0) filled = 1;
  std::string bar;
  for (std::size_t i = 0; i < kBarLength; ++i) bar += i < filled ? "█" : "░";
  return bar;
}

std::string types_part(const Json& ops, const Style& style) {
  const std::vector<TypeCount> counts = counts_of(list_at(ops, "by_type"));
  TextTable table({Align::left, Align::right, Align::left});
  for (const TypeCount& count : counts) {
    if (count.quantized == 0 || &count - counts.data() >= static_cast<std::ptrdiff_t>(kTypesShown)) break;
    const Tint tint = count.quantized == count.total ? Tint::good : Tint::caution;
    table.add({{count.type}, {grouped(count.quantized) + " of " + grouped(count.total)}, {bar_of(count), tint}});
  }
  const auto quantized_types =
      std::count_if(counts.begin(), counts.end(), [](const auto& c) { return c.quantized > 0; });
  std::string text = table.text(style, 2);
  if (quantized_types > static_cast<std::ptrdiff_t>(kTypesShown)) {
    const auto more = static_cast<std::uint64_t>(quantized_types) - kTypesShown;
    text += "  … and " + counted(more, "other type") + "\n";
  }
  return text;
}

std::vector<FloatGroup> group_by_reason(const Json& in_float) {
  std::vector<FloatGroup> groups;
  std::map<std::string, std::size_t> place;
  for (const Json& op : in_float) {
    const std::string reason = text_at(op, "reason");
    const auto [found, is_new] = place.emplace(reason, groups.size());
    if (is_new) groups.push_back({reason, {}, {}});
    FloatGroup& group = groups[found->second];
    ++group.types[text_at(op, "type")];
    group.names.push_back(text_at(op, "name"));
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const FloatGroup& a, const FloatGroup& b) { return a.names.size() > b.names.size(); });
  return groups;
}

std::string types_of(const FloatGroup& group) {
  std::vector<std::string> types;
  for (const auto& [type, count] : group.types) types.push_back(type + (count > 1 ? " ×" + grouped(count) : ""));
  return some_of(types, 2);
}

}  // namespace

std::string quantized_part(const Json& ops, const Style& style) {
  const std::uint64_t total = count_at(ops, "total").value_or(0);
  const std::uint64_t quantized = count_at(ops, "quantized").value_or(0);
  return heading("Quantized", grouped(quantized) + " of " + counted(total, "op"), style) + types_part(ops, style);
}

std::string float_part(const Json& ops, const std::string& more, const Style& style) {
  const Json& in_float = list_at(ops, "float");
  if (in_float.empty()) return "";
  const std::vector<FloatGroup> groups = group_by_reason(in_float);
  TextTable table({Align::left, Align::left});
  std::uint64_t hidden = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const FloatGroup& group = groups[i];
    if (i >= kReasonsShown) {
      hidden += group.names.size();
      continue;
    }
    table.add({{types_of(group)}, {group.reason.empty() ? "no reason was given" : group.reason}});
    table.add({{""}, {some_of(group.names, kNamesShown), Tint::dim}});
  }
  std::string text = heading("Left in float", counted(in_float.size(), "op"), style) + table.text(style, 2);
  if (hidden > 0) text += "  … and " + counted(hidden, "other op") + "; " + more + "\n";
  return text;
}

}  // namespace halftone::cli
