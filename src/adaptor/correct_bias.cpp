#include <mutex>

#include "adaptor/sample_session.h"
#include "halftone/adaptor.h"
#include "halftone/error.h"
#include "planning/bias_correction.h"

namespace halftone {
namespace {

// Means settle quickly: each sample brings as many values a channel as it has places.
constexpr std::size_t kSamples = 32;

}  // namespace

void Adaptor::correct_bias(const Model& model, const GraphView& graph, QuantizationPlan& plan, const DataLoader& data,
                           const CalibrationOptions& options) const {
  const std::map<std::string, int> axes = tensors_for_correction(graph, plan);
  if (axes.empty()) return;
  const ErrorContext frame("correcting biases");
  std::vector<std::string> tensors;
  for (const auto& [tensor, axis] : axes) tensors.push_back(tensor);
  const auto session = open_for_samples(*this, model, tensors, options.threads);
  const DataLoader samples = data.prefix(kSamples);
  std::map<std::string, ChannelSums> sums;
  std::mutex mutex;
  Stage stage(progress(), "correct bias", samples.size().value_or(0));
  samples.for_each(session->concurrent() ? options.threads : 1, [&](std::size_t, const DataItem& item) {
    const ErrorContext sample([&] { return "sample '" + item.id + "'"; });
    session->run(item.inputs, [&](std::size_t index, const Tensor& value) {
      const std::string& tensor = tensors[index];
      const ChannelSums part = sum_channels(value, axes.at(tensor), *plan.find_tensor(tensor)->params);
      const std::scoped_lock lock(mutex);
      add(sums[tensor], part);
    });
    stage.advance();
  });
  const int corrected = correct_biases(graph, plan, sums);
  progress().detail("Pass correct bias: " + std::to_string(corrected) + " ops");
}

}  // namespace halftone
