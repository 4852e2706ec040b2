#include <array>

#include "halftone/tensor.h"

namespace halftone {
namespace {

struct DTypeFacts {
  DType dtype;
  std::string_view name;
  int bits;
};

constexpr std::array<DTypeFacts, 16> kFacts{{
    {DType::f32, "fp32", 32},
    {DType::f16, "fp16", 16},
    {DType::bf16, "bf16", 16},
    {DType::f64, "fp64", 64},
    {DType::s8, "int8", 8},
    {DType::u8, "uint8", 8},
    {DType::s16, "int16", 16},
    {DType::u16, "uint16", 16},
    {DType::s32, "int32", 32},
    {DType::u32, "uint32", 32},
    {DType::s64, "int64", 64},
    {DType::u64, "uint64", 64},
    {DType::boolean, "bool", 8},
    {DType::string, "string", 0},
    {DType::s4, "int4", 4},
    {DType::u4, "uint4", 4},
}};

constexpr bool is_indexed_by_dtype() {
  for (std::size_t i = 0; i < kFacts.size(); ++i) {
    if (static_cast<std::size_t>(kFacts[i].dtype) != i) return false;
  }
  return true;
}
static_assert(is_indexed_by_dtype());

const DTypeFacts& facts(DType dtype) { return kFacts[static_cast<std::size_t>(dtype)]; }

}  // namespace

std::string_view to_string(DType dtype) { return facts(dtype).name; }

int bit_width(DType dtype) { return facts(dtype).bits; }

bool is_float(DType dtype) {
  return dtype == DType::f64 || dtype == DType::f32 || dtype == DType::f16 || dtype == DType::bf16;
}

std::optional<DType> parse_dtype(std::string_view text) {
  for (const DTypeFacts& known : kFacts) {
    if (known.name == text) return known.dtype;
  }
  return std::nullopt;
}

}  // namespace halftone
