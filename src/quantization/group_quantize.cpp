#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "base/parallel.h"
#include "halftone/error.h"
#include "halftone/quantization.h"
#include "quantization/channel_layout.h"
#include "quantization/extremes.h"
#include "quantization/pack_kernels.h"
#include "quantization/quantize_kernels.h"
#include "quantization/scale.h"
#include "quantization/scale_kernels.h"

namespace halftone {
namespace {

// A block of work: its values stay in the cache, and what it writes of a column fills whole lines of it.
constexpr std::size_t kColumnsAtOnce = 1024, kInputsAtOnce = 128;

[[noreturn]] void fail_argument(const std::string& what) {
  throw Error(ErrorCode::invalid_argument, "a weight cannot be quantized in groups: " + what);
}

void require_groups(const Shape& shape, int output_axis, const QuantSpec& spec) {
  if (shape.size() != 2) fail_argument("its shape " + to_string(shape) + " is not that of a matrix");
  if (output_axis != 0 && output_axis != 1)
    fail_argument("axis " + std::to_string(output_axis) + " is none of its two");
  if (spec.dtype != DType::u4 && spec.dtype != DType::u8) {
    fail_argument("values of " + std::string(to_string(spec.dtype)) + " are not packed (uint4 and uint8 are)");
  }
  if (spec.granularity != Granularity::per_group || spec.group_size < 2 || spec.group_size % 2 != 0) {
    fail_argument("it needs an even size of groups, not " + std::to_string(spec.group_size));
  }
}

/// Where values of a few bits stand in a row of bytes.
class Packing {
 public:
  explicit Packing(DType dtype) : per_byte_(dtype == DType::u4 ? 2 : 1) {}
  std::size_t bytes(std::size_t values) const { return (values + per_byte_ - 1) / per_byte_; }
  void put(std::uint8_t* row, std::size_t index, std::uint8_t value) const {
    if (per_byte_ == 1)
      row[index] = value;
    else
      row[index / 2] = static_cast<std::uint8_t>(row[index / 2] | (value << (index % 2 * 4)));
  }
  void replace(std::uint8_t* row, std::size_t index, std::uint8_t value) const {
    if (per_byte_ == 2) row[index / 2] = static_cast<std::uint8_t>(row[index / 2] & (index % 2 == 0 ? 0xF0 : 0x0F));
    put(row, index, value);
  }
  std::uint8_t get(const std::uint8_t* row, std::size_t index) const {
    if (per_byte_ == 1) return row[index];
    return static_cast<std::uint8_t>((row[index / 2] >> (index % 2 * 4)) & 15);
  }

 private:
  std::size_t per_byte_;
};

/// Quantizes one weight; blocks of work write bytes of their own.
class GroupQuantizer {
 public:
  GroupQuantizer(std::span<const float> values, const Shape& shape, int output_axis, const QuantSpec& spec)
      : values_(values),
        spec_(spec),
        limits_(quant_limits(spec)),
        packing_(spec.dtype),
        outputs_are_rows_(output_axis == 0),
        outputs_(static_cast<std::size_t>(shape[output_axis == 0 ? 0 : 1])),
        inputs_(static_cast<std::size_t>(shape[output_axis == 0 ? 1 : 0])),
        size_(static_cast<std::size_t>(spec.group_size)),
        groups_((inputs_ + size_ - 1) / size_),
        packed_(outputs_ * groups_ * packing_.bytes(size_)),
        scale_(outputs_ * groups_),
        zero_point_(outputs_ * groups_) {}

  GroupedWeight quantize(int threads) {
    if (outputs_are_rows_) {
      parallel_for(outputs_, threads, [&](std::size_t, std::size_t row) { quantize_row_of_groups(row); });
    } else {
      const std::size_t blocks = (outputs_ + kColumnsAtOnce - 1) / kColumnsAtOnce;
      const std::size_t at_once = std::max<std::size_t>(1, kInputsAtOnce / size_);
      parallel_for((groups_ + at_once - 1) / at_once * blocks, threads, [&](std::size_t, std::size_t work) {
        const std::size_t group = work / blocks * at_once, column = work % blocks * kColumnsAtOnce;
        quantize_columns(group, std::min(at_once, groups_ - group), column,
                         std::min(kColumnsAtOnce, outputs_ - column));
      });
    }
    return result();
  }

 private:
  static void require_finite(bool finite) {
    if (!finite) throw Error(ErrorCode::invalid_data, "a weight holds NaN or infinities", "repair the float model");
  }

  ScaleAndZeroPoint choose(std::size_t output, std::size_t group, float low, float high) {
    const ScaleAndZeroPoint entry = scale_of_range({std::min(low, 0.0F), std::max(high, 0.0F)}, spec_);
    scale_[output * groups_ + group] = entry.scale;
    zero_point_[output * groups_ + group] = static_cast<std::uint8_t>(entry.zero_point);
    return entry;
  }

