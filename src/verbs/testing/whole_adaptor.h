#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "verbs/testing/dense_adaptor.h"

namespace halftone::testing {

/// A backend that quantizes as a whole: it makes a pass over the data for each configuration, shows no tensors,
/// converts no plans, and gives but one number for each metric.
class WholeAdaptor final : public DenseAdaptor {
 public:
  /// Counts passes over calibration data.
  WholeAdaptor(AdaptorOptions options, std::shared_ptr<std::atomic<int>> passes)
      : DenseAdaptor(std::move(options)), passes_(std::move(passes)) {}
  bool only_quantizes() const override { return true; }

 private:
  std::unique_ptr<Session> do_open(const Model& model, const RunOptions& options) const override;
  std::unique_ptr<Model> do_convert(const Model& model, const QuantizationPlan& plan) const override;
  QuantizeResult do_quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                             const DataLoader* data, const CalibrationOptions& options,
                             const TrainingFunction& q_func) const override;
  /// Of top1 alone.
  Measurement do_evaluate(const Model& model, const DataLoader& data, const EvaluateOptions& options,
                          const Model* reference) const override;
  std::optional<std::vector<ExecutedOp>> do_executed_ops(const Model&) const override { return std::nullopt; }

  std::shared_ptr<std::atomic<int>> passes_;
};

/// A network in training: its weights, and the ranges of its activations.
class TrainableNetwork final : public Model {
 public:
  TrainableNetwork(nlohmann::json given, std::map<std::string, Range> seen)
      : file(std::move(given)), ranges(std::move(seen)) {}
  std::vector<TensorSignature> inputs() const override { return DenseNetwork(file).inputs(); }
  std::vector<TensorSignature> outputs() const override { return DenseNetwork(file).outputs(); }
  std::string sha256() const override { return DenseNetwork(file).sha256(); }
  std::uint64_t size_bytes() const override { return DenseNetwork(file).size_bytes(); }

  nlohmann::json file;
  std::map<std::string, Range> ranges;
};

/// A backend whose networks can be trained: a TrainingFunction gets a TrainableNetwork.
class TrainableAdaptor final : public DenseAdaptor {
 public:
  using DenseAdaptor::DenseAdaptor;

 private:
  std::unique_ptr<Model> do_prepare_qat(const Model& model, const QuantizationPlan& plan) const override;
  TrainedModel do_read_trained(const Model& trainable, const QuantizationPlan& plan) const override;
};

}  // namespace halftone::testing
