#include "data/image_resize.h"

#include <algorithm>
#include <cmath>

#include "halftone/error.h"

namespace halftone {
namespace {

constexpr int kFractionBits = 32 - 8 - 2;
constexpr std::int32_t kHalf = 1 << (kFractionBits - 1);

/// Weights of the input pixels that make each output pixel along one axis.
struct AxisFilter {
  struct Window {
    int first;
    int count;
    const std::int32_t* weights;
  };
  std::vector<Window> windows;
  std::vector<std::int32_t> weights;
};

// Weights in fixed point of one output pixel, whose centre is at `centre` in input pixels.
AxisFilter::Window add_weights(std::vector<double>& exact, std::int32_t* weights, double centre, double support,
                               int in_size) {
  const int first = std::max(0, static_cast<int>(centre - support + 0.5));
  const int count = std::min(in_size, static_cast<int>(centre + support + 0.5)) - first;
  double sum = 0;
  for (int i = 0; i < count; ++i) {
    exact[i] = std::max(0.0, 1.0 - std::abs((i + first - centre + 0.5) * (1.0 / support)));
    sum += exact[i];
  }
  for (int i = 0; i < count; ++i) {
    const double normalised = sum != 0 ? exact[i] / sum : exact[i];
    weights[i] = static_cast<std::int32_t>(0.5 + normalised * (1 << kFractionBits));
  }
  return {first, count, weights};
}

AxisFilter triangle_filter(int in_size, int out_size) {
  const double scale = static_cast<double>(in_size) / out_size;
  const double support = std::max(scale, 1.0);
  const std::size_t taps = static_cast<std::size_t>(std::ceil(support)) * 2 + 1;
  AxisFilter filter;
  filter.weights.resize(taps * out_size);
  std::vector<double> exact(taps);
  for (int i = 0; i < out_size; ++i) {
    filter.windows.push_back(add_weights(exact, filter.weights.data() + taps * i, (i + 0.5) * scale, support, in_size));
  }
  return filter;
}

std::uint8_t to_byte(std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kFractionBits, 0, 255)); }

RgbImage resize_rows(const RgbImage& image, int width, const std::string& name) {
  RgbImage result = make_image(width, image.height, name);
  const AxisFilter filter = triangle_filter(image.width, width);
  std::uint8_t* out = result.pixels.data();
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = image.pixels.data() + static_cast<std::size_t>(y) * image.width * 3;
    for (const auto& [first, count, weights] : filter.windows) {
      std::int32_t red = kHalf, green = kHalf, blue = kHalf;
      const std::uint8_t* in = row + 3 * first;
      for (int i = 0; i < count; ++i, in += 3) {
        red += in[0] * weights[i];
        green += in[1] * weights[i];
        blue += in[2] * weights[i];
      }
      *out++ = to_byte(red);
      *out++ = to_byte(green);
      *out++ = to_byte(blue);
    }
  }
  return result;
}

RgbImage resize_columns(const RgbImage& image, int height, const std::string& name) {
  RgbImage result = make_image(image.width, height, name);
  const AxisFilter filter = triangle_filter(image.height, height);
  const std::size_t stride = static_cast<std::size_t>(image.width) * 3;
  std::vector<std::int32_t> sums(stride);
  std::uint8_t* out = result.pixels.data();
  for (const auto& [first, count, weights] : filter.windows) {
    std::ranges::fill(sums, kHalf);
    for (int i = 0; i < count; ++i) {
      const std::uint8_t* in = image.pixels.data() + (first + i) * stride;
      for (std::size_t x = 0; x < stride; ++x) sums[x] += in[x] * weights[i];
    }
    out = std::ranges::transform(sums, out, to_byte).out;
  }
  return result;
}

int half_to_even(int difference) {
  const int half = difference / 2;
  return half + (difference % 2 == 1 && half % 2 == 1 ? 1 : 0);
}

}  // namespace

RgbImage resize_bilinear(const RgbImage& image, int width, int height, const std::string& name) {
  if (width == image.width && height == image.height) return image;
  if (width == image.width) return resize_columns(image, height, name);
  if (height == image.height) return resize_rows(image, width, name);
  const int lost_height = image.height - height;
  const int lost_width = image.width - width;
  const bool columns_first = lost_height > 0 && lost_height > 2 * lost_width;
  if (columns_first) return resize_rows(resize_columns(image, height, name), width, name);
  return resize_columns(resize_rows(image, width, name), height, name);
}

RgbImage crop_centre(const RgbImage& image, int width, int height, const std::string& name) {
  if (width > image.width || height > image.height) {
    throw Error(ErrorCode::invalid_data,
                name + ": cannot crop " + std::to_string(height) + "x" + std::to_string(width) + " from an image of " +
                    std::to_string(image.height) + "x" + std::to_string(image.width) + " (height x width)",
                "give resize= a size that is at least that of crop=");
  }
  RgbImage result = make_image(width, height, name);
  const int left = half_to_even(image.width - width);
  const int top = half_to_even(image.height - height);
  for (int y = 0; y < height; ++y) {
    const std::size_t from = (static_cast<std::size_t>(top + y) * image.width + left) * 3;
    std::copy_n(image.pixels.begin() + from, width * 3,
                result.pixels.begin() + static_cast<std::size_t>(y) * width * 3);
  }
  return result;
}

}  // namespace halftone
