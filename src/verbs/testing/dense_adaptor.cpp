#include "verbs/testing/dense_adaptor.h"

#include <utility>

#include "base/file.h"
#include "halftone/error.h"

namespace halftone::testing {
namespace {

std::vector<CapabilityFile> dense_capability() {
  Alternative dense;
  dense.weight = SpecChoices{{DType::s8}, {Scheme::symmetric}, {Granularity::per_channel}, {RangeMethod::minmax}};
  dense.activation = {
      {DType::u8}, {Scheme::asymmetric}, {Granularity::per_tensor}, {RangeMethod::minmax, RangeMethod::kl}};
  dense.float_output = true;
  CapabilitySection section;
  section.precisions = {"int8", "fp32"};
  section.mixed_precisions = {{{"int8", "fp32"}, {}}};
  section.ops = {{"int8", {"Dense"}}, {"fp32", {"*"}}};
  section.capabilities["int8"]["Dense"] = {dense};
  section.patterns = {{"Dense + Relu", {{"Dense"}, {"Relu"}}}};
  CapabilityFile file;
  file.known_op_types = {"Dense", "Relu"};
  file.sections.push_back(std::move(section));
  return {file};
}

}  // namespace

DenseAdaptor::DenseAdaptor(AdaptorOptions options) : Adaptor(std::move(options)), query_(dense_capability(), "1.2.3") {
  query_.set_quantization_config(this->options().constraints);
}

std::string DenseAdaptor::snippet(const std::filesystem::path& model) const {
  return "run('" + model.string() + "')\n";
}

std::unique_ptr<Model> DenseAdaptor::do_load(const ModelSource& source) const {
  try {
    return std::make_unique<DenseNetwork>(nlohmann::json::parse(read_file(source.path)));
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::invalid_model, error.what());
  }
}

std::string DenseAdaptor::do_save(const Model& model, const std::filesystem::path& path) const {
  write_file(path, network(model).text());
  return {};
}

std::unique_ptr<Model> DenseAdaptor::do_prepare(const Model& model) const {
  return std::make_unique<DenseNetwork>(network(model).file());
}

std::unique_ptr<Session> DenseAdaptor::do_open(const Model& model, const RunOptions& options) const {
  return std::make_unique<DenseSession>(network(model), options.observed_tensors);
}

std::unique_ptr<Model> DenseAdaptor::do_convert(const Model& model, const QuantizationPlan& plan) const {
  if (network(model).fault() == "convert") throw Error(ErrorCode::framework, "the network refuses to be converted");
  return std::make_unique<DenseNetwork>(network(model).with(plan));
}

std::optional<std::vector<ExecutedOp>> DenseAdaptor::do_executed_ops(const Model& model) const {
  const bool low = network(model).quantized() && network(model).fault() != "float_kernels";
  const std::string type = low ? "Int8Dense" : "Dense";
  std::vector<ExecutedOp> ops{{"fc1", type, low}, {"fc2", type, low}};
  if (!low) ops.push_back({"relu", "Relu", false});
  return ops;
}

}  // namespace halftone::testing