  /// `stride` bytes lie between neighbours of the group; what it lacks is filled up with zeros.
  void pack(std::size_t output, std::size_t group, const std::uint8_t* from, std::size_t stride, std::size_t count) {
    std::uint8_t* const row = packed_.data() + (output * groups_ + group) * packing_.bytes(size_);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t value = from[i * stride];
      packing_.put(row, i, static_cast<std::uint8_t>(std::clamp(value, limits_.low, limits_.high)));
    }
    for (std::size_t i = count; i < size_; ++i) packing_.put(row, i, zero_point_[output * groups_ + group]);
  }

  void quantize_row_of_groups(std::size_t output) {
    std::vector<std::uint8_t> quantized(size_);
    for (std::size_t group = 0; group < groups_; ++group) {
      const std::size_t count = std::min(size_, inputs_ - group * size_);
      const std::span<const float> values = values_.subspan(output * inputs_ + group * size_, count);
      const Extremes found = scan_extremes(values);
      require_finite(found.nan + found.inf == 0);
      const auto [scale, zero_point] = choose(output, group, found.min, found.max);
      quantize_block(values, scale, zero_point, quantized.data());
      pack(output, group, quantized.data(), 1, count);
    }
  }

  /// Some neighbouring groups of some neighbouring columns.
  void quantize_columns(std::size_t first_group, std::size_t groups, std::size_t first, std::size_t columns) {
    std::vector<float> scale(groups * columns);
    std::vector<std::int32_t> zero_point(groups * columns);
    const auto quantized = std::make_unique_for_overwrite<std::uint8_t[]>(groups * size_ * columns);
    for (std::size_t i = 0; i < groups; ++i) {
      const MatrixRows rows = rows_of(first_group + i, first, columns);
      std::vector<float> low(columns, std::numeric_limits<float>::infinity()), high(columns, -low.front());
      require_finite(widen_column_extremes(rows, low.data(), high.data()));
      float* const scales = scale.data() + i * columns;
      std::int32_t* const zero_points = zero_point.data() + i * columns;
      scales_of_ranges(low.data(), high.data(), columns, spec_, scales, zero_points);
      quantize_rows(rows, scales, zero_points, quantized.get() + i * size_ * columns);
    }
    for (std::size_t c = 0; c < columns; ++c) {
      for (std::size_t i = 0; i < groups; ++i) {
        scale_[(first + c) * groups_ + first_group + i] = scale[i * columns + c];
        zero_point_[(first + c) * groups_ + first_group + i] = static_cast<std::uint8_t>(zero_point[i * columns + c]);
      }
    }
    const bool last_is_short = (first_group + groups) * size_ > inputs_;
    const std::size_t whole = spec_.dtype != DType::u4 ? 0 : groups - (last_is_short ? 1 : 0);
    std::uint8_t* const packed = packed_.data() + (first * groups_ + first_group) * packing_.bytes(size_);
    pack_columns(quantized.get(), whole * size_, columns, limits_, packed, groups_ * packing_.bytes(size_));
    for (std::size_t i = whole; i < groups; ++i) {
      const std::uint8_t* const from = quantized.get() + i * size_ * columns;
      const std::size_t count = rows_of(first_group + i, first, columns).rows;
      for (std::size_t c = 0; c < columns; ++c) pack(first + c, first_group + i, from + c, columns, count);
    }
  }

  MatrixRows rows_of(std::size_t group, std::size_t first, std::size_t columns) const {
    const std::size_t row = group * size_;
    return {values_.data() + row * outputs_ + first, std::min(size_, inputs_ - row), columns, outputs_};
  }

  GroupedWeight result() {
    const auto extent = [](std::size_t value) { return static_cast<std::int64_t>(value); };
    GroupedWeight weight{.outputs = outputs_, .inputs = inputs_, .groups = groups_};
    const Shape bytes{extent(outputs_), extent(groups_), extent(packing_.bytes(size_))};
    weight.values = Tensor::from(std::move(packed_), bytes);
    weight.scale = Tensor::from(std::move(scale_), {extent(outputs_), extent(groups_)});
    if (spec_.scheme == Scheme::symmetric) return weight;
    const std::size_t row_bytes = packing_.bytes(groups_);
    std::vector<std::uint8_t> zero_points(outputs_ * row_bytes);
    for (std::size_t output = 0; output < outputs_; ++output) {
      for (std::size_t group = 0; group < groups_; ++group) {
        packing_.put(zero_points.data() + output * row_bytes, group, zero_point_[output * groups_ + group]);
      }
    }
    weight.zero_point = Tensor::from(std::move(zero_points), {extent(outputs_), extent(row_bytes)});
    return weight;
  }

