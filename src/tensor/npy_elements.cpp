#include "tensor/npy_elements.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/utf8.h"
#include "halftone/error.h"
#include "tensor/little_endian.h"

namespace halftone {
namespace {

/// Bytes and what keeps them alive.
struct Elements {
  std::shared_ptr<const void> owner;
  const std::byte* data;
};

struct NumericType {
  DType dtype;
  char kind;
  std::size_t bytes;
};

constexpr NumericType kNumericTypes[] = {
    {DType::boolean, 'b', 1}, {DType::s8, 'i', 1},  {DType::u8, 'u', 1},  {DType::s16, 'i', 2},
    {DType::u16, 'u', 2},     {DType::s32, 'i', 4}, {DType::u32, 'u', 4}, {DType::s64, 'i', 8},
    {DType::u64, 'u', 8},     {DType::f16, 'f', 2}, {DType::f32, 'f', 4}, {DType::f64, 'f', 8},
};

bool is_text(const NpyHeader& header) { return header.kind == 'S' || header.kind == 'U'; }

/// From the first axis running fastest to the last axis running fastest.
Elements to_row_major(const Elements& source, const Shape& shape, std::size_t count, std::size_t item_bytes) {
  std::vector<std::size_t> strides(shape.size(), item_bytes);
  for (std::size_t axis = 1; axis < shape.size(); ++axis) {
    strides[axis] = strides[axis - 1] * static_cast<std::size_t>(shape[axis - 1]);
  }
  auto ordered = std::make_shared_for_overwrite<std::byte[]>(count * item_bytes);
  std::vector<std::int64_t> index(shape.size(), 0);
  std::size_t from = 0;
  for (std::size_t to = 0; to < count; ++to) {
    std::memcpy(ordered.get() + to * item_bytes, source.data + from, item_bytes);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * static_cast<std::size_t>(shape[axis]);
      index[axis] = 0;
    }
  }
  const std::byte* const data = ordered.get();
  return {std::move(ordered), data};
}

Elements to_little_endian(const Elements& source, std::size_t bytes, std::size_t unit) {
  auto swapped = std::make_shared_for_overwrite<std::byte[]>(bytes);
  for (std::size_t at = 0; at < bytes; at += unit) {
    std::reverse_copy(source.data + at, source.data + at + unit, swapped.get() + at);
  }
  const std::byte* const data = swapped.get();
  return {std::move(swapped), data};
}

std::string decode_text(std::string_view item, char kind) {
  if (kind == 'S') return std::string(item.substr(0, item.find_last_not_of('\0') + 1));
  std::string text;
  std::size_t end = item.size();
  while (end > 0 && read_little_endian<std::uint32_t>(item, end - 4) == 0) end -= 4;
  for (std::size_t at = 0; at < end; at += 4) append_utf8(text, read_little_endian<std::uint32_t>(item, at));
  return text;
}

Tensor decode_texts(const NpyHeader& header, const Elements& elements, std::size_t count) {
  std::vector<std::string> texts;
  texts.reserve(count);
  const auto* item = reinterpret_cast<const char*>(elements.data);
  for (std::size_t i = 0; i < count; ++i, item += header.item_bytes) {
    texts.push_back(decode_text({item, header.item_bytes}, header.kind));
  }
  return Tensor::from(std::move(texts), header.shape);
}

DType numeric_dtype(const NpyHeader& header) {
  const auto found = std::find_if(std::begin(kNumericTypes), std::end(kNumericTypes), [&](const NumericType& type) {
    return type.kind == header.kind && type.bytes == header.item_bytes;
  });
  if (found == std::end(kNumericTypes)) throw Error(ErrorCode::internal, "a type of an array was not checked");
  return found->dtype;
}

std::size_t longest_text(const Tensor& strings) {
  std::size_t longest = 1;  // NumPy has no type of no characters
  for (const std::string& text : strings.values<std::string>()) {
    longest = std::max(longest, to_code_points(text).size());
  }
  return longest;
}

}  // namespace

Tensor decode_npy(const NpyHeader& header, std::shared_ptr<const void> owner, const std::byte* data,
                  const std::string& name) {
  const std::size_t count = element_count(header.shape);
  const std::size_t bytes = count * header.item_bytes;
  const std::size_t unit = header.kind == 'U' ? 4 : header.item_bytes;
  Elements elements{std::move(owner), data};
  if (header.fortran_order && header.shape.size() > 1 && count > 1) {
    elements = to_row_major(elements, header.shape, count, header.item_bytes);
  }
  if (header.big_endian && header.kind != 'S' && unit > 1) elements = to_little_endian(elements, bytes, unit);
  if (is_text(header)) return decode_texts(header, elements, count);
  const bool broken_bool = header.kind == 'b' && std::any_of(elements.data, elements.data + bytes,
                                                             [](std::byte value) { return value > std::byte{1}; });
  if (broken_bool) fail_npy(name, "an element of type bool is neither 0 nor 1");
  return Tensor(numeric_dtype(header), header.shape, std::move(elements.owner), elements.data, bytes);
}

NpyHeader npy_header_of(const Tensor& tensor, const std::string& name) {
  NpyHeader header;
  header.shape = tensor.shape();
  if (tensor.dtype() == DType::string) {
    header.kind = 'U';
    header.item_bytes = 4 * longest_text(tensor);
    return header;
  }
  const auto found = std::find_if(std::begin(kNumericTypes), std::end(kNumericTypes),
                                  [&](const NumericType& type) { return type.dtype == tensor.dtype(); });
  if (found == std::end(kNumericTypes)) {
    throw Error(ErrorCode::unsupported,
                "'" + name + "' cannot be saved: NumPy has no type for " + std::string(to_string(tensor.dtype())),
                "convert it to fp32 first");
  }
  header.kind = found->kind;
  header.item_bytes = found->bytes;
  return header;
}

std::string encode_npy_strings(const Tensor& strings, std::size_t item_bytes) {
  std::string bytes;
  bytes.reserve(strings.size() * item_bytes);
  for (const std::string& text : strings.values<std::string>()) {
    const std::size_t end = bytes.size() + item_bytes;
    for (const char32_t code_point : to_code_points(text)) {
      append_little_endian(bytes, static_cast<std::uint32_t>(code_point));
    }
    bytes.resize(end, '\0');
  }
  return bytes;
}

}  // namespace halftone
