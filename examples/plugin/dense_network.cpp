#include "dense_network.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include "halftone/error.h"

namespace dense {

using halftone::DType;
using halftone::Error;
using halftone::ErrorCode;
using halftone::Tensor;

namespace {

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
Tensor numbers(std::istream& in, halftone::Shape shape) {
  std::vector<T> values(halftone::element_count(shape));
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

void write(std::ostream& out, const Tensor& values) {
  for (const float value : values.to_floats()) out << value << ' ';
  out << '\n';
}

}  // namespace

Network read_network(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw Error(ErrorCode::io, "cannot read '" + path.string() + "'");
  std::string magic, word;
  int version = 0;
  if (!(in >> magic >> version) || magic != "dense" || version != 1) refuse("'" + path.string() + "' has another head");
  Network network;
  while (in >> word) {
    if (word != "layer") refuse("'" + word + "' stands where a layer should");
    network.layers.push_back(read_layer(in));
  }
  if (network.layers.empty()) refuse("it has no layer");
  for (std::size_t i = 1; i < network.layers.size(); ++i) {
    if (network.layers[i].columns() != network.layers[i - 1].rows()) refuse("layer '" + network.layers[i].name + "' does not fit the one before");
  }
  return network;
}

std::string write_network(const Network& network) {
  std::ostringstream out;
  out << std::hexfloat << "dense 1\n";
  for (const Layer& layer : network.layers) {
    out << "layer " << layer.name << (layer.relu ? " relu " : " none ") << layer.rows() << ' ' << layer.columns();
    out << (layer.input ? " int8\n" : " float\n");
    if (layer.input) out << layer.input->scale[0] << ' ' << layer.input->zero_point[0] << '\n';
    write(out, layer.weight);
    if (layer.input) {
      for (const std::int32_t value : layer.bias.values<std::int32_t>()) out << value << ' ';
      out << '\n';
      write(out, Tensor::from<float>(layer.weight_params.scale, {static_cast<std::int64_t>(layer.rows())}));
    } else {
      write(out, layer.bias);
    }
  }
  return out.str();
}

std::vector<float> run_layer(const Layer& layer, const std::vector<float>& x) {
  std::vector<float> y(layer.rows());
  const std::size_t columns = layer.columns();
  Tensor quantized;
  if (layer.input) quantized = halftone::quantize(x, {static_cast<std::int64_t>(x.size())}, *layer.input);
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

}  // namespace dense