  std::span<const float> values_;
  QuantSpec spec_;
  QuantLimits limits_;
  Packing packing_;
  bool outputs_are_rows_;
  std::size_t outputs_, inputs_, size_, groups_;
  std::vector<std::uint8_t> packed_;
  std::vector<float> scale_;
  std::vector<std::uint8_t> zero_point_;
};

/// Scale and zero point of each value of a weight, and the row of bytes that holds it.
class GroupEntries {
 public:
  GroupEntries(const GroupedWeight& weight, const QuantSpec& spec)
      : packing_(spec.dtype),
        size_(static_cast<std::size_t>(spec.group_size)),
        groups_(weight.groups),
        middle_(1 << (bit_width(spec.dtype) - 1)),
        scale_(weight.scale.values<float>()) {
    if (weight.zero_point) zero_points_ = weight.zero_point->values<std::uint8_t>().data();
  }
  std::size_t size() const { return size_; }
  std::size_t row(std::size_t output, std::size_t input) const { return entry(output, input) * packing_.bytes(size_); }
  ScaleAndZeroPoint of(std::size_t output, std::size_t input) const {
    std::int32_t zero_point = middle_;
    if (zero_points_ != nullptr) {
      zero_point = packing_.get(zero_points_ + output * packing_.bytes(groups_), input / size_);
    }
    return {scale_[entry(output, input)], zero_point};
  }

 private:
  std::size_t entry(std::size_t output, std::size_t input) const { return output * groups_ + input / size_; }

  Packing packing_;
  std::size_t size_, groups_;
  std::int32_t middle_;
  std::span<const float> scale_;
  const std::uint8_t* zero_points_ = nullptr;
};

}  // namespace

GroupedShapes grouped_shapes(const Shape& shape, int output_axis, const QuantSpec& spec) {
  require_groups(shape, output_axis, spec);
  const auto extent = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  const Packing packing(spec.dtype);
  const auto size = static_cast<std::size_t>(spec.group_size);
  GroupedShapes shapes;
  shapes.outputs = static_cast<std::size_t>(shape[output_axis == 0 ? 0 : 1]);
  shapes.inputs = static_cast<std::size_t>(shape[output_axis == 0 ? 1 : 0]);
  shapes.groups = (shapes.inputs + size - 1) / size;
  shapes.values = {extent(shapes.outputs), extent(shapes.groups), extent(packing.bytes(size))};
  shapes.scale = {extent(shapes.outputs), extent(shapes.groups)};
  if (spec.scheme == Scheme::asymmetric) {
    shapes.zero_point = {extent(shapes.outputs), extent(packing.bytes(shapes.groups))};
  }
  return shapes;
}

GroupedWeight quantize_groups(std::span<const float> values, const Shape& shape, int output_axis, const QuantSpec& spec,
                              int threads) {
  require_shape_of(shape, values.size());
  require_groups(shape, output_axis, spec);
  return GroupQuantizer(values, shape, output_axis, spec).quantize(threads);
}

Tensor requantize_groups(std::span<const float> values, const GroupedWeight& weight, int output_axis,
                         const QuantSpec& spec, std::size_t& clipped) {
  require_shape_of({static_cast<std::int64_t>(weight.outputs), static_cast<std::int64_t>(weight.inputs)},
                   values.size());
  const Packing packing(spec.dtype);
  const GroupEntries entries(weight, spec);
  const std::span<const std::uint8_t> before = weight.values.values<std::uint8_t>();
  std::vector<std::uint8_t> packed(before.begin(), before.end());  // what fills up the last groups stays
  for (std::size_t output = 0; output < weight.outputs; ++output) {
    for (std::size_t input = 0; input < weight.inputs; ++input) {
      const std::size_t place = output_axis == 0 ? output * weight.inputs + input : input * weight.outputs + output;
      const ScaleAndZeroPoint entry = entries.of(output, input);
      const double level = std::nearbyint(values[place] / double{entry.scale}) + entry.zero_point;
      if (!std::isfinite(level)) throw Error(ErrorCode::invalid_data, "a weight holds NaN or infinities");
      const double kept = std::clamp(level, 0.0, static_cast<double>((1 << bit_width(spec.dtype)) - 1));
      clipped += kept == level ? 0 : 1;
      packing.replace(packed.data() + entries.row(output, input), input % entries.size(),
                      static_cast<std::uint8_t>(kept));
    }
  }
  return Tensor::from(std::move(packed), weight.values.shape());
}

std::vector<float> dequantize_groups(const GroupedWeight& weight, int output_axis, const QuantSpec& spec) {
  const Packing packing(spec.dtype);
  const GroupEntries entries(weight, spec);
  const std::uint8_t* const values = weight.values.values<std::uint8_t>().data();
  std::vector<float> result(weight.outputs * weight.inputs);
  for (std::size_t output = 0; output < weight.outputs; ++output) {
    for (std::size_t input = 0; input < weight.inputs; ++input) {
      const ScaleAndZeroPoint entry = entries.of(output, input);
      const std::int32_t value = packing.get(values + entries.row(output, input), input % entries.size());
      const std::size_t place = output_axis == 0 ? output * weight.inputs + input : input * weight.outputs + output;
      result[place] = entry.scale * static_cast<float>(value - entry.zero_point);
    }
  }
  return result;
}

}  // namespace halftone
