#include <algorithm>
#include <map>
#include <set>

#include "adaptor/float_constants.h"
#include "adaptor/timed_pass.h"
#include "base/nearest_word.h"
#include "halftone/adaptor.h"
#include "halftone/error.h"

namespace halftone {
namespace {

using ConstantsByName = std::multimap<std::string, StoredConstant>;

/// What a model holds for each float tensor that can be set. One tensor may be held several times, by other scales.
ConstantsByName settable_constants(std::vector<StoredConstant> stored, const GraphView& graph) {
  ConstantsByName by_name;
  for (StoredConstant& constant : float_constants(graph, stored)) by_name.emplace(constant.tensor, std::move(constant));
  for (StoredConstant& constant : stored) by_name.emplace(constant.tensor, std::move(constant));
  return by_name;
}

void require_known(const ConstantsByName& constants, const std::string& tensor) {
  if (constants.contains(tensor)) return;
  std::vector<std::string> names;
  for (const auto& [name, constant] : constants) {
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  throw Error(ErrorCode::invalid_argument, "the model has no weight or bias '" + tensor + "'", suggest(tensor, names));
}

void require_once(const NamedTensors& tensors) {
  std::set<std::string> names;
  for (const NamedTensor& tensor : tensors) {
    if (names.insert(tensor.name).second) continue;
    throw Error(ErrorCode::invalid_argument, "tensor '" + tensor.name + "' is given twice", "give its values once");
  }
}

void warn_of_clipped(Progress& progress, const StoredConstant& constant, std::size_t clipped) {
  if (clipped == 0) return;
  progress.warn("tensor '" + constant.tensor + "': its scale cannot express " + std::to_string(clipped) + " of " +
                std::to_string(constant.values.size()) + " values, which were clipped");
}

}  // namespace

std::unique_ptr<Model> Adaptor::set_tensor(const Model& model, const NamedTensors& tensor_dict) const {
  return timed_pass(progress(), "set tensors", "", [&] {
    std::optional<std::vector<StoredConstant>> stored = do_stored_constants(model);
    if (!stored) {
      throw Error(
          ErrorCode::unsupported,
          "backend '" + options_.key + "' cannot set tensors: it does not tell where a quantized model keeps them",
          "change the float model and quantize it again");
    }
    const ConstantsByName constants = settable_constants(*std::move(stored), graph(model));
    require_once(tensor_dict);
    NamedTensors changed;
    for (const NamedTensor& tensor : tensor_dict) {
      require_known(constants, tensor.name);
      const auto [first, last] = constants.equal_range(tensor.name);
      for (auto held = first; held != last; ++held) {
        RequantizedConstant result = requantized(held->second, tensor.value);
        warn_of_clipped(progress(), held->second, result.clipped);
        changed.push_back({held->second.stored, std::move(result.values)});
      }
    }
    return do_replace_constants(model, changed);
  });
}

std::unique_ptr<Model> Adaptor::do_replace_constants(const Model&, const NamedTensors&) const {
  throw Error(ErrorCode::unsupported, "backend '" + options_.key + "' cannot change constants of a model");
}

}  // namespace halftone
