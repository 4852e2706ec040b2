#include <algorithm>

#include "base/full_match.h"
#include "base/nearest_word.h"
#include "halftone/error.h"
#include "halftone/plan.h"

namespace halftone {
namespace {

constexpr std::size_t kMostNamesListed = 20;

[[noreturn]] void fail_unmatched(const GraphView& graph, const std::string& pattern) {
  std::vector<std::string> names;
  for (const TensorNode& tensor : graph.tensors()) {
    if (!tensor.is_constant()) names.push_back(tensor.name);
  }
  const bool can_suggest = names.size() <= kMostNamesListed || !nearest_word(pattern, names).empty();
  throw Error(ErrorCode::configuration, "tensors: '" + pattern + "' matches the name of no tensor in the model",
              can_suggest ? suggest(pattern, names) : "a pattern must match the whole name");
}

}  // namespace

std::map<std::string, GivenParameters> given_parameters(const GraphView& graph, const std::vector<TensorRule>& rules) {
  std::map<std::string, GivenParameters> given;
  for (const TensorRule& rule : rules) {
    const FullMatch pattern(rule.pattern);
    bool any = false, any_constant = false;
    for (const TensorNode& tensor : graph.tensors()) {
      if (!pattern.matches(tensor.name)) continue;
      any_constant = any_constant || tensor.is_constant();
      if (tensor.is_constant()) continue;
      given.insert_or_assign(tensor.name, rule.parameters);
      any = true;
    }
    if (any) continue;
    if (!any_constant) fail_unmatched(graph, rule.pattern);
    throw Error(ErrorCode::configuration, "tensors: '" + rule.pattern + "' is a constant of the model",
                "the parameters of constants follow from their values; give those of activations");
  }
  return given;
}

}  // namespace halftone
