#include "halftone/tensor.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "halftone/error.h"
#include "tensor/half.h"

namespace halftone {
namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorCode::invalid_data, std::move(message)); }

bool is_packed(DType dtype) { return dtype == DType::s4 || dtype == DType::u4; }

std::size_t alignment_of(DType dtype) {
  if (dtype == DType::string) return alignof(std::string);
  return is_packed(dtype) ? 1 : static_cast<std::size_t>(bit_width(dtype)) / 8;
}

std::size_t bytes_needed(DType dtype, const Shape& shape) {
  const std::size_t count = element_count(shape);
  if (is_packed(dtype)) return count / 2 + count % 2;
  const std::size_t width = dtype == DType::string ? sizeof(std::string) : alignment_of(dtype);
  if (count > std::numeric_limits<std::size_t>::max() / width) {
    fail("a tensor of shape " + to_string(shape) + " and type " + std::string(to_string(dtype)) + " is too large");
  }
  return count * width;
}

bool is_aligned(const void* data, DType dtype) {
  return reinterpret_cast<std::uintptr_t>(data) % alignment_of(dtype) == 0;
}

unsigned nibble(const std::byte* data, std::size_t index) {
  return std::to_integer<unsigned>(data[index / 2]) >> (index % 2 * 4) & 15U;
}

/// Elements [first, first + count) of packed nibbles, moved to begin at a byte.
std::shared_ptr<std::byte[]> repack_nibbles(const std::byte* data, std::size_t first, std::size_t count) {
  auto packed = std::make_shared<std::byte[]>(count / 2 + count % 2);
  for (std::size_t i = 0; i < count; ++i) packed[i / 2] |= std::byte(nibble(data, first + i) << (i % 2 * 4));
  return packed;
}

template <typename T, typename Convert>
std::vector<float> convert_each(const std::byte* data, std::size_t count, Convert convert) {
  const auto* const values = reinterpret_cast<const T*>(data);
  std::vector<float> floats(count);
  std::transform(values, values + count, floats.begin(), convert);
  return floats;
}

template <typename T>
std::vector<float> cast_each(const std::byte* data, std::size_t count) {
  return convert_each<T>(data, count, [](T value) { return static_cast<float>(value); });
}

std::vector<float> unpack_nibbles(const std::byte* data, std::size_t count, bool is_signed) {
  std::vector<float> floats(count);
  for (std::size_t i = 0; i < count; ++i) {
    const int value = static_cast<int>(nibble(data, i));
    floats[i] = static_cast<float>(is_signed && value > 7 ? value - 16 : value);
  }
  return floats;
}

}  // namespace

std::string to_string(const Shape& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const std::int64_t extent : shape) {
    if (!text.empty()) text += 'x';
    text += extent < 0 ? "?" : std::to_string(extent);
  }
  return text;
}

std::size_t element_count(const Shape& shape) {
  const bool has_negative = std::any_of(shape.begin(), shape.end(), [](std::int64_t extent) { return extent < 0; });
  if (has_negative) fail("the shape " + to_string(shape) + " has a negative or unknown extent");
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::size_t count = 1;
  for (const std::int64_t extent : shape) {
    if (__builtin_mul_overflow(count, static_cast<std::size_t>(extent), &count)) {
      fail("a tensor of shape " + to_string(shape) + " is too large");
    }
  }
  return count;
}

Tensor::Tensor() = default;

Tensor::Tensor(DType dtype, Shape shape, std::shared_ptr<const void> owner, const void* data, std::size_t bytes)
    : dtype_(dtype),
      shape_(std::move(shape)),
      owner_(std::move(owner)),
      data_(static_cast<const std::byte*>(data)),
      count_(element_count(shape_)),
      bytes_(bytes) {
  const std::size_t needed = bytes_needed(dtype_, shape_);
  if (bytes_ != needed || (data_ == nullptr && needed > 0)) {
    fail("a tensor of shape " + to_string(shape_) + " and type " + std::string(to_string(dtype_)) + " needs " +
         std::to_string(needed) + " bytes; " + std::to_string(data_ == nullptr ? 0 : bytes_) + " were given");
  }
  if (bytes_ == 0 || is_aligned(data_, dtype_)) return;
  // Elements read in place must lie where their type can; data in the middle of a file often do not.
  auto aligned = std::make_shared_for_overwrite<std::byte[]>(bytes_);
  std::memcpy(aligned.get(), data_, bytes_);
  data_ = aligned.get();
  owner_ = std::move(aligned);
}

