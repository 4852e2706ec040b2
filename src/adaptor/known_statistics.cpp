#include "adaptor/known_statistics.h"

#include <algorithm>

namespace halftone {

bool serves(const CalibrationTable& known, const Model& model, const std::vector<std::string>& tensors,
            const CalibrationOptions& options, const DataLoader& data) {
  // Tensors of a branch that never ran have statistics of no values, and no channels.
  const bool holds_all = std::ranges::all_of(tensors, [&](const std::string& tensor) {
    const auto seen = known.tensors.find(tensor);
    if (seen == known.tensors.end()) return false;
    if (seen->second.count == 0) return true;
    if (options.histograms && seen->second.histogram.counts.empty()) return false;
    return !options.channel_axes.contains(tensor) || known.channels.contains(tensor);
  });
  return holds_all && known.model_sha256 == model.sha256() && known.data_sha256 == data.fingerprint();
}

}  // namespace halftone
