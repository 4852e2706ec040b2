#include "data/image_transform.h"

#include <algorithm>
#include <cstdio>

#include "data/image_resize.h"
#include "halftone/error.h"

namespace halftone {
namespace {

struct Preset {
  std::string name;
  ImageTransform transform;
};

const std::vector<Preset>& presets() {
  static const std::vector<Preset> table = [] {
    ImageTransform rgb_normalised;
    rgb_normalised.shorter_side = 256;
    rgb_normalised.crop = {224, 224};
    rgb_normalised.scale = {1 / 255.0, 1 / 255.0, 1 / 255.0};
    rgb_normalised.mean = {0.485, 0.456, 0.406};
    rgb_normalised.deviation = {0.229, 0.224, 0.225};
    ImageTransform minus_one_to_one;
    minus_one_to_one.exact = {224, 224};
    minus_one_to_one.scale = {1 / 127.5, 1 / 127.5, 1 / 127.5};
    minus_one_to_one.mean = {1, 1, 1};
    minus_one_to_one.channels_last = true;
    ImageTransform bgr_centred;
    bgr_centred.exact = {256, 256};
    bgr_centred.crop = {227, 227};
    bgr_centred.bgr = true;
    bgr_centred.mean = {104, 117, 123};
    return std::vector<Preset>{{"torchvision", rgb_normalised}, {"keras", minus_one_to_one}, {"caffe", bgr_centred}};
  }();
  return table;
}

ImageTransform preset_of(const DataSpec& spec) {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  const std::optional<std::string> name = spec.word("preset", names);
  return name ? std::ranges::find(presets(), *name, &Preset::name)->transform : ImageTransform{};
}

ImageTransform::Extent extent_of(const std::vector<int>& sizes) { return {sizes.front(), sizes.back()}; }

void override_geometry(const DataSpec& spec, ImageTransform& transform) {
  if (spec.has("resize")) {
    const std::vector<int> sizes = spec.sizes("resize");
    transform.shorter_side = sizes.size() == 1 ? std::optional(sizes.front()) : std::nullopt;
    transform.exact = sizes.size() == 2 ? std::optional(extent_of(sizes)) : std::nullopt;
  }
  if (spec.has("crop")) {
    const std::vector<int> sizes = spec.sizes("crop");
    transform.crop = sizes.empty() ? std::nullopt : std::optional(extent_of(sizes));
  }
}

void override_channels(const DataSpec& spec, std::string_view option, std::array<double, 3>& values) {
  const std::vector<double> numbers = spec.numbers(option);
  if (numbers.size() == 1) values.fill(numbers.front());
  if (numbers.size() == 3) std::ranges::copy(numbers, values.begin());
}

void require_crop_fits(const DataSpec& spec, const ImageTransform& transform) {
  if (!transform.crop) return;
  const ImageTransform::Extent crop = *transform.crop;
  const bool fits_exact =
      !transform.exact || (crop.height <= transform.exact->height && crop.width <= transform.exact->width);
  // Only the shorter side is known; the crop may still be longer than it along the other one.
  const bool fits_side = !transform.shorter_side || std::min(crop.height, crop.width) <= *transform.shorter_side;
  if (!fits_exact || !fits_side) spec.fail("crop", "is larger than what resize leaves");
}

RgbImage resize(const RgbImage& image, const ImageTransform& transform, const std::string& name) {
  if (transform.exact) return resize_bilinear(image, transform.exact->width, transform.exact->height, name);
  const std::int64_t side = *transform.shorter_side;
  const std::int64_t longer = side * std::max(image.width, image.height) / std::min(image.width, image.height);
  const std::int64_t width = image.width <= image.height ? side : longer;
  const std::int64_t height = image.width <= image.height ? longer : side;
  if (longer > kMaxImageSide) make_image(width, height, name);
  return resize_bilinear(image, static_cast<int>(width), static_cast<int>(height), name);
}

using PixelValues = std::array<std::array<float, 256>, 3>;

PixelValues pixel_values(const ImageTransform& transform) {
  PixelValues table;
  for (std::size_t c = 0; c < 3; ++c) {
    for (int pixel = 0; pixel < 256; ++pixel) {
      const double value = (pixel * transform.scale[c] - transform.mean[c]) / transform.deviation[c];
      table[c][static_cast<std::size_t>(pixel)] = static_cast<float>(value);
    }
  }
  return table;
}

}  // namespace

Tensor ImageTransform::apply(const RgbImage& image, const std::string& name) const {
  const bool resizes = shorter_side || exact;
  RgbImage changed;
  if (resizes) changed = resize(image, *this, name);
  if (crop) changed = crop_centre(resizes ? changed : image, crop->width, crop->height, name);
  const RgbImage& source = resizes || crop ? changed : image;

  const PixelValues table = pixel_values(*this);
  const std::size_t plane = source.pixels.size() / 3;
  std::vector<float> values(source.pixels.size());
  for (std::size_t c = 0; c < 3; ++c) {
    const std::uint8_t* in = source.pixels.data() + (bgr ? 2 - c : c);
    float* out = values.data() + (channels_last ? c : c * plane);
    const std::size_t step = channels_last ? 3 : 1;
    for (std::size_t i = 0; i < plane; ++i) out[i * step] = table[c][in[3 * i]];
  }
  const Shape shape =
      channels_last ? Shape{1, source.height, source.width, 3} : Shape{1, 3, source.height, source.width};
  return Tensor::from(std::move(values), shape);
}

std::string ImageTransform::text() const {
  const auto extent = [](const std::optional<Extent>& size) {
    return size ? std::to_string(size->height) + "x" + std::to_string(size->width) : "none";
  };
  std::string result = "resize=" + (shorter_side ? std::to_string(*shorter_side) : extent(exact)) +
                       ",crop=" + extent(crop) + (bgr ? ",bgr" : ",rgb") + (channels_last ? ",nhwc" : ",nchw");
  for (const auto* values : {&scale, &mean, &deviation}) {
    char numbers[100];
    std::snprintf(numbers, sizeof numbers, ",%a:%a:%a", (*values)[0], (*values)[1], (*values)[2]);
    result += numbers;
  }
  return result;
}

ImageTransform image_transform(const DataSpec& spec) {
  ImageTransform transform = preset_of(spec);
  override_geometry(spec, transform);
  if (const auto channels = spec.word("channels", {"rgb", "bgr"})) transform.bgr = *channels == "bgr";
  if (const auto layout = spec.word("layout", {"nchw", "nhwc"})) transform.channels_last = *layout == "nhwc";
  override_channels(spec, "scale", transform.scale);
  override_channels(spec, "mean", transform.mean);
  override_channels(spec, "std", transform.deviation);
  if (std::ranges::find(transform.deviation, 0.0) != transform.deviation.end()) spec.fail("std", "is zero");
  require_crop_fits(spec, transform);
  return transform;
}

}  // namespace halftone
