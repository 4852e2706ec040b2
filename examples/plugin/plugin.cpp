#include "halftone/plugin.h"

#include <algorithm>
#include <fstream>

#include "dense_network.h"
#include "halftone/error.h"

namespace {

using namespace halftone;
using dense::Layer;
using dense::Network;

class DenseModel : public Model {
 public:
  explicit DenseModel(Network network) : network_(std::move(network)) {}
  const Network& network() const { return network_; }
  std::vector<TensorSignature> inputs() const override {
    return {{"x", DType::f32, Shape{-1, static_cast<std::int64_t>(network_.layers.front().columns())}}};
  }
  std::vector<TensorSignature> outputs() const override {
    return {{network_.layers.back().name + ".y", DType::f32, Shape{-1, static_cast<std::int64_t>(network_.layers.back().rows())}}};
  }
  std::string sha256() const override { return std::to_string(std::hash<std::string>{}(dense::write_network(network_))); }
  std::uint64_t size_bytes() const override { return dense::write_network(network_).size(); }
  static const Network& of(const Model& model) { return dynamic_cast<const DenseModel&>(model).network(); }

 private:
  Network network_;
};

class DenseSession : public Session {
 public:
  DenseSession(Network network, std::vector<std::string> observed) : network_(std::move(network)), observed_(std::move(observed)) {}
  bool concurrent() const override { return true; }

 private:
  NamedTensors do_run(const NamedTensors& inputs, const TensorObserver& observe) const override {
    const Tensor* x = find_tensor(inputs, "x");
    if (x == nullptr) throw Error(ErrorCode::invalid_data, "the network's input 'x' is missing");
    const auto samples = static_cast<std::size_t>(x->shape().at(0));
    std::vector<float> all;
    for (std::size_t i = 0; i < samples; ++i) {
      std::vector<float> values = x->rows(i, 1).to_floats();
      show("x", values, observe);
      for (const Layer& layer : network_.layers) {
        values = dense::run_layer(layer, values);
        show(layer.name + ".y", values, observe);
      }
      all.insert(all.end(), values.begin(), values.end());
    }
    const auto rows = static_cast<std::int64_t>(network_.layers.back().rows());
    return {{network_.layers.back().name + ".y", Tensor::from<float>(std::move(all), {static_cast<std::int64_t>(samples), rows})}};
  }
  void show(const std::string& tensor, const std::vector<float>& values, const TensorObserver& observe) const {
    const auto found = std::find(observed_.begin(), observed_.end(), tensor);
    if (!observe || found == observed_.end()) return;
    const Tensor view(DType::f32, {static_cast<std::int64_t>(values.size())}, nullptr, values.data(), values.size() * sizeof(float));
    observe(static_cast<std::size_t>(found - observed_.begin()), view);
  }
  Network network_;
  std::vector<std::string> observed_;
};

class DenseAdaptor : public Adaptor {
 public:
  explicit DenseAdaptor(AdaptorOptions given)
      : Adaptor(std::move(given)),
        query_(std::make_shared<const CapabilityFile>(load_capability_file(options().capability_folder / "dense.yaml", {"Dense", "Relu"})), "1.0") {}
  FrameworkVersion framework() const override { return {"dense", "1.0", "built in"}; }
  const QueryBackendCapability& query() const override { return query_; }

 private:
  std::unique_ptr<Model> do_load(const ModelSource& source) const override {
    return std::make_unique<DenseModel>(dense::read_network(source.path));
  }
  void do_save(const Model& model, const std::filesystem::path& path) const override {
    const std::filesystem::path beside = path.string() + ".part";
    std::ofstream out(beside);
    out << dense::write_network(DenseModel::of(model));
    out.close();
    if (!out) throw Error(ErrorCode::io, "cannot write '" + path.string() + "'");
    std::filesystem::rename(beside, path);
  }
  std::unique_ptr<Model> do_prepare(const Model& model) const override { return std::make_unique<DenseModel>(DenseModel::of(model)); }

  GraphView do_graph(const Model& model) const override {
    const OpMeaning product{.roles = {InputRole::activation, InputRole::weight, InputRole::bias}, .channel_axis = 0, .is_product = true};
    GraphBuilder builder;
    builder.add_input(model.inputs().front());
    std::string x = "x";
    for (const Layer& layer : DenseModel::of(model).layers) {
      const std::string y = layer.name + ".y", inner = layer.relu ? layer.name + ".z" : y;
      builder.add_constant(layer.name + ".w", layer.weight);
      builder.add_constant(layer.name + ".b", layer.bias);
      builder.add_op({layer.name, "Dense", {x, layer.name + ".w", layer.name + ".b"}, {inner}, {}, product, {}});
      if (layer.relu) builder.add_op({layer.name + ".relu", "Relu", {inner}, {y}, {}, OpMeaning{.roles = {InputRole::activation}}, {}});
      x = y;
    }
    builder.add_output(x);
    return std::move(builder).build();
  }

  std::unique_ptr<Session> do_open(const Model& model, const RunOptions& run) const override {
    return std::make_unique<DenseSession>(DenseModel::of(model), run.observed_tensors);
  }

  std::unique_ptr<Model> do_convert(const Model& model, const QuantizationPlan& plan) const override {
    Network network = DenseModel::of(model);
    std::string x = "x";
    for (Layer& layer : network.layers) {
      const auto op = std::find_if(plan.ops.begin(), plan.ops.end(), [&](const OpPlan& p) { return p.name == layer.name; });
      if (op != plan.ops.end() && op->quantized) quantize_layer(layer, *op, *plan.find_tensor(x)->params);
      x = layer.name + ".y";
    }
    return std::make_unique<DenseModel>(std::move(network));
  }
  static void quantize_layer(Layer& layer, const OpPlan& op, const QuantParams& input) {
    layer.input = input;
    layer.weight_params = *op.weight->params;
    layer.bias = quantize_bias(layer.bias.to_floats(), input.scale[0], layer.weight_params).values;
    layer.weight = halftone::quantize(layer.weight.to_floats(), layer.weight.shape(), layer.weight_params);
  }

  std::optional<std::vector<ExecutedOp>> do_executed_ops(const Model& model) const override {
    std::vector<ExecutedOp> ops;
    for (const Layer& layer : DenseModel::of(model).layers) ops.push_back({layer.name, "Dense", layer.input.has_value()});
    return ops;
  }

  QueryBackendCapability query_;
};

void register_adaptors(PluginRegistrar& registrar) {
  registrar.add_adaptor("dense", [](AdaptorOptions options) { return std::make_unique<DenseAdaptor>(std::move(options)); });
}

}  // namespace

HALFTONE_PLUGIN(register_adaptors)
