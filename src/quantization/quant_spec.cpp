#include <string>

#include "halftone/error.h"
#include "halftone/quantization.h"

namespace halftone {

std::string_view to_string(Scheme scheme) { return scheme == Scheme::symmetric ? "symmetric" : "asymmetric"; }

std::string_view to_string(Granularity granularity) {
  switch (granularity) {
    case Granularity::per_tensor:
      return "per_tensor";
    case Granularity::per_channel:
      return "per_channel";
    case Granularity::per_group:
      return "per_group";
  }
  throw Error(ErrorCode::internal, "a Granularity has no name");
}

std::string_view to_string(RangeMethod method) {
  switch (method) {
    case RangeMethod::minmax:
      return "minmax";
    case RangeMethod::percentile:
      return "percentile";
    case RangeMethod::kl:
      return "kl";
    case RangeMethod::mse:
      return "mse";
  }
  throw Error(ErrorCode::internal, "a RangeMethod has no name");
}

std::string_view to_string(QuantMode mode) {
  switch (mode) {
    case QuantMode::static_:
      return "static";
    case QuantMode::dynamic:
      return "dynamic";
    case QuantMode::weight_only:
      return "weight_only";
    case QuantMode::qat:
      return "qat";
  }
  throw Error(ErrorCode::internal, "a QuantMode has no name");
}

std::string_view to_string(QuantFormat format) {
  switch (format) {
    case QuantFormat::qdq:
      return "qdq";
    case QuantFormat::qlinear:
      return "qlinear";
    case QuantFormat::integer:
      return "integer";
  }
  throw Error(ErrorCode::internal, "a QuantFormat has no name");
}

namespace {

bool is_signed(DType dtype) {
  switch (dtype) {
    case DType::s4:
    case DType::s8:
    case DType::s16:
    case DType::s32:
      return true;
    case DType::u4:
    case DType::u8:
    case DType::u16:
      return false;
    default:
      break;
  }
  throw Error(ErrorCode::unsupported, "tensors cannot be quantized to " + std::string(to_string(dtype)),
              "use int4, uint4, int8, uint8, int16, uint16 or int32");
}

}  // namespace

QuantLimits quant_limits(const QuantSpec& spec) {
  const bool with_sign = is_signed(spec.dtype);
  const int bits = bit_width(spec.dtype) - (spec.reduce_range ? 1 : 0);
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  const auto top = static_cast<std::int32_t>(half - 1);
  const bool symmetric = spec.scheme == Scheme::symmetric;
  // 255 * 64 * 2 = 32,640 still fits 16 bits, so a reduced symmetric type may use both of its ends.
  if (with_sign && symmetric && spec.reduce_range) return {-top - 1, top + 1};
  if (with_sign) return {symmetric ? -top : -top - 1, top};
  return {symmetric ? 1 : 0, static_cast<std::int32_t>(2 * half - 1)};
}

}  // namespace halftone
