#include <mutex>

#include "adaptor/sample_session.h"
#include "halftone/adaptor.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// One observer a tensor.
using ObserverSet = std::vector<StatisticsObserver>;

/// Lends each running sample a set of observers; merged at the end. Merging is exact, so which sample met which set
/// changes no bit.
class ObserverPool {
 public:
  ObserverPool(std::size_t tensors, bool histograms) : tensors_(tensors), histograms_(histograms) {}

  std::unique_ptr<ObserverSet> take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return std::make_unique<ObserverSet>(tensors_, StatisticsObserver(histograms_));
    auto set = std::move(idle_.back());
    idle_.pop_back();
    return set;
  }
  void give_back(std::unique_ptr<ObserverSet> set) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(set));
  }
  TensorStatistics merged(std::size_t tensor) const {
    TensorStatistics all = StatisticsObserver(histograms_).statistics();
    for (const auto& set : idle_) all = merge(all, (*set)[tensor].statistics());
    return all;
  }

 private:
  std::size_t tensors_;
  bool histograms_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ObserverSet>> idle_;
};

void observe(StatisticsObserver& observer, const Tensor& value) {
  if (value.dtype() == DType::f32) {
    observer.observe(value.values<float>());
    return;
  }
  observer.observe(value.to_floats());
}

}  // namespace

CalibrationTable Adaptor::calibrate(const Model& model, const std::vector<std::string>& tensors, const DataLoader& data,
                                    const CalibrationOptions& options) const {
  const ErrorContext frame("calibrating");
  const auto session = open_for_samples(*this, model, tensors, options.threads);
  ObserverPool pool(tensors.size(), options.histograms);
  std::mutex mutex;
  CalibrationTable table;
  Stage stage(progress(), "calibrate", data.size().value_or(0));
  data.for_each(session->concurrent() ? options.threads : 1, [&](std::size_t, const DataItem& item) {
    const ErrorContext sample([&] { return "sample '" + item.id + "'"; });
    auto observers = pool.take();
    session->run(item.inputs, [&](std::size_t index, const Tensor& value) { observe((*observers)[index], value); });
    pool.give_back(std::move(observers));
    const std::scoped_lock lock(mutex);
    table.samples += item.samples();
    stage.advance();
  });
  for (std::size_t i = 0; i < tensors.size(); ++i) table.tensors[tensors[i]] = pool.merged(i);
  table.model_sha256 = model.sha256();
  table.data_sha256 = data.fingerprint();
  return table;
}

QuantizeResult Adaptor::quantize(const TuneConfig& config, const Model& model, const DataLoader& data,
                                 const CalibrationOptions& options) const {
  return quantize(config, model, query_fw_capability(model), data, options);
}

QuantizeResult Adaptor::quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                                 const DataLoader& data, const CalibrationOptions& options) const {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  QuantizeResult result;
  const GraphView view = graph(model);
  const QuantizationPlan outline = make_plan(view, capability, config, nullptr);

  auto start = Clock::now();
  CalibrationOptions calibration = options;
  calibration.histograms = false;
  for (const TensorPlan& tensor : outline.tensors) {
    calibration.histograms = calibration.histograms || tensor.spec.range_method != RangeMethod::minmax;
  }
  result.table = calibrate(model, outline.observed_tensors(), data, calibration);
  result.seconds["calibrate"] = since(start);

  start = Clock::now();
  result.plan = make_plan(view, capability, config, &result.table);
  result.seconds["plan"] = since(start);

  start = Clock::now();
  if (options.correct_bias) correct_bias(model, view, result.plan, data, options);
  result.seconds["correct"] = since(start);

  start = Clock::now();
  result.model = convert(model, result.plan);
  result.seconds["convert"] = since(start);
  return result;
}

}  // namespace halftone
