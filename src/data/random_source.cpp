#include "data/random_source.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <numbers>
#include <system_error>

#include "base/sha256.h"
#include "data/split_mix.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kItems = 256;
constexpr std::size_t kMaxBytes = std::size_t{1} << 32;

std::uint64_t parse_seed(const DataSpec& spec) {
  if (spec.main().empty()) return 0;
  std::uint64_t seed = 0;
  const char* end = spec.main().data() + spec.main().size();
  const auto [parsed_to, error] = std::from_chars(spec.main().data(), end, seed);
  if (error == std::errc() && parsed_to == end) return seed;
  throw Error(ErrorCode::configuration, "data spec '" + spec.text() + "': '" + spec.main() + "' is no seed",
              "write random or random:SEED with a whole number");
}

double normal(SplitMix64& random) {
  const double radius = std::sqrt(-2 * std::log(random.unit()));
  return radius * std::cos(2 * std::numbers::pi * random.unit());
}

// Round to nearest, ties to even, of a normal number that fits half precision's range (IEEE 754, 4.3.1).
std::uint16_t to_half_bits(float value) {
  const float magnitude = std::abs(value);
  const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  // Below the smallest normal half, its spacing is 2^-24 everywhere.
  if (magnitude < 0x1p-14f) return sign | static_cast<std::uint16_t>(std::lrint(magnitude * 0x1p24f));
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(magnitude) - ((127u - 15u) << 23);
  return static_cast<std::uint16_t>(sign | ((bits + 0xFFF + (bits >> 13 & 1)) >> 13));
}

std::uint16_t to_bfloat_bits(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

template <typename Make>
Tensor filled(DType dtype, const Shape& shape, Make make) {
  using Value = decltype(make());
  const std::size_t bytes = element_count(shape) * sizeof(Value);
  auto values = std::make_shared<std::vector<Value>>(element_count(shape));
  for (Value& value : *values) value = make();
  const void* data = values->data();
  return Tensor(dtype, shape, std::move(values), data, bytes);
}

/// Two 4-bit numbers a byte; an odd count leaves the last high nibble 0.
Tensor filled_nibbles(DType dtype, const Shape& shape, SplitMix64& random) {
  const std::size_t count = element_count(shape);
  auto values = std::make_shared<std::vector<std::uint8_t>>((count + 1) / 2);
  for (std::size_t i = 0; i < count; ++i) (*values)[i / 2] |= static_cast<std::uint8_t>(random.below(8) << i % 2 * 4);
  const void* data = values->data();
  const std::size_t bytes = values->size();
  return Tensor(dtype, shape, std::move(values), data, bytes);
}

Tensor random_tensor(DType dtype, const Shape& shape, SplitMix64& random) {
  switch (dtype) {
    case DType::f32:
      return filled(dtype, shape, [&] { return static_cast<float>(normal(random)); });
    case DType::f64:
      return filled(dtype, shape, [&] { return normal(random); });
    case DType::f16:
      return filled(dtype, shape, [&] { return to_half_bits(static_cast<float>(normal(random))); });
    case DType::bf16:
      return filled(dtype, shape, [&] { return to_bfloat_bits(static_cast<float>(normal(random))); });
    case DType::boolean:
      return filled(dtype, shape, [&] { return static_cast<std::uint8_t>(random.below(2)); });
    case DType::s4:
    case DType::u4:
      return filled_nibbles(dtype, shape, random);
    default:
      break;
  }
  switch (bit_width(dtype)) {
    case 8:
      return filled(dtype, shape, [&] { return static_cast<std::uint8_t>(random.below(10)); });
    case 16:
      return filled(dtype, shape, [&] { return static_cast<std::uint16_t>(random.below(10)); });
    case 32:
      return filled(dtype, shape, [&] { return static_cast<std::uint32_t>(random.below(10)); });
    case 64:
      return filled(dtype, shape, [&] { return random.below(10); });
    default:
      break;
  }
  throw Error(ErrorCode::unsupported, "random: cannot make " + std::string(to_string(dtype)));
}

/// The signature with every extent known.
TensorSignature made_concrete(TensorSignature signature) {
  const std::string input = "random: input '" + signature.name + "'";
  const std::string hint = "give its shape with --input NAME=1x3x224x224, or real data";
  if (!signature.shape) throw Error(ErrorCode::unsupported, input + " has an unknown rank", hint);
  if (signature.dtype == DType::string) throw Error(ErrorCode::unsupported, input + " takes strings", "give real data");
  for (std::int64_t& extent : *signature.shape) extent = extent == -1 ? 1 : extent;
  if (element_count(*signature.shape) > kMaxBytes / sizeof(double)) {
    throw Error(ErrorCode::unsupported, input + " is too large: " + to_string(*signature.shape), hint);
  }
  return signature;
}

class RandomSource final : public DataSource {
 public:
  RandomSource(const DataSpec& spec, const std::vector<TensorSignature>& signatures)
      : spec_(spec.text()), seed_(parse_seed(spec)) {
    if (signatures.empty()) {
      throw Error(ErrorCode::configuration, "data spec '" + spec_ + "' needs a model, whose inputs say what to make",
                  "name the model, e.g. with --model");
    }
    for (const TensorSignature& signature : signatures) signatures_.push_back(made_concrete(signature));
  }

  std::string spec() const override { return spec_; }
  std::optional<std::size_t> size() const override { return kItems; }
  std::string id(std::size_t index) const override { return std::to_string(index); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }

  DataItem item(std::size_t index) const override {
    if (index >= kItems) {
      throw Error(ErrorCode::invalid_argument,
                  spec_ + ": no item " + std::to_string(index) + ", it has " + std::to_string(kItems));
    }
    SplitMix64 seeds(seed_);
    SplitMix64 random(seeds.next() + SplitMix64(index).next());
    DataItem sample{id(index), {}, {}};
    for (const TensorSignature& signature : signatures_) {
      sample.inputs.push_back({signature.name, random_tensor(signature.dtype, *signature.shape, random)});
    }
    return sample;
  }

  std::string fingerprint() const override {
    std::string text = "random\n" + std::to_string(seed_) + "\n";
    for (const TensorSignature& signature : signatures_) {
      text += signature.name + " " + std::string(to_string(signature.dtype)) + " " + to_string(*signature.shape) + "\n";
    }
    return sha256_of(text);
  }

 private:
  std::string spec_;
  std::uint64_t seed_;
  std::vector<TensorSignature> signatures_;
};

}  // namespace

std::unique_ptr<DataSource> open_random(const DataSpec& spec, const std::vector<TensorSignature>& signatures) {
  return std::make_unique<RandomSource>(spec, signatures);
}

}  // namespace halftone
