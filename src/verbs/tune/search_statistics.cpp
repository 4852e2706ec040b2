#include "verbs/tune/search_statistics.h"

#include <algorithm>
#include <set>

#include "adaptor/known_statistics.h"
#include "planning/bias_correction.h"
#include "verbs/stopwatch.h"

namespace halftone {
namespace {

CalibrationOptions options_for(const QuantizationSetup& setup, const TuneConfig& initial, int threads) {
  CalibrationOptions options;
  options.threads = threads;
  options.histograms = std::ranges::any_of(setup.capability.units, [](const UnitCapability& unit) {
    return std::ranges::any_of(unit.choices, [](const OpChoice& choice) {
      return is_static(choice) && choice.activation.range_method != RangeMethod::minmax;
    });
  });
  options.channel_axes =
      tensors_for_correction(setup.graph, make_plan(setup.graph, setup.capability, initial, nullptr));
  return options;
}

}  // namespace

std::vector<std::string> tensors_of_search(const QuantizationSetup& setup) {
  std::set<std::string> names;
  const auto add = [&](TensorId id) {
    if (id == kNone) return;
    const TensorNode& tensor = setup.graph.tensor(id);
    if (!tensor.is_constant() && tensor.dtype == DType::f32) names.insert(tensor.name);
  };
  for (const UnitCapability& unit : setup.capability.units) {
    if (std::ranges::none_of(unit.choices, is_static)) continue;
    for (const OpId id : unit.unit.ops) {
      const OpNode& op = setup.graph.op(id);
      for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        if (op.role(i) == InputRole::activation) add(op.inputs[i]);
      }
      for (const TensorId output : op.outputs) add(output);
    }
  }
  return {names.begin(), names.end()};
}

GatheredStatistics gather_for_search(const QuantizationSetup& setup, const TuneConfig& initial, const DataLoader& data,
                                     const std::filesystem::path& file, int threads) {
  const Stopwatch stopwatch;
  GatheredStatistics gathered;
  std::vector<std::string> tensors = tensors_of_search(setup);
  if (tensors.empty()) return gathered;
  const CalibrationOptions options = options_for(setup, initial, threads);
  for (const auto& [tensor, axis] : options.channel_axes) {
    if (!std::ranges::binary_search(tensors, tensor)) tensors.insert(std::ranges::lower_bound(tensors, tensor), tensor);
  }
  std::error_code missing;
  if (std::filesystem::exists(file, missing)) {
    gathered.table = CalibrationTable::load(file);
    gathered.was_known = serves(gathered.table, *setup.prepared, tensors, options, data);
  }
  if (!gathered.was_known) {
    gathered.table = setup.opened.adaptor->calibrate(*setup.prepared, tensors, data, options);
    gathered.table.save(file);
  }
  gathered.seconds = stopwatch.seconds();
  return gathered;
}

}  // namespace halftone
