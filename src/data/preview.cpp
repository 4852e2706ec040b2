#include "data/preview.h"

#include <png.h>

#include <algorithm>
#include <cmath>

#include "base/file.h"
#include "data/image_resize.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kImages = 16;
constexpr int kColumns = 4;
constexpr int kMaxSide = 256;
constexpr int kGap = 2;
constexpr std::int64_t kMinSide = 4;

/// How a tensor of rank 4 holds images.
struct ImageLayout {
  std::int64_t height;
  std::int64_t width;
  std::int64_t channels;
  bool channels_last;
};

std::optional<ImageLayout> image_layout(const Shape& shape) {
  if (shape.size() != 4) return std::nullopt;
  const auto fits = [](std::int64_t channels, std::int64_t height, std::int64_t width) {
    const bool sides_fit = std::min(height, width) >= kMinSide && std::max(height, width) <= kMaxImageSide;
    return (channels == 1 || channels == 3) && sides_fit && height * width <= kMaxImagePixels;
  };
  if (fits(shape[1], shape[2], shape[3])) return ImageLayout{shape[2], shape[3], shape[1], false};
  if (fits(shape[3], shape[1], shape[2])) return ImageLayout{shape[1], shape[2], shape[3], true};
  return std::nullopt;
}

/// Values from their smallest to their largest as 0 … 255; what is not finite as 0.
std::vector<std::uint8_t> stretch(const std::vector<float>& values) {
  float low = INFINITY;
  float high = -INFINITY;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const double factor = high > low ? 255 / (static_cast<double>(high) - low) : 0;
  std::vector<std::uint8_t> bytes(values.size());
  std::ranges::transform(values, bytes.begin(), [&](float value) -> std::uint8_t {
    return std::isfinite(value) ? static_cast<std::uint8_t>(std::lround((static_cast<double>(value) - low) * factor))
                                : 0;
  });
  return bytes;
}

RgbImage reduced(const RgbImage& image) {
  const int longer = std::max(image.width, image.height);
  if (longer <= kMaxSide) return image;
  return resize_bilinear(image, std::max(1, image.width * kMaxSide / longer),
                         std::max(1, image.height * kMaxSide / longer), "preview");
}

RgbImage image_of(const Tensor& sample, const ImageLayout& layout) {
  const std::vector<std::uint8_t> bytes = stretch(sample.to_floats());
  RgbImage image = make_image(layout.width, layout.height, "preview");
  const std::size_t plane = image.pixels.size() / 3;
  const auto channels = static_cast<std::size_t>(layout.channels);
  for (std::size_t i = 0; i < plane; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const std::size_t channel = channels == 1 ? 0 : c;
      image.pixels[3 * i + c] = bytes[layout.channels_last ? i * channels + channel : channel * plane + i];
    }
  }
  return reduced(image);
}

void add_images(const DataItem& item, std::vector<RgbImage>& images) {
  for (const NamedTensor& input : item.inputs) {
    const std::optional<ImageLayout> layout = image_layout(input.value.shape());
    if (!layout || input.value.dtype() == DType::string) continue;
    const auto samples = static_cast<std::size_t>(input.value.shape().front());
    for (std::size_t i = 0; i < samples && images.size() < kImages; ++i) {
      images.push_back(image_of(input.value.rows(i, 1), *layout));
    }
  }
}

RgbImage contact_sheet(const std::vector<RgbImage>& images) {
  int cell_width = 0;
  int cell_height = 0;
  for (const RgbImage& image : images) {
    cell_width = std::max(cell_width, image.width + kGap);
    cell_height = std::max(cell_height, image.height + kGap);
  }
  const int count = static_cast<int>(images.size());
  const int columns = std::min(count, kColumns);
  RgbImage sheet =
      make_image(columns * cell_width + kGap, (count + columns - 1) / columns * cell_height + kGap, "preview");
  for (int i = 0; i < count; ++i) {
    const RgbImage& image = images[static_cast<std::size_t>(i)];
    const int left = i % columns * cell_width + kGap;
    const int top = i / columns * cell_height + kGap;
    for (int y = 0; y < image.height; ++y) {
      std::copy_n(image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width * 3, image.width * 3,
                  sheet.pixels.begin() + (static_cast<std::ptrdiff_t>(top + y) * sheet.width + left) * 3);
    }
  }
  return sheet;
}

std::string encode_png(const RgbImage& image) {
  png_image description{};
  description.version = PNG_IMAGE_VERSION;
  description.width = static_cast<png_uint_32>(image.width);
  description.height = static_cast<png_uint_32>(image.height);
  description.format = PNG_FORMAT_RGB;
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(description);
  std::string file(bytes, '\0');
  if (png_image_write_to_memory(&description, file.data(), &bytes, 0, image.pixels.data(), 0, nullptr) == 0) {
    throw Error(ErrorCode::internal, std::string("cannot encode a preview: ") + description.message);
  }
  file.resize(bytes);
  return file;
}

}  // namespace

bool save_preview(std::shared_ptr<const DataSource> source, std::uint64_t seed, const std::filesystem::path& path) {
  std::vector<RgbImage> images;
  const DataLoader loader(std::move(source), {}, kImages, seed);
  loader.for_each(1, [&](std::size_t, const DataItem& item) { add_images(item, images); });
  if (images.empty()) return false;
  write_file(path, encode_png(contact_sheet(images)));
  return true;
}

}  // namespace halftone
