// A complete adaptor, for a tiny text format of dense networks: all that a new framework costs.
#include "halftone/plugin.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "halftone/error.h"

namespace {

using namespace halftone;

/// y = activation(W x + b); rows of W are output channels. Once quantized, W and b are integers beside their scales.
struct Layer {
  std::string name;
  bool relu = false;
  Tensor weight;                     ///< f32 or s8, rows × columns
  Tensor bias;                       ///< f32 or s32, rows
  std::optional<QuantParams> input;  ///< present once quantized: how x is turned into integers
  QuantParams weight_params;

  std::size_t rows() const { return bias.size(); }
  std::size_t columns() const { return weight.size() / bias.size(); }
};

/// The text format ".dense" of this example: a chain of layers.
using Network = std::vector<Layer>;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::invalid_model, "not a dense network: " + what,
              "it begins 'dense 1'; each layer is 'layer NAME relu|none ROWS COLUMNS float|int8', then its numbers");
}

// Hexadecimal floats survive writing and reading bit for bit, but streams cannot read them.
float number(std::istream& in) {
  std::string text;
  if (!(in >> text)) refuse("it ends in the middle of a layer");
  char* end = nullptr;
  const float value = std::strtof(text.c_str(), &end);
  if (*end != '\0') refuse("'" + text + "' is no number");
  return value;
}

template <typename T>
Tensor numbers(std::istream& in, Shape shape) {
  std::vector<T> values(element_count(shape));
  for (T& value : values) value = static_cast<T>(number(in));
  return Tensor::from<T>(std::move(values), std::move(shape));
}

Layer read_layer(std::istream& in) {
  Layer layer;
  std::string activation, kind;
  std::int64_t rows = 0, columns = 0;
  if (!(in >> layer.name >> activation >> rows >> columns >> kind)) refuse("a layer's head is not complete");
  if (rows < 1 || columns < 1 || rows * columns > 1 << 24) refuse("layer '" + layer.name + "' has an impossible size");
  layer.relu = activation == "relu";
  if (kind == "float") {
    layer.weight = numbers<float>(in, {rows, columns});
    layer.bias = numbers<float>(in, {rows});
    return layer;
  }
  if (kind != "int8") refuse("layer '" + layer.name + "' is neither float nor int8");
  const float scale = number(in);
  layer.input = {DType::u8, {scale}, {static_cast<std::int32_t>(number(in))}, std::nullopt};
  layer.weight = numbers<std::int8_t>(in, {rows, columns});
  layer.bias = numbers<std::int32_t>(in, {rows});
  const auto scales = numbers<float>(in, {rows}).to_floats();
  layer.weight_params = {DType::s8, scales, std::vector<std::int32_t>(scales.size(), 0), 0};
  return layer;
}

template <typename T>
void write(std::ostream& out, std::span<const T> values) {
  for (const T value : values) out << value << ' ';
  out << '\n';
}

// Throws Error (io, invalid_model) naming what is wrong.
Network read_network(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw Error(ErrorCode::io, "cannot read '" + path.string() + "'");
  std::string magic, word;
  int version = 0;
  if (!(in >> magic >> version) || magic != "dense" || version != 1) refuse("'" + path.string() + "' has another head");
  Network network;
  while (in >> word) {
    if (word != "layer") refuse("'" + word + "' stands where a layer should");
    network.push_back(read_layer(in));
  }
  if (network.empty()) refuse("it has no layer");
  for (std::size_t i = 1; i < network.size(); ++i) {
    if (network[i].columns() != network[i - 1].rows())
      refuse("layer '" + network[i].name + "' does not fit the one before");
  }
  return network;
}

std::string write_network(const Network& network) {
  std::ostringstream out;
  out << std::hexfloat << "dense 1\n";
  for (const Layer& layer : network) {
    out << "layer " << layer.name << (layer.relu ? " relu " : " none ") << layer.rows() << ' ' << layer.columns();
    out << (layer.input ? " int8\n" : " float\n");
    if (layer.input) out << layer.input->scale[0] << ' ' << layer.input->zero_point[0] << '\n';
    write(out, std::span<const float>(layer.weight.to_floats()));
    if (!layer.input) write(out, layer.bias.values<float>());
    if (layer.input) write(out, layer.bias.values<std::int32_t>());
    if (layer.input) write(out, std::span<const float>(layer.weight_params.scale));
  }
  return out.str();
}

// Result of one sample. Quantized layers compute in integers and convert once, at their end.
std::vector<float> run_layer(const Layer& layer, const std::vector<float>& x) {
  std::vector<float> y(layer.rows());
  const std::size_t columns = layer.columns();
  Tensor quantized;
  if (layer.input) quantized = quantize(x, {static_cast<std::int64_t>(x.size())}, *layer.input);
  for (std::size_t row = 0; row < y.size(); ++row) {
    if (layer.input) {
      std::int32_t sum = layer.bias.values<std::int32_t>()[row];
      for (std::size_t i = 0; i < columns; ++i) {
        const std::int32_t weight = layer.weight.values<std::int8_t>()[row * columns + i];
        sum += (quantized.values<std::uint8_t>()[i] - layer.input->zero_point[0]) * weight;
      }
      y[row] = static_cast<float>(sum) * layer.input->scale[0] * layer.weight_params.scale[row];
    } else {
      y[row] = layer.bias.values<float>()[row];
      for (std::size_t i = 0; i < columns; ++i) y[row] += layer.weight.values<float>()[row * columns + i] * x[i];
    }
    if (layer.relu) y[row] = std::max(y[row], 0.0F);
  }
  return y;
}

