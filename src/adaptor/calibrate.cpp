#include <mutex>
#include <optional>

#include "adaptor/sample_session.h"
#include "adaptor/timed_pass.h"
#include "calibration/channel_sums.h"
#include "halftone/adaptor.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// What is gathered of one tensor.
struct Observed {
  StatisticsObserver statistics;
  std::optional<int> channel_axis;
  ChannelSums channels;

  void observe(const Tensor& value) {
    if (value.dtype() != DType::f32) {
      statistics.observe(value.to_floats());
      return;
    }
    statistics.observe(value.values<float>());
    if (channel_axis) add(channels, sum_channels(value, *channel_axis));
  }
};
using ObserverSet = std::vector<Observed>;

/// Lends each running sample a set of observers; merged at the end. Merging is exact, so which sample met which set
/// changes no bit.
class ObserverPool {
 public:
  explicit ObserverPool(ObserverSet unused) : unused_(std::move(unused)) {}

  std::unique_ptr<ObserverSet> take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return std::make_unique<ObserverSet>(unused_);
    auto set = std::move(idle_.back());
    idle_.pop_back();
    return set;
  }
  void give_back(std::unique_ptr<ObserverSet> set) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(set));
  }
  TensorStatistics statistics(std::size_t tensor) const {
    TensorStatistics all = unused_[tensor].statistics.statistics();
    for (const auto& set : idle_) all = merge(all, (*set)[tensor].statistics.statistics());
    return all;
  }
  ChannelSums channels(std::size_t tensor) const {
    ChannelSums all;
    for (const auto& set : idle_) add(all, (*set)[tensor].channels);
    return all;
  }

 private:
  ObserverSet unused_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ObserverSet>> idle_;
};

ObserverSet observers_for(const std::vector<std::string>& tensors, const CalibrationOptions& options) {
  ObserverSet set;
  for (const std::string& tensor : tensors) {
    const auto axis = options.channel_axes.find(tensor);
    set.push_back({StatisticsObserver(options.histograms),
                   axis == options.channel_axes.end() ? std::nullopt : std::optional(axis->second),
                   {}});
  }
  return set;
}

}  // namespace

CalibrationTable Adaptor::calibrate(const Model& model, const std::vector<std::string>& tensors, const DataLoader& data,
                                    const CalibrationOptions& options) const {
  const PassClock clock(progress(), "calibrate");
  const ErrorContext frame("calibrating");
  const auto session = open_for_samples(*this, model, tensors, options.threads);
  ObserverPool pool(observers_for(tensors, options));
  std::mutex mutex;
  CalibrationTable table;
  Stage stage(progress(), "calibrate", data.size().value_or(0));
  data.for_each(session->concurrent() ? options.threads : 1, [&](std::size_t, const DataItem& item) {
    const ErrorContext sample([&] { return "sample '" + item.id + "'"; });
    auto observers = pool.take();
    session->run(item.inputs, [&](std::size_t index, const Tensor& value) { (*observers)[index].observe(value); });
    pool.give_back(std::move(observers));
    const std::scoped_lock lock(mutex);
    table.samples += item.samples();
    stage.advance();
  });
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    table.tensors[tensors[i]] = pool.statistics(i);
    ChannelSums channels = pool.channels(i);
    if (channels.count > 0) table.channels[tensors[i]] = std::move(channels);
  }
  table.model_sha256 = model.sha256();
  table.data_sha256 = data.fingerprint();
  clock.tell();
  return table;
}

}  // namespace halftone
