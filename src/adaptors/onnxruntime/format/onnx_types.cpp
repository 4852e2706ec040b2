#include <algorithm>
#include <array>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {
namespace {

struct TypeNumber {
  DType dtype;
  int number;
};
// TensorProto.DataType of onnx.proto3.
constexpr std::array kTypes{
    TypeNumber{DType::f32, 1},  TypeNumber{DType::u8, 2},     TypeNumber{DType::s8, 3},
    TypeNumber{DType::u16, 4},  TypeNumber{DType::s16, 5},    TypeNumber{DType::s32, 6},
    TypeNumber{DType::s64, 7},  TypeNumber{DType::string, 8}, TypeNumber{DType::boolean, 9},
    TypeNumber{DType::f16, 10}, TypeNumber{DType::f64, 11},   TypeNumber{DType::u32, 12},
    TypeNumber{DType::u64, 13}, TypeNumber{DType::bf16, 16},  TypeNumber{DType::u4, 21},
    TypeNumber{DType::s4, 22},
};

}  // namespace

int onnx_type(DType dtype) {
  for (const TypeNumber& type : kTypes) {
    if (type.dtype == dtype) return type.number;
  }
  return 0;
}

std::optional<DType> dtype_of_onnx(int type) {
  for (const TypeNumber& known : kTypes) {
    if (known.number == type) return known.dtype;
  }
  return std::nullopt;
}

const OnnxAttribute* OnnxNode::find_attribute(std::string_view attribute) const {
  for (const OnnxAttribute& candidate : attributes) {
    if (candidate.name == attribute) return &candidate;
  }
  return nullptr;
}

std::int64_t OnnxNode::integer(std::string_view attribute, std::int64_t absent) const {
  const OnnxAttribute* found = find_attribute(attribute);
  if (found == nullptr || !found->value) return absent;
  const auto* value = std::get_if<std::int64_t>(&*found->value);
  return value ? *value : absent;
}

float OnnxNode::number(std::string_view attribute, float absent) const {
  const OnnxAttribute* found = find_attribute(attribute);
  if (found == nullptr || !found->value) return absent;
  const auto* value = std::get_if<float>(&*found->value);
  return value ? *value : absent;
}

bool OnnxNode::has_subgraph() const {
  return std::any_of(attributes.begin(), attributes.end(),
                     [](const OnnxAttribute& attribute) { return !attribute.subgraphs.empty(); });
}

std::string OnnxNode::qualified_type() const { return is_standard() ? op_type : domain + "." + op_type; }

std::int64_t OnnxModel::opset() const {
  for (const auto& [domain, version] : opsets) {
    if (domain.empty() || domain == "ai.onnx") return version;
  }
  return 0;
}

void OnnxModel::require_domain(const std::string& domain, std::int64_t version) {
  for (const auto& [known, unused] : opsets) {
    if (known == domain) return;
  }
  opsets.emplace_back(domain, version);
}

std::string_view OnnxModel::keep(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  storage.push_back(owner);
  return *owner;
}

const OnnxInitializer* OnnxModel::find_initializer(std::string_view name) const {
  for (const OnnxInitializer& initializer : graph.initializers) {
    if (initializer.name == name) return &initializer;
  }
  return nullptr;
}

Tensor OnnxModel::value_of(const OnnxInitializer& initializer) const { return read_value(initializer, *files); }

}  // namespace halftone::onnxruntime
