#include <algorithm>
#include <cstring>
#include <limits>

#include "adaptors/onnxruntime/format/tensor_places.h"
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

std::size_t bytes_of(const TensorFields& tensor, DType dtype) {
  return (count_of(tensor) * static_cast<std::size_t>(bit_width(dtype)) + 7) / 8;
}

// A view where the bytes are aligned, else a copy. Memory of the file is given back once nobody looks at it any more.
Tensor over_bytes(const TensorFields& tensor, DType dtype, std::string_view bytes, const ModelFiles& files) {
  const std::size_t needed = bytes_of(tensor, dtype);
  if (bytes.size() != needed) {
    refuse(tensor, "holds " + std::to_string(bytes.size()) + " bytes, its type and shape " + to_string(tensor.shape) +
                       " need " + std::to_string(needed));
  }
  const std::size_t alignment = std::max<std::size_t>(1, static_cast<std::size_t>(bit_width(dtype)) / 8);
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignment == 0) {
    const auto forget = [owner = files.shared_from_this(), bytes](const void*) { owner->forget(bytes); };
    return Tensor(dtype, tensor.shape, std::shared_ptr<const void>(bytes.data(), forget), bytes.data(), needed);
  }
  auto copy = std::shared_ptr<std::byte[]>(new std::byte[needed]);
  std::memcpy(copy.get(), bytes.data(), needed);
  files.forget(bytes);
  const void* data = copy.get();
  return Tensor(dtype, tensor.shape, std::move(copy), data, needed);
}

DType dtype_of(const TensorFields& tensor) {
  const auto dtype = dtype_of_onnx(tensor.type);
  if (!dtype) refuse(tensor, "has element type " + std::to_string(tensor.type) + ", which is not known");
  return *dtype;
}

Tensor value_of(std::string_view message, const ModelFiles& files) {
  const TensorFields tensor = read_fields(message);
  const TensorPlaces places = find_places(message);
  const ErrorContext frame([&] { return "reading constant '" + tensor.name + "'"; });
  const DType dtype = dtype_of(tensor);
  if (places.external) {
    if (dtype == DType::string) refuse(tensor, "holds strings in external data, which the format does not allow");
    return over_bytes(tensor, dtype, external_bytes(places, {tensor.name, message}, files), files);
  }
  return tensor.raw ? over_bytes(tensor, dtype, *tensor.raw, files) : from_typed_fields(tensor, dtype);
}

// A broken message ends in one error, whoever reads it.
template <typename Work>
auto translated(Work work) {
  try {
    return work();
  } catch (const protozero::exception& error) {
    throw Error(ErrorCode::invalid_model, std::string("a constant is broken: ") + error.what());
  }
}

}  // namespace

Tensor read_tensor(std::string_view message, const ModelFiles& files) {
  return translated([&] { return value_of(message, files); });
}

TensorHeader read_tensor_header(std::string_view message) {
  return translated([&] {
    TensorFields tensor;
    FieldReader fields(message);
    while (fields.next()) {
      if (fields.tag() == 1)
        fields.integers(tensor.shape);
      else if (fields.tag() == 2)
        tensor.type = static_cast<int>(fields.integer());
      else if (fields.tag() == 8)
        tensor.name = fields.text();
      else
        fields.field().skip();
    }
    count_of(tensor);
    return TensorHeader{dtype_of(tensor), tensor.shape};
  });
}

Tensor read_value(const OnnxInitializer& initializer, const ModelFiles& files) {
  if (!initializer.made) return read_tensor(initializer.message, files);
  const std::shared_ptr<const ValueMaker::Values> values = initializer.made->maker->values();
  const Tensor& value = values->at(initializer.made->index);
  return Tensor(value.dtype(), value.shape(), {values, value.data()}, value.data(), value.size_bytes());
}

std::uint64_t size_bytes(const TensorHeader& header) {
  return (element_count(header.shape) * static_cast<std::uint64_t>(bit_width(header.dtype)) + 7) / 8;
}

std::string write_tensor_header(const std::string& name, const TensorHeader& header) {
  std::string bytes;
  protozero::pbf_writer writer(bytes);
  for (const std::int64_t extent : header.shape) writer.add_int64(1, extent);
  writer.add_int32(2, onnx_type(header.dtype));
  writer.add_string(8, name);
  return bytes;
}

std::string write_tensor(const std::string& name, const Tensor& value) {
  std::string bytes = write_tensor_header(name, {value.dtype(), value.shape()});
  bytes.reserve(bytes.size() + value.size_bytes() + 16);
  protozero::pbf_writer writer(bytes);
  if (value.dtype() == DType::string) {
    for (const std::string& text : value.values<std::string>()) writer.add_bytes(6, text);
  } else {
    writer.add_bytes(9, reinterpret_cast<const char*>(value.data()), value.size_bytes());
  }
  return bytes;
}

}  // namespace halftone::onnxruntime
