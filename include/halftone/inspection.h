#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/plan.h"
#include "halftone/tensor.h"

namespace halftone {

enum class InspectType { weight, activation, all };
std::string_view to_string(InspectType);
/// Throws invalid_argument naming the nearest word.
InspectType parse_inspect_type(std::string_view text);

/// The parameters of inspect_tensor(), by the names that the original system gave them.
struct InspectOptions {
  std::vector<std::string> op_list;  ///< names of ops; empty: all of them
  std::vector<int> iteration_list;   ///< items of the data, counted from 1; empty: all of them
  InspectType inspect_type = InspectType::activation;
  /// To `weights.npz` and one `activations_ITERATION.npz` each, as the values come, so that memory does not grow with
  /// the data. Types that NumPy lacks are written as fp32.
  bool save_to_disk = false;
  std::filesystem::path save_path;  ///< a folder, made where it is missing
  /// With an empty op_list: the ops that this configuration quantizes instead of all.
  const TuneConfig* quantization_cfg = nullptr;
};

/// Values by the op they belong to, then by name. Weights are those the op reads, activations those it gives. Of a
/// quantized weight there are two: `W`, dequantized, under the float model's name, which compares with the float model,
/// and the integers under the name that the quantized model gives them (`W_quantized`). A tensor that a loop gives
/// several times has `NAME#2`, `NAME#3`, … from the second turn on.
using TensorsByOp = std::map<std::string, std::map<std::string, Tensor>>;

/// A file that inspect_tensor() wrote: a NumPy .npz archive of the tensors, by their names.
struct InspectedFile {
  std::filesystem::path path;
  int iteration = 0;  ///< 0 for weights
  std::uint64_t tensors = 0;
  std::uint64_t bytes = 0;  ///< of the tensors
};

struct InspectResult {
  TensorsByOp weight;
  std::map<int, TensorsByOp> activation;  ///< by iteration, counted from 1
  std::vector<InspectedFile> files;       ///< with save_to_disk, which leaves the maps above empty
  /// Names of the tensors of each op, in either case.
  std::map<std::string, std::vector<std::string>> weight_names, activation_names;
};

}  // namespace halftone
