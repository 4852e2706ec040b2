#include "verbs/testing/whole_adaptor.h"

#include <algorithm>
#include <array>

#include "halftone/error.h"

namespace halftone::testing {
namespace {

constexpr float kLevels = 255;

std::int64_t class_of(const NamedTensors& outputs) {
  const std::vector<float> row = outputs.front().value.to_floats();
  return std::max_element(row.begin(), row.end()) - row.begin();
}

bool is_chosen(const TuneConfig& config, const std::string& op) {
  const auto found = config.units.find(op);
  return found != config.units.end() && found->second.choice.has_value();
}

}  // namespace

std::unique_ptr<Session> WholeAdaptor::do_open(const Model& model, const RunOptions& options) const {
  if (!options.observed_tensors.empty()) throw Error(ErrorCode::unsupported, "this backend shows no tensors");
  return std::make_unique<DenseSession>(network(model), std::vector<std::string>{});
}

std::unique_ptr<Model> WholeAdaptor::do_convert(const Model&, const QuantizationPlan&) const {
  throw Error(ErrorCode::unsupported, "this backend converts no plans");
}

QuantizeResult WholeAdaptor::do_quantize(const TuneConfig& config, const Model& model, const Capability&,
                                         const DataLoader* data, const CalibrationOptions&,
                                         const TrainingFunction& q_func) const {
  nlohmann::json file = network(model).file();
  if (q_func) {
    TrainableNetwork trainable(file, {});
    q_func(trainable);
    file = trainable.file;
  }
  const DenseSession session(DenseNetwork(file), {"x", "r"});
  std::array<float, 2> largest{};
  if (data != nullptr) {
    data->for_each(1, [&](std::size_t, const DataItem& item) {
      session.run(item.inputs, [&](std::size_t index, const Tensor& value) {
        for (const float seen : value.to_floats()) largest[index] = std::max(largest[index], seen);
      });
    });
  } else if (q_func) {
    largest.fill(1);
  } else {
    throw Error(ErrorCode::internal, "neither data nor training");
  }
  ++*passes_;
  file["quantized"] = nlohmann::json::object();
  if (is_chosen(config, "fc1")) file["quantized"]["x"] = {{"scale", largest[0] / kLevels}, {"zero_point", 0}};
  if (is_chosen(config, "fc2")) file["quantized"]["r"] = {{"scale", largest[1] / kLevels}, {"zero_point", 0}};
  QuantizeResult result;
  result.model = std::make_unique<DenseNetwork>(std::move(file));
  return result;
}

Measurement WholeAdaptor::do_evaluate(const Model& model, const DataLoader& data, const EvaluateOptions& options,
                                      const Model*) const {
  const DenseSession session(network(model), {});
  double right = 0, all = 0;
  data.for_each(1, [&](std::size_t, const DataItem& item) {
    NamedTensors outputs = session.run(item.inputs);
    if (options.postprocess) outputs = options.postprocess(std::move(outputs));
    right += class_of(outputs) == item.labels.at(0) ? 1 : 0;
    all += 1;
  });
  Measurement measurement;
  measurement.values["top1"] = right / all;
  return measurement;
}

std::unique_ptr<Model> TrainableAdaptor::do_prepare_qat(const Model& model, const QuantizationPlan& plan) const {
  std::map<std::string, Range> ranges;
  for (const TensorPlan& tensor : plan.tensors) {
    const float scale = tensor.params.value().scale.front();
    const auto zero = static_cast<float>(tensor.params->zero_point.front());
    ranges[tensor.tensor] = {-zero * scale, (kLevels - zero) * scale};
  }
  return std::make_unique<TrainableNetwork>(network(model).file(), std::move(ranges));
}

TrainedModel TrainableAdaptor::do_read_trained(const Model& trainable, const QuantizationPlan&) const {
  const auto& trained = dynamic_cast<const TrainableNetwork&>(trainable);
  TrainedModel result{std::make_unique<DenseNetwork>(trained.file), {}};
  for (const auto& [tensor, range] : trained.ranges) {
    StatisticsObserver observer(false);
    observer.observe(std::array{range.low, range.high});
    result.table.tensors[tensor] = observer.statistics();
  }
  return result;
}

}  // namespace halftone::testing
