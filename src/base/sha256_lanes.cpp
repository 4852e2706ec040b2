#include "base/sha256_lanes.h"

#include <array>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/sha256_lanes.cpp"
#include <hwy/foreach_target.h>
// Must follow foreach_target.h.
#include <hwy/highway.h>

// Nothing of the standard library is called between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE: an inline function
// compiled there for a wide instruction set could become the copy that the whole program uses.
HWY_BEFORE_NAMESPACE();
namespace halftone {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET <= HWY_AVX3

namespace hn = hwy::HWY_NAMESPACE;

// Fewer lanes, or rotations of several instructions, are slower than the hash instructions of one lane.
constexpr std::size_t kLanes = 16;

using D = hn::FixedTag<std::uint32_t, kLanes>;
using V = hn::Vec<D>;

// FIPS 180-4, section 4.2.2.
constexpr std::uint32_t kRoundConstants[64] = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2};

// Section 4.1.2.
HWY_INLINE V sum0(V x) { return hn::Xor3(hn::RotateRight<2>(x), hn::RotateRight<13>(x), hn::RotateRight<22>(x)); }
HWY_INLINE V sum1(V x) { return hn::Xor3(hn::RotateRight<6>(x), hn::RotateRight<11>(x), hn::RotateRight<25>(x)); }
HWY_INLINE V sigma0(V x) { return hn::Xor3(hn::RotateRight<7>(x), hn::RotateRight<18>(x), hn::ShiftRight<3>(x)); }
HWY_INLINE V sigma1(V x) { return hn::Xor3(hn::RotateRight<17>(x), hn::RotateRight<19>(x), hn::ShiftRight<10>(x)); }
HWY_INLINE V choose(V x, V y, V z) { return hn::Xor(z, hn::And(x, hn::Xor(y, z))); }
// One instruction, for which the library has no name: the truth table of two out of three.
HWY_INLINE V majority(V x, V y, V z) { return V{_mm512_ternarylogic_epi32(x.raw, y.raw, z.raw, 0xE8)}; }

/// Four words of each lane's message, big-endian, from lanes whose parts lie `stride` bytes apart.
HWY_INLINE void load_words(const std::uint8_t* data, std::size_t stride, V* words) {
  const hn::FixedTag<std::uint32_t, 4> d128;
  const hn::FixedTag<std::uint32_t, 8> d256;
  const D d;
  const hn::Repartition<std::uint64_t, D> d64;
  const hn::Repartition<std::uint8_t, D> d8;
  const auto block = [&](std::size_t lane) HWY_ATTR {
    return hn::LoadU(d128, reinterpret_cast<const std::uint32_t*>(data + lane * stride));
  };
  V rows[4];
  for (std::size_t i = 0; i < 4; ++i) {
    rows[i] = hn::Combine(d, hn::Combine(d256, block(12 + i), block(8 + i)), hn::Combine(d256, block(4 + i), block(i)));
  }
  const auto low01 = hn::BitCast(d64, hn::InterleaveLower(d, rows[0], rows[1]));
  const auto low23 = hn::BitCast(d64, hn::InterleaveLower(d, rows[2], rows[3]));
  const auto high01 = hn::BitCast(d64, hn::InterleaveUpper(d, rows[0], rows[1]));
  const auto high23 = hn::BitCast(d64, hn::InterleaveUpper(d, rows[2], rows[3]));
  alignas(16) static constexpr std::uint8_t kSwapped[16] = {3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12};
  const auto swapped = hn::LoadDup128(d8, kSwapped);
  const auto big_endian = [&](hn::Vec<decltype(d64)> v)
                              HWY_ATTR { return hn::BitCast(d, hn::TableLookupBytes(hn::BitCast(d8, v), swapped)); };
  words[0] = big_endian(hn::InterleaveLower(d64, low01, low23));
  words[1] = big_endian(hn::InterleaveUpper(d64, low01, low23));
  words[2] = big_endian(hn::InterleaveLower(d64, high01, high23));
  words[3] = big_endian(hn::InterleaveUpper(d64, high01, high23));
}

