#include "data/image_resize.h"

#include <gmock/gmock.h>

#include <numeric>

#include "base/file.h"
#include "base/sha256.h"
#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAreArray;

// 4 x 3 pixels; the expected values of all tests here are what Pillow 13.0 gives.
RgbImage sample() {
  return {4, 3, {0, 10, 20,  100, 110, 120, 200, 210, 220, 50, 60, 70, 255, 0, 0, 0,  255, 0,
                 0, 0,  255, 255, 255, 255, 1,   2,   3,   4,  5,  6,  7,   8, 9, 10, 11,  12}};
}

TEST(ResizeBilinear, ReducesOneAxis) {
  EXPECT_THAT(resize_bilinear(sample(), 2, 3, "").pixels,
              ElementsAreArray({71, 81, 91, 121, 131, 141, 109, 109, 36, 109, 146, 219, 3, 4, 5, 8, 9, 10}));
  EXPECT_THAT(resize_bilinear(sample(), 4, 1, "").pixels,
              ElementsAreArray({110, 3, 7, 30, 142, 36, 59, 62, 175, 126, 130, 133}));
}

TEST(ResizeBilinear, ReducesBothAxesRowsFirst) {
  EXPECT_THAT(resize_bilinear(sample(), 3, 2, "").pixels,
              ElementsAreArray({86, 54, 31, 94, 148, 154, 127, 133, 168, 68, 30, 3, 4, 52, 53, 73, 73, 103}));
}

TEST(ResizeBilinear, FiltersColumnsFirstWhereTheHeightLosesMore) {
  EXPECT_THAT(resize_bilinear(sample(), 7, 2, "").pixels,
              ElementsAreArray({96,  6,   13,  84,  62,  35,  65,  153, 71, 94, 148, 154, 125, 131,
                                226, 126, 132, 173, 127, 133, 139, 96,  1,  2,  63,  36,  3,   10,
                                92,  4,   4,   52,  53,  11,  12,  101, 67, 68, 102, 102, 103, 103}));
}

TEST(ResizeBilinear, Enlarges) {
  const RgbImage image = resize_bilinear(sample(), 4, 6, "");
  EXPECT_EQ(image.height, 6);
  EXPECT_THAT(std::vector<std::uint8_t>(image.pixels.begin() + 12, image.pixels.begin() + 24),
              ElementsAreArray({64, 8, 15, 75, 146, 90, 150, 158, 229, 101, 109, 116}));
}

TEST(ResizeBilinear, KeepsAConstantImageConstantAtAnySize) {
  RgbImage image = make_image(13, 11, "");
  std::ranges::fill(image.pixels, std::uint8_t{201});
  for (const auto& [width, height] : {std::pair(1, 1), {5, 3}, {13, 40}, {100, 2}}) {
    for (const std::uint8_t pixel : resize_bilinear(image, width, height, "").pixels) ASSERT_EQ(pixel, 201);
  }
}

struct RealImage {
  const char* file;
  int width;
  int height;
  const char* sha256;
};

TEST(ResizeBilinear, IsExactlyPillowsOnRealImages) {
  const auto folder = real_images();
  if (!folder) GTEST_SKIP() << "SKIPPED: assets not found";
  const std::vector<RealImage> cases{
      {"n01440764_tench.JPEG", 500, 375, "a0d0bb4d86c3953a8f27b39d488a272e6766a68c616b034d56121b4d930580bd"},
      {"n01440764_tench.JPEG", 341, 256, "350901093d1baccbd04384ffd5504d435982eed88b60971609b3a5a0215f689e"},
      {"n01440764_tench.JPEG", 501, 374, "c55d255603906359c01b68aae044fb38634ceac917b03061db285e43f6eb7766"},
      {"n01494475_hammerhead.JPEG", 256, 256, "0f092e7a8557775c086767897bef7f93feea93290d7e767af9d9f614662540e6"},
      {"n02088094_Afghan_hound.JPEG", 256, 256, "31cf4d9553d8ee0467354b22d67938e7923e6d03c34e5667bce10c8a9f51bb34"},
      {"n02268853_damselfly.JPEG", 378, 256, "64e0e401d885ae25f7378df3bce584dbfd0d81a8c5f2ea42f76a6e39dca517a8"},
      {"n02977058_cash_machine.JPEG", 37, 700, "35ec4a4402e2ce1ed1a9ac4edb661cb5a77e30dfde6d8834b955a0ff04e708ee"},
      {"n03717622_manhole_cover.JPEG", 256, 256, "b952ec6752516d2edd2e6b29ba5d7b3783192afb01b49e193d00113996c56c13"},
      {"n02676566_acoustic_guitar.JPEG", 383, 256, "20b3521680d705e7852620cf416271c887597277de946c233b5a6940f39bc90e"},
  };
  for (const RealImage& real : cases) {
    const RgbImage decoded = decode_image(read_file(*folder / real.file), real.file);
    const RgbImage image = resize_bilinear(decoded, real.width, real.height, real.file);
    const std::string_view bytes(reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size());
    EXPECT_EQ(sha256_of(bytes), real.sha256) << real.file << " at " << real.width << "x" << real.height;
  }
}

/// An image of one row whose red counts its pixels.
RgbImage ramp(int width) {
  RgbImage image = make_image(width, 1, "");
  for (int x = 0; x < width; ++x) image.pixels[static_cast<std::size_t>(x) * 3] = static_cast<std::uint8_t>(x);
  return image;
}

TEST(CropCentre, RoundsHalvesToTheEvenOffset) {
  // (width - crop) / 2 = 2, 0.5, 1.5, 2.5, 3.5
  EXPECT_EQ(crop_centre(ramp(7), 3, 1, "").pixels.front(), 2);
  EXPECT_EQ(crop_centre(ramp(4), 3, 1, "").pixels.front(), 0);
  EXPECT_EQ(crop_centre(ramp(6), 3, 1, "").pixels.front(), 2);
  EXPECT_EQ(crop_centre(ramp(8), 3, 1, "").pixels.front(), 2);
  EXPECT_EQ(crop_centre(ramp(10), 3, 1, "").pixels.front(), 4);
}

TEST(CropCentre, TakesTheMiddleOfBothAxes) {
  const RgbImage image = crop_centre(sample(), 2, 1, "");
  EXPECT_THAT(image.pixels, ElementsAreArray({0, 255, 0, 0, 0, 255}));
}

TEST(CropCentre, RefusesSmallerImages) {
  const Error error = error_of([] { crop_centre(sample(), 4, 5, "small.png"); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.message(), testing::HasSubstr("small.png: cannot crop 5x4 from an image of 3x4"));
}

}  // namespace
}  // namespace halftone
