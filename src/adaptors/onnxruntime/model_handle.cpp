#include "adaptors/onnxruntime/model_handle.h"

#include "adaptors/onnxruntime/format/model_bytes.h"
#include "base/parallel.h"
#include "base/sha256.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

std::vector<TensorSignature> signatures(const std::vector<OnnxValueInfo>& values) {
  std::vector<TensorSignature> result;
  for (const OnnxValueInfo& value : values)
    result.push_back({value.name, value.dtype.value_or(DType::f32), value.shape});
  return result;
}

}  // namespace

std::vector<TensorSignature> OnnxModelHandle::inputs() const { return signatures(model_.graph.inputs); }
std::vector<TensorSignature> OnnxModelHandle::outputs() const { return signatures(model_.graph.outputs); }

std::string OnnxModelHandle::sha256() const {
  std::call_once(hashed_, [&] {
    const ModelBytes bytes = serialize(model_, Weights::inside);
    PartedSha256 hash;
    bytes.for_each(*model_.files, available_threads(), [&](std::string_view piece) { hash.update(piece); });
    sha256_ = hash.hex();
  });
  return sha256_;
}

std::uint64_t OnnxModelHandle::size_bytes() const { return serialize(model_, Weights::inside).size(); }

const OnnxModelHandle& OnnxModelHandle::of(const Model& model) {
  const auto* handle = dynamic_cast<const OnnxModelHandle*>(&model);
  if (handle == nullptr) throw Error(ErrorCode::invalid_argument, "the model belongs to another adaptor");
  return *handle;
}

}  // namespace halftone::onnxruntime
