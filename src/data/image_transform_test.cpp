#include "data/image_transform.h"

#include <gmock/gmock.h>

#include <numeric>

#include "base/file.h"
#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ImageTransform transform_of(const std::string& options) {
  return image_transform(DataSpec::parse("images:d" + options));
}

std::vector<float> apply(const std::string& options, const RgbImage& image) {
  return transform_of(options).apply(image, "image").to_floats();
}

RgbImage two_pixels() { return {2, 1, {10, 20, 30, 40, 50, 60}}; }

TEST(ImageTransform, GivesPixelsAsFloatsByDefault) {
  const Tensor tensor = transform_of("").apply(two_pixels(), "");
  EXPECT_EQ(tensor, Tensor::from(std::vector<float>{10, 40, 20, 50, 30, 60}, {1, 3, 1, 2}));
}

TEST(ImageTransform, OrdersAxesAndChannels) {
  const Tensor tensor = transform_of(",layout=nhwc,channels=bgr").apply(two_pixels(), "");
  EXPECT_EQ(tensor, Tensor::from(std::vector<float>{30, 20, 10, 60, 50, 40}, {1, 1, 2, 3}));
}

TEST(ImageTransform, ScalesThenSubtractsThenDividesInTheOrderOfTheChannelsGiven) {
  EXPECT_THAT(apply(",scale=0.5,mean=1:2:3,std=2:4:8", two_pixels()), ElementsAre(2, 9.5, 2, 5.75, 1.5, 3.375));
  EXPECT_THAT(apply(",channels=bgr,mean=30:20:10,layout=nhwc", two_pixels()), ElementsAre(0, 0, 0, 30, 30, 30));
  EXPECT_THAT(apply(",mean=10", two_pixels()), ElementsAre(0, 30, 10, 40, 20, 50));
}

TEST(ImageTransform, OptionsGivenWinOverThePreset) {
  EXPECT_EQ(transform_of(",preset=caffe,crop=224").crop, (ImageTransform::Extent{224, 224}));
  EXPECT_EQ(transform_of(",crop=224x200,preset=caffe").crop, (ImageTransform::Extent{224, 200}));
  EXPECT_FALSE(transform_of(",preset=caffe,crop=none").crop);
  const ImageTransform shorter = transform_of(",preset=caffe,resize=256");
  EXPECT_EQ(shorter.shorter_side, 256);
  EXPECT_FALSE(shorter.exact);
  const ImageTransform exact = transform_of(",preset=torchvision,resize=240x250");
  EXPECT_FALSE(exact.shorter_side);
  EXPECT_EQ(exact.exact, (ImageTransform::Extent{240, 250}));
  EXPECT_TRUE(transform_of(",preset=caffe").bgr);
  EXPECT_FALSE(transform_of(",preset=caffe,channels=rgb").bgr);
  EXPECT_THAT(transform_of(",preset=caffe,std=2").mean, ElementsAre(104, 117, 123));
}

TEST(ImageTransform, ResizesTheShorterSideKeepingTheProportion) {
  const RgbImage wide = make_image(50, 30, "");
  const auto shape_of = [](const std::string& options, const RgbImage& image) {
    return transform_of(options).apply(image, "").shape();
  };
  // 20 * 50 / 30 = 33.3
  EXPECT_EQ(shape_of(",resize=20", wide), (Shape{1, 3, 20, 33}));
  EXPECT_EQ(shape_of(",resize=20", make_image(30, 50, "")), (Shape{1, 3, 33, 20}));
  EXPECT_EQ(shape_of(",resize=20x10", wide), (Shape{1, 3, 20, 10}));
  EXPECT_EQ(shape_of(",resize=20,crop=8x12", wide), (Shape{1, 3, 8, 12}));
}

TEST(ImageTransform, RefusesOptionsThatCannotWork) {
  const std::vector<std::pair<std::string, std::string>> cases{{",std=0:1:1", "std: is zero"},
                                                               {",resize=200x300,crop=224", "crop: is larger"},
                                                               {",resize=200,crop=224", "crop: is larger"},
                                                               {",channels=gray", "unknown word 'gray'"},
                                                               {",layout=NCHW", "unknown word"},
                                                               {",preset=torchvison", "'torchvision'"}};
  for (const auto& [options, message] : cases) {
    const Error error = error_of([&] { transform_of(options); });
    EXPECT_EQ(error.code(), ErrorCode::configuration) << options;
    EXPECT_THAT(error.message(), HasSubstr(message)) << options;
  }
}

TEST(ImageTransform, RefusesImagesThatDoNotFit) {
  EXPECT_EQ(error_of([] { apply(",crop=3", two_pixels()); }).code(), ErrorCode::invalid_data);
  // The longer side would have 256 * 32768 pixels.
  EXPECT_EQ(error_of([] { apply(",resize=256", make_image(1 << 15, 1, "")); }).code(), ErrorCode::invalid_data);
}

TEST(ImageTransform, TextTellsTransformsApart) {
  EXPECT_EQ(transform_of(",preset=caffe").text(),
            transform_of(",resize=256x256,crop=227,channels=bgr,mean=104:117:123").text());
  EXPECT_NE(transform_of(",resize=256").text(), transform_of(",resize=256x256").text());
  EXPECT_NE(transform_of(",mean=1").text(), transform_of(",mean=1:1:2").text());
}

// Expected values were computed with NumPy in double from pixels resized by Pillow 13.0.
TEST(ImageTransform, PresetsGiveTheUsualValuesOfRealImages) {
  const auto folder = real_images();
  if (!folder) GTEST_SKIP() << "SKIPPED: assets not found";
  const std::string tench = "n01440764_tench.JPEG";
  const std::string portrait = "n01494475_hammerhead.JPEG";
  const auto check = [&](const std::string& file, const std::string& preset, const Shape& shape, double mean,
                         const std::vector<std::pair<std::size_t, float>>& values) {
    const Tensor tensor = transform_of(",preset=" + preset).apply(decode_image(read_file(*folder / file), file), file);
    EXPECT_EQ(tensor.shape(), shape);
    const auto all = tensor.values<float>();
    EXPECT_NEAR(std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size()), mean, 1e-7);
    for (const auto& [index, value] : values) EXPECT_FLOAT_EQ(all[index], value) << preset << " " << index;
  };
  const std::size_t green = 227 * 227 + 100 * 227 + 50;
  check(tench, "caffe", {1, 3, 227, 227}, -5.91510282235893, {{0, -19}, {green, -4}, {3 * 227 * 227 - 1, -42}});
  check(portrait, "caffe", {1, 3, 227, 227}, 32.98711405228124, {{0, 140}, {green, -57}, {3 * 227 * 227 - 1, 88}});
  check(tench, "torchvision", {1, 3, 224, 224}, -0.004773447458896704,
        {{0, -0.833547392756229f}, {224 * 224 + 22450, 0.012605042f}, {3 * 224 * 224 - 1, -0.18352941176f}});
  check(portrait, "torchvision", {1, 3, 224, 224}, 0.355285120957719, {{0, 1.3241715900333932f}});
  check(tench, "keras", {1, 224, 224, 3}, -0.18303561007736427,
        {{0, -0.4509803921568627f}, {(100 * 224 + 50) * 3 + 1, -0.03529411764705881f}});
}

}  // namespace
}  // namespace halftone