void Tensor::require_dtype(DType wanted) const {
  if (dtype_ == wanted) return;
  fail("a tensor holds " + std::string(to_string(dtype_)) + " where " + std::string(to_string(wanted)) +
       " is expected");
}

Tensor Tensor::reshaped(Shape shape) const {
  if (element_count(shape) != count_) {
    fail("a tensor of shape " + to_string(shape_) + " cannot take the shape " + to_string(shape));
  }
  Tensor result = *this;
  result.shape_ = std::move(shape);
  return result;
}

Tensor Tensor::rows(std::size_t first, std::size_t count) const {
  const std::size_t extent = shape_.empty() ? 0 : static_cast<std::size_t>(shape_[0]);
  if (shape_.empty() || first > extent || count > extent - first) {
    throw Error(ErrorCode::invalid_argument, "rows " + std::to_string(first) + " to " + std::to_string(first) + "+" +
                                                 std::to_string(count) + " of a tensor of shape " + to_string(shape_) +
                                                 " do not exist");
  }
  const std::size_t row_elements = extent == 0 ? 0 : count_ / extent;
  Tensor result = *this;
  result.shape_[0] = static_cast<std::int64_t>(count);
  result.count_ = count * row_elements;
  result.bytes_ = bytes_needed(dtype_, result.shape_);
  const std::size_t skipped = first * row_elements;
  if (is_packed(dtype_) && skipped % 2 == 1) {
    auto packed = repack_nibbles(data_, skipped, result.count_);
    result.data_ = packed.get();
    result.owner_ = std::move(packed);
  } else if (skipped > 0) {
    result.data_ += is_packed(dtype_) ? skipped / 2 : first * (bytes_ / extent);
  }
  return result;
}

std::vector<float> Tensor::to_floats() const {
  switch (dtype_) {
    case DType::f32:
      return cast_each<float>(data_, count_);
    case DType::f64:
      return cast_each<double>(data_, count_);
    case DType::f16:
      return convert_each<std::uint16_t>(data_, count_, half_to_float);
    case DType::bf16:
      return convert_each<std::uint16_t>(data_, count_, bfloat16_to_float);
    case DType::s8:
      return cast_each<std::int8_t>(data_, count_);
    case DType::u8:
      return cast_each<std::uint8_t>(data_, count_);
    case DType::s16:
      return cast_each<std::int16_t>(data_, count_);
    case DType::u16:
      return cast_each<std::uint16_t>(data_, count_);
    case DType::s32:
      return cast_each<std::int32_t>(data_, count_);
    case DType::u32:
      return cast_each<std::uint32_t>(data_, count_);
    case DType::s64:
      return cast_each<std::int64_t>(data_, count_);
    case DType::u64:
      return cast_each<std::uint64_t>(data_, count_);
    case DType::boolean:
      return convert_each<std::uint8_t>(data_, count_, [](std::uint8_t value) { return value != 0 ? 1.0F : 0.0F; });
    case DType::s4:
      return unpack_nibbles(data_, count_, true);
    case DType::u4:
      return unpack_nibbles(data_, count_, false);
    case DType::string:
      break;
  }
  fail("a tensor of strings has no numbers");
}

bool operator==(const Tensor& a, const Tensor& b) {
  if (a.dtype_ != b.dtype_ || a.shape_ != b.shape_) return false;
  if (a.data_ == b.data_ || a.bytes_ == 0) return true;
  if (a.dtype_ != DType::string) return std::memcmp(a.data_, b.data_, a.bytes_) == 0;
  return std::ranges::equal(a.values<std::string>(), b.values<std::string>());
}

const Tensor* find_tensor(const NamedTensors& tensors, std::string_view name) {
  const auto found = std::ranges::find(tensors, name, &NamedTensor::name);
  return found == tensors.end() ? nullptr : &found->value;
}

}  // namespace halftone