class DenseModel : public Model {
 public:
  explicit DenseModel(Network network) : network_(std::move(network)) {}
  std::vector<TensorSignature> inputs() const override {
    return {{"x", DType::f32, Shape{-1, static_cast<std::int64_t>(network_.front().columns())}}};
  }
  std::vector<TensorSignature> outputs() const override {
    return {{network_.back().name + ".y", DType::f32, Shape{-1, static_cast<std::int64_t>(network_.back().rows())}}};
  }
  std::string sha256() const override { return std::to_string(std::hash<std::string>{}(write_network(network_))); }
  std::uint64_t size_bytes() const override { return write_network(network_).size(); }
  static const Network& of(const Model& model) { return dynamic_cast<const DenseModel&>(model).network_; }

 private:
  Network network_;
};

class DenseSession : public Session {
 public:
  DenseSession(Network network, std::vector<std::string> observed)
      : network_(std::move(network)), observed_(std::move(observed)) {}
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
      for (const Layer& layer : network_) {
        values = run_layer(layer, values);
        show(layer.name + ".y", values, observe);
      }
      all.insert(all.end(), values.begin(), values.end());
    }
    const auto rows = static_cast<std::int64_t>(network_.back().rows());
    return {
        {network_.back().name + ".y", Tensor::from<float>(std::move(all), {static_cast<std::int64_t>(samples), rows})}};
  }
  void show(const std::string& tensor, const std::vector<float>& values, const TensorObserver& observe) const {
    const auto found = std::find(observed_.begin(), observed_.end(), tensor);
    if (!observe || found == observed_.end()) return;
    const Tensor view(DType::f32, {static_cast<std::int64_t>(values.size())}, nullptr, values.data(),
                      values.size() * sizeof(float));
    observe(static_cast<std::size_t>(found - observed_.begin()), view);
  }
  Network network_;
  std::vector<std::string> observed_;
};

class DenseAdaptor : public Adaptor {
 public:
  explicit DenseAdaptor(AdaptorOptions given)
      : Adaptor(std::move(given)),
        query_({load_capability_file(options().capability_folder / "dense.yaml", {"Dense", "Relu"})}, "1.0") {}
  FrameworkVersion framework() const override { return {"dense", "1.0", "built in"}; }
  const QueryBackendCapability& query() const override { return query_; }

 private:
  std::unique_ptr<Model> do_load(const ModelSource& source) const override {
    return std::make_unique<DenseModel>(read_network(source.path));
  }
  std::string do_save(const Model& model, const std::filesystem::path& path) const override {
    const std::filesystem::path beside = path.string() + ".part";
    std::ofstream out(beside);
    out << write_network(DenseModel::of(model));
    out.close();
    if (!out) throw Error(ErrorCode::io, "cannot write '" + path.string() + "'");
    std::filesystem::rename(beside, path);
    return {};
  }
  std::unique_ptr<Model> do_prepare(const Model& model) const override {
    return std::make_unique<DenseModel>(DenseModel::of(model));
  }

  GraphView do_graph(const Model& model) const override {
    const OpMeaning product{
        .roles = {InputRole::activation, InputRole::weight, InputRole::bias}, .channel_axis = 0, .is_product = true};
    GraphBuilder builder;
    builder.add_input(model.inputs().front());
    std::string x = "x";
    for (const Layer& layer : DenseModel::of(model)) {
      const std::string y = layer.name + ".y", inner = layer.relu ? layer.name + ".z" : y;
      builder.add_constant(layer.name + ".w", layer.weight);
      builder.add_constant(layer.name + ".b", layer.bias);
      builder.add_op({layer.name, "Dense", {x, layer.name + ".w", layer.name + ".b"}, {inner}, {}, product, {}});
      if (layer.relu)
        builder.add_op(
            {layer.name + ".relu", "Relu", {inner}, {y}, {}, OpMeaning{.roles = {InputRole::activation}}, {}});
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
    for (Layer& layer : network) {
      const auto op = std::ranges::find(plan.ops, layer.name, &OpPlan::name);
      if (op != plan.ops.end() && op->quantized) {
        layer.input = *plan.find_tensor(x)->params;
        layer.weight_params = *op->weight->params;
        layer.bias = quantize_bias(layer.bias.to_floats(), layer.input->scale[0], layer.weight_params).values;
        layer.weight = halftone::quantize(layer.weight.to_floats(), layer.weight.shape(), layer.weight_params);
      }
      x = layer.name + ".y";
    }
    return std::make_unique<DenseModel>(std::move(network));
  }

  std::optional<std::vector<ExecutedOp>> do_executed_ops(const Model& model) const override {
    std::vector<ExecutedOp> ops;
    for (const Layer& layer : DenseModel::of(model)) ops.push_back({layer.name, "Dense", layer.input.has_value()});
    return ops;
  }

  QueryBackendCapability query_;
};

void register_adaptors(PluginRegistrar& registrar) {
  registrar.add_adaptor("dense",
                        [](AdaptorOptions options) { return std::make_unique<DenseAdaptor>(std::move(options)); });
}

}  // namespace

HALFTONE_PLUGIN(register_adaptors)
