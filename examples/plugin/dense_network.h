#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "halftone/adaptor.h"

namespace dense {

/// y = activation(W x + b); rows of W are output channels. Once quantized, W and b are integers beside their scales.
struct Layer {
  std::string name;
  bool relu = false;
  halftone::Tensor weight;  ///< f32 or s8, rows × columns
  halftone::Tensor bias;    ///< f32 or s32, rows
  std::optional<halftone::QuantParams> input;  ///< present once quantized: how x is turned into integers
  halftone::QuantParams weight_params;

  std::size_t rows() const { return bias.size(); }
  std::size_t columns() const { return weight.size() / bias.size(); }
};

/// A chain of layers: the text format ".dense" of this example.
struct Network {
  std::vector<Layer> layers;
};

/// Throws halftone::Error (io, invalid_model) naming what is wrong.
Network read_network(const std::filesystem::path& path);
std::string write_network(const Network& network);

/// Result of one sample. Quantized layers compute in integers and convert once at their end.
std::vector<float> run_layer(const Layer& layer, const std::vector<float>& x);

}  // namespace dense
