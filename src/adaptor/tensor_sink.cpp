#include "adaptor/tensor_sink.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace halftone {
namespace {

Tensor copied(const Tensor& tensor) {
  if (tensor.dtype() == DType::string) {
    const auto values = tensor.values<std::string>();
    return Tensor::from(std::vector<std::string>(values.begin(), values.end()), tensor.shape());
  }
  auto bytes = std::make_shared<std::vector<std::byte>>(tensor.data(), tensor.data() + tensor.size_bytes());
  const void* const data = bytes->data();
  return Tensor(tensor.dtype(), tensor.shape(), std::move(bytes), data, tensor.size_bytes());
}

// NumPy has neither of them; fp32 holds all their values.
Tensor as_numpy_has_it(const Tensor& tensor) {
  const bool missing = tensor.dtype() == DType::bf16 || tensor.dtype() == DType::s4 || tensor.dtype() == DType::u4;
  return missing ? Tensor::from(tensor.to_floats(), tensor.shape()) : tensor;
}

}  // namespace

TensorSink::TensorSink(std::filesystem::path path, int iteration,
                       std::map<std::string, std::vector<std::string>>& names)
    : file_{std::move(path), iteration}, names_(names) {}

std::string TensorSink::free_name(const std::string& name) {
  const int uses = ++uses_[name];
  return uses == 1 ? name : free_name(name + "#" + std::to_string(uses));
}

void TensorSink::add(const std::vector<std::string>& ops, const std::string& name, const Tensor& value) {
  if (ops.empty()) return;
  const std::string key = free_name(name);
  for (const std::string& op : ops) {
    std::vector<std::string>& known = names_[op];
    if (std::ranges::find(known, key) == known.end()) known.push_back(key);
  }
  if (!file_.path.empty()) {
    if (!writer_) writer_ = std::make_unique<NpzWriter>(file_.path);
    writer_->add(key, as_numpy_has_it(value));
    ++file_.tensors;
    file_.bytes += value.size_bytes();
    return;
  }
  const Tensor kept = copied(value);
  for (const std::string& op : ops) kept_[op].emplace(key, kept);
}

std::optional<InspectedFile> TensorSink::commit() {
  if (!writer_) return std::nullopt;
  writer_->commit();
  return file_;
}

}  // namespace halftone
