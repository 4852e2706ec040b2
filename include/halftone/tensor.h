#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace halftone {

/// Element types. s4 and u4 are packed two to a byte, low nibble first; strings are held as std::string objects.
enum class DType : std::uint8_t {
  f32,
  f16,
  bf16,
  f64,
  s8,
  u8,
  s16,
  u16,
  s32,
  u32,
  s64,
  u64,
  boolean,
  string,
  s4,
  u4,
};

/// Spelling in YAML, JSON and on the command line: fp32, fp16, bf16, fp64, int8, uint8, …, bool, string, int4, uint4.
std::string_view to_string(DType dtype);
/// The inverse of to_string(); nullopt for an unknown word.
std::optional<DType> parse_dtype(std::string_view text);
/// Bits of one element; 0 for strings.
int bit_width(DType dtype);
/// fp64, fp32, fp16 and bf16.
bool is_float(DType dtype);

/// Extents, outermost first; -1 stands for an extent that is not known before running (only in signatures).
using Shape = std::vector<std::int64_t>;

/// "1x3x224x224", with "?" for unknown extents; "scalar" for rank 0.
std::string to_string(const Shape& shape);
/// Product of the extents. Throws invalid_data when an extent is negative or the product overflows.
std::size_t element_count(const Shape& shape);

/// An immutable, contiguous, row-major array. Copies share the storage, which may be owned, mapped from a file, or
/// somebody else's memory with its deleter.
class Tensor {
 public:
  /// An empty f32 tensor of shape {0}.
  Tensor();
  /// Wraps `data`, kept alive by `owner` (which may be null when the caller guarantees the lifetime).
  /// Data that are not aligned for their type are copied.
  /// Throws invalid_data when `bytes` is not what dtype and shape need.
  Tensor(DType dtype, Shape shape, std::shared_ptr<const void> owner, const void* data, std::size_t bytes);

  /// Takes a vector's storage. Throws invalid_data when sizes disagree.
  template <typename T>
  static Tensor from(std::vector<T> values, Shape shape);

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::size_t size() const { return count_; }
  std::size_t size_bytes() const { return bytes_; }
  const std::byte* data() const { return data_; }
  const std::shared_ptr<const void>& owner() const { return owner_; }

  /// The elements. Throws invalid_data when T is not the element type.
  template <typename T>
  std::span<const T> values() const {
    require_dtype(dtype_of<T>());
    return {reinterpret_cast<const T*>(data_), count_};
  }

  /// The same storage under another shape of equal element count; throws invalid_data otherwise.
  Tensor reshaped(Shape shape) const;
  /// Rows [first, first + count) of the outermost axis, sharing storage. Throws invalid_argument out of range.
  Tensor rows(std::size_t first, std::size_t count) const;
  /// Values converted to f32, whatever numeric type they have. Throws invalid_data for strings.
  std::vector<float> to_floats() const;

  /// Same dtype, shape and bytes.
  friend bool operator==(const Tensor& a, const Tensor& b);

  template <typename T>
  static DType dtype_of();

 private:
  void require_dtype(DType wanted) const;

  DType dtype_ = DType::f32;
  Shape shape_{0};
  std::shared_ptr<const void> owner_;
  const std::byte* data_ = nullptr;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

template <>
inline DType Tensor::dtype_of<float>() {
  return DType::f32;
}
template <>
inline DType Tensor::dtype_of<double>() {
  return DType::f64;
}
template <>
inline DType Tensor::dtype_of<std::int8_t>() {
  return DType::s8;
}
template <>
inline DType Tensor::dtype_of<std::uint8_t>() {
  return DType::u8;
}
template <>
inline DType Tensor::dtype_of<std::int16_t>() {
  return DType::s16;
}
template <>
inline DType Tensor::dtype_of<std::uint16_t>() {
  return DType::u16;
}
template <>
inline DType Tensor::dtype_of<std::int32_t>() {
  return DType::s32;
}
template <>
inline DType Tensor::dtype_of<std::uint32_t>() {
  return DType::u32;
}
template <>
inline DType Tensor::dtype_of<std::int64_t>() {
  return DType::s64;
}
template <>
inline DType Tensor::dtype_of<std::uint64_t>() {
  return DType::u64;
}
template <>
inline DType Tensor::dtype_of<bool>() {
  return DType::boolean;
}
template <>
inline DType Tensor::dtype_of<std::string>() {
  return DType::string;
}

template <typename T>
Tensor Tensor::from(std::vector<T> values, Shape shape) {
  auto owner = std::make_shared<std::vector<T>>(std::move(values));
  const void* data = owner->data();
  const std::size_t bytes = owner->size() * sizeof(T);
  return Tensor(dtype_of<T>(), std::move(shape), std::move(owner), data, bytes);
}

/// A tensor with the name a model gives it.
struct NamedTensor {
  std::string name;
  Tensor value;
};
using NamedTensors = std::vector<NamedTensor>;

/// The tensor of that name, or null.
const Tensor* find_tensor(const NamedTensors& tensors, std::string_view name);

/// What a model takes or gives: shape holds -1 where any extent is accepted; nullopt when even the rank is not known.
struct TensorSignature {
  std::string name;
  DType dtype = DType::f32;
  std::optional<Shape> shape;
  friend bool operator==(const TensorSignature&, const TensorSignature&) = default;
};

}  // namespace halftone