/// One round; the variables are renamed by the caller instead of moved.
HWY_INLINE void one_round(V a, V b, V c, V& d, V e, V f, V g, V& h, V word, std::uint32_t constant) {
  const V sum = hn::Add(hn::Add(hn::Add(h, hn::Add(word, hn::Set(D(), constant))), choose(e, f, g)), sum1(e));
  d = hn::Add(d, sum);
  h = hn::Add(sum, hn::Add(sum0(a), majority(a, b, c)));
}

HWY_INLINE void extend(V* w, std::size_t i) {
  w[i] = hn::Add(hn::Add(w[i], sigma0(w[(i + 1) % 16])), hn::Add(w[(i + 9) % 16], sigma1(w[(i + 14) % 16])));
}

/// Section 6.2.2, on one block of 64 bytes of each lane.
HWY_INLINE void hash_block(V* w, V* state) {
  V a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < 64; i += 8) {
    if (i >= 16) {
#pragma GCC unroll 8
      for (std::size_t j = 0; j < 8; ++j) extend(w, (i + j) % 16);
    }
    const std::uint32_t* k = kRoundConstants + i;
    const V* word = w + i % 16;
    one_round(a, b, c, d, e, f, g, h, word[0], k[0]);
    one_round(h, a, b, c, d, e, f, g, word[1], k[1]);
    one_round(g, h, a, b, c, d, e, f, word[2], k[2]);
    one_round(f, g, h, a, b, c, d, e, word[3], k[3]);
    one_round(e, f, g, h, a, b, c, d, word[4], k[4]);
    one_round(d, e, f, g, h, a, b, c, word[5], k[5]);
    one_round(c, d, e, f, g, h, a, b, word[6], k[6]);
    one_round(b, c, d, e, f, g, h, a, word[7], k[7]);
  }
  const V after[8] = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state[i] = hn::Add(state[i], after[i]);
}

/// The last block of a message whose length is a multiple of 64 bytes: section 5.1.1.
HWY_INLINE void load_padding(std::size_t bytes, V* w) {
  const std::uint64_t bits = std::uint64_t{bytes} * 8;
  for (std::size_t i = 0; i < 16; ++i) w[i] = hn::Zero(D());
  w[0] = hn::Set(D(), 0x80000000U);
  w[14] = hn::Set(D(), static_cast<std::uint32_t>(bits >> 32U));
  w[15] = hn::Set(D(), static_cast<std::uint32_t>(bits));
}

bool hash_lanes(const std::uint8_t* data, std::size_t part_bytes, std::uint32_t* hashes) {
  // Section 5.3.3.
  constexpr std::uint32_t kInitial[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                         0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
  V state[8];
  V w[16];
  for (std::size_t i = 0; i < 8; ++i) state[i] = hn::Set(D(), kInitial[i]);
  for (std::size_t offset = 0; offset < part_bytes; offset += 64) {
    for (std::size_t i = 0; i < 4; ++i) load_words(data + offset + 16 * i, part_bytes, w + 4 * i);
    hash_block(w, state);
  }
  load_padding(part_bytes, w);
  hash_block(w, state);
  for (std::size_t i = 0; i < 8; ++i) hn::StoreU(state[i], D(), hashes + i * kLanes);
  return true;
}

#else

bool hash_lanes(const std::uint8_t*, std::size_t, std::uint32_t*) { return false; }

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace halftone
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace halftone {

HWY_EXPORT(hash_lanes);

std::size_t sha256_lanes(const void* data, std::size_t part_bytes, std::size_t parts, Sha256& hashes) {
  constexpr std::size_t kLanes = 16;
  if (parts < kLanes) return 0;
  std::array<std::uint32_t, 8 * kLanes> words{};
  if (!HWY_DYNAMIC_DISPATCH(hash_lanes)(static_cast<const std::uint8_t*>(data), part_bytes, words.data())) return 0;
  std::array<std::uint8_t, 32 * kLanes> bytes{};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    for (std::size_t i = 0; i < 32; ++i) {
      bytes[lane * 32 + i] = static_cast<std::uint8_t>(words[i / 4 * kLanes + lane] >> (24 - i % 4 * 8));
    }
  }
  hashes.update(bytes.data(), bytes.size());
  return kLanes;
}

}  // namespace halftone
#endif  // HWY_ONCE
