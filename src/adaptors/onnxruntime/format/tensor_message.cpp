#include <algorithm>
#include <cstring>
#include <limits>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "adaptors/onnxruntime/format/wire.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

/// What a TensorProto says, before it is checked.
struct TensorFields {
  std::string name;
  Shape shape;
  int type = 0;
  std::optional<std::string_view> raw;
  std::vector<float> floats;
  std::vector<std::int64_t> integers;
  std::vector<double> doubles;
  std::vector<std::string> strings;
  bool external = false;
};

TensorFields read_fields(std::string_view message) {
  TensorFields tensor;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.tag()) {
      case 1:
        fields.integers(tensor.shape);
        break;
      case 2:
        tensor.type = static_cast<int>(fields.integer());
        break;
      case 4:
        fields.floats(tensor.floats);
        break;
      case 5:
      case 7:
      case 11:
        fields.integers(tensor.integers);
        break;
      case 6:
        tensor.strings.push_back(fields.text());
        break;
      case 8:
        tensor.name = fields.text();
        break;
      case 9:
        tensor.raw = fields.view();
        break;
      case 10:
        fields.doubles(tensor.doubles);
        break;
      case 14:
        tensor.external = fields.integer() == 1;
        break;
      default:
        fields.field().skip();
    }
  }
  return tensor;
}

[[noreturn]] void refuse(const TensorFields& tensor, const std::string& why) {
  throw Error(ErrorCode::invalid_model, "constant '" + tensor.name + "' " + why);
}

// Elements by the shape, so few that their bits can be counted too.
std::size_t count_of(const TensorFields& tensor) {
  constexpr std::size_t kWidestBits = 64;
  std::size_t count = 1;
  for (const std::int64_t extent : tensor.shape) {
    const bool too_large = extent < 0 || __builtin_mul_overflow(count, static_cast<std::size_t>(extent), &count);
    if (too_large || count > std::numeric_limits<std::size_t>::max() / kWidestBits) {
      refuse(tensor, "has an impossible shape: " + to_string(tensor.shape));
    }
  }
  return count;
}

void check_count(const TensorFields& tensor, std::size_t values) {
  if (values == count_of(tensor)) return;
  refuse(tensor, "holds " + std::to_string(values) + " values, its shape " + to_string(tensor.shape) + " needs " +
                     std::to_string(count_of(tensor)));
}

template <typename To, typename From>
Tensor narrowed(const TensorFields& tensor, const std::vector<From>& values, DType dtype) {
  check_count(tensor, values.size());
  auto owner = std::make_shared<std::vector<To>>();
  owner->reserve(values.size());
  for (const From value : values) owner->push_back(static_cast<To>(value));
  const void* data = owner->data();
  const std::size_t bytes = owner->size() * sizeof(To);
  return Tensor(dtype, tensor.shape, std::move(owner), data, bytes);
}

Tensor from_typed_fields(const TensorFields& tensor, DType dtype) {
  switch (dtype) {
    case DType::f32:
      return narrowed<float>(tensor, tensor.floats, dtype);
    case DType::f64:
      return narrowed<double>(tensor, tensor.doubles, dtype);
    case DType::s8:
      return narrowed<std::int8_t>(tensor, tensor.integers, dtype);
    case DType::u8:
    case DType::boolean:
      return narrowed<std::uint8_t>(tensor, tensor.integers, dtype);
    case DType::s16:
      return narrowed<std::int16_t>(tensor, tensor.integers, dtype);
    case DType::u16:
    case DType::f16:
    case DType::bf16:
      return narrowed<std::uint16_t>(tensor, tensor.integers, dtype);
    case DType::s32:
      return narrowed<std::int32_t>(tensor, tensor.integers, dtype);
    case DType::u32:
      return narrowed<std::uint32_t>(tensor, tensor.integers, dtype);
    case DType::s64:
      return narrowed<std::int64_t>(tensor, tensor.integers, dtype);
    case DType::u64:
      return narrowed<std::uint64_t>(tensor, tensor.integers, dtype);
    case DType::string:
      check_count(tensor, tensor.strings.size());
      return Tensor::from<std::string>(tensor.strings, tensor.shape);
    default:
      refuse(tensor, "packs 4-bit values in a way that is not read");
  }
}

Tensor from_raw(const TensorFields& tensor, DType dtype, std::shared_ptr<const void> owner) {
  const std::size_t needed = (count_of(tensor) * static_cast<std::size_t>(bit_width(dtype)) + 7) / 8;
  if (tensor.raw->size() != needed) {
    refuse(tensor, "holds " + std::to_string(tensor.raw->size()) + " bytes, its type and shape " +
                       to_string(tensor.shape) + " need " + std::to_string(needed));
  }
  const std::size_t alignment = std::max<std::size_t>(1, static_cast<std::size_t>(bit_width(dtype)) / 8);
  if (reinterpret_cast<std::uintptr_t>(tensor.raw->data()) % alignment == 0) {
    return Tensor(dtype, tensor.shape, std::move(owner), tensor.raw->data(), needed);
  }
  auto copy = std::shared_ptr<std::byte[]>(new std::byte[needed]);
  std::memcpy(copy.get(), tensor.raw->data(), needed);
  const void* data = copy.get();
  return Tensor(dtype, tensor.shape, std::move(copy), data, needed);
}

}  // namespace

Tensor read_tensor(std::string_view message, std::shared_ptr<const void> owner) {
  try {
    const TensorFields tensor = read_fields(message);
    const ErrorContext frame([&] { return "reading constant '" + tensor.name + "'"; });
    if (tensor.external) {
      throw Error(ErrorCode::unsupported, "constant '" + tensor.name + "' is stored in a file beside the model",
                  "save the model with its weights inside (onnx.save without save_as_external_data)");
    }
    const auto dtype = dtype_of_onnx(tensor.type);
    if (!dtype) refuse(tensor, "has element type " + std::to_string(tensor.type) + ", which is not known");
    return tensor.raw ? from_raw(tensor, *dtype, std::move(owner)) : from_typed_fields(tensor, *dtype);
  } catch (const protozero::exception& error) {
    throw Error(ErrorCode::invalid_model, std::string("a constant is broken: ") + error.what());
  }
}

std::string write_tensor(const std::string& name, const Tensor& value) {
  std::string bytes;
  bytes.reserve(value.size_bytes() + name.size() + 64);
  protozero::pbf_writer writer(bytes);
  for (const std::int64_t extent : value.shape()) writer.add_int64(1, extent);
  writer.add_int32(2, onnx_type(value.dtype()));
  writer.add_string(8, name);
  if (value.dtype() == DType::string) {
    for (const std::string& text : value.values<std::string>()) writer.add_bytes(6, text);
  } else {
    writer.add_bytes(9, reinterpret_cast<const char*>(value.data()), value.size_bytes());
  }
  return bytes;
}

}  // namespace halftone::onnxruntime
