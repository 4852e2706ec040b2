#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "halftone/inspection.h"
#include "tensor/npz.h"

namespace halftone {

/// Takes the tensors of one iteration, or the weights, as they come: into memory, or into a file. The first of a name
/// keeps it, later ones are NAME#2, NAME#3, ….
class TensorSink {
 public:
  /// Into a file where `path` is not empty. `names` learns which op has which tensors.
  TensorSink(std::filesystem::path path, int iteration, std::map<std::string, std::vector<std::string>>& names);

  /// A tensor of these ops; its storage need not outlive the call.
  void add(const std::vector<std::string>& ops, const std::string& name, const Tensor& value);
  /// What was kept in memory.
  TensorsByOp take() { return std::move(kept_); }
  /// The file that was written; absent where there is none, because nothing was added or all is in memory.
  std::optional<InspectedFile> commit();

 private:
  std::string free_name(const std::string& name);

  InspectedFile file_;
  std::map<std::string, std::vector<std::string>>& names_;
  std::map<std::string, int> uses_;
  std::unique_ptr<NpzWriter> writer_;
  TensorsByOp kept_;
};

}  // namespace halftone
