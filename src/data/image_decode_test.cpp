#include "data/image_decode.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "base/sha256.h"
#include "data/image_samples.h"
#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string hash_of(const RgbImage& image) {
  return sha256_of({reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size()});
}

struct Sample {
  const char* hex;
  int width;
  int height;
  const char* sha256;  ///< of the pixels that Pillow 13.0 reads
};

TEST(ImageDecode, GivesThePixelsOfPillow) {
  const std::vector<Sample> samples{
      {kJpeg420, 9, 7, "f68d6afdedec8b7e4e62a397ce8aabbd838988c7c3ffc341168b51508901deab"},
      {kJpegGray, 9, 7, "dccb2d280fa2453daf7547f95ae71e2d05fac8862624b1737a1789e011135031"},
      {kJpegCmyk, 5, 3, "ae38fcaf6218380e1567d0483ee3f0d54382815ed2affab403955dd60a0486b6"},
      {kJpegProgressive, 9, 7, "3c398895c44df3352b4f84b9ab33020f420861d5c7835ac7a1361f0e34067c19"},
      {kPngRgba, 3, 2, "8a56517c20bd089464fba1ec7c2615359fbae04470e9b55d7b25c0aab1e338e9"},
      {kPngPalette, 3, 2, "9153cc11dfc421f282f977119fff23b83c3a1f645c3f21c74c2807bc9a0232fd"},
      {kPngGray16, 3, 2, "e77adfc856d5d905e0cd18d7f237a2d3dc9d1f3533a97d9e1360c9d50ff8a26e"},
      {kPngBilevel, 3, 2, "8414b416f357a910f44ee07bdd1474528c8a1fa0178cfc3ca20468c871084af5"},
      {kPngRgb16, 2, 1, "91d5b7324833bbf36d900e88778d80ec67fa351c60a3d0f090a5af1415981c01"},
      {kPngInterlaced, 2, 2, "206402cab345415716d9a33469feba57a90dc200c064bc0190b4191af058b0eb"},
  };
  for (const Sample& sample : samples) {
    const RgbImage image = decode_image(from_hex(sample.hex), "sample");
    EXPECT_EQ(image.width, sample.width) << sample.hex;
    EXPECT_EQ(image.height, sample.height) << sample.hex;
    EXPECT_EQ(hash_of(image), sample.sha256) << sample.hex;
  }
}

TEST(ImageDecode, ConvertsTheLessUsualPngs) {
  EXPECT_THAT(decode_image(from_hex(kPngRgb16), "png").pixels, ElementsAre(1, 3, 5, 250, 252, 254));
  EXPECT_THAT(decode_image(from_hex(kPngPalette), "png").pixels,
              ElementsAre(10, 20, 30, 40, 50, 60, 70, 80, 90, 70, 80, 90, 40, 50, 60, 10, 20, 30));
  EXPECT_THAT(decode_image(from_hex(kPngGray16), "png").pixels,
              ElementsAre(0, 0, 0, 1, 1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255));
  EXPECT_THAT(decode_image(from_hex(kPngInterlaced), "png").pixels, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
}

TEST(ImageDecode, RefusesEveryTruncation) {
  for (const char* hex : {kJpeg420, kJpegGray, kJpegCmyk, kJpegProgressive, kPngRgba, kPngInterlaced}) {
    const std::string bytes = from_hex(hex);
    // The end marker alone (2 bytes; 12 of PNG's IEND) may be missing.
    for (std::size_t length = 0; length + 16 < bytes.size(); length += 7) {
      const Error error = error_of([&] { decode_image(bytes.substr(0, length), "cut.jpg"); });
      EXPECT_EQ(error.code(), ErrorCode::invalid_data) << length;
      EXPECT_THAT(error.message(), HasSubstr("cut.jpg")) << length;
    }
  }
}

TEST(ImageDecode, SurvivesDamageAnywhere) {
  for (const char* hex : {kJpeg420, kJpegGray, kJpegCmyk, kJpegProgressive, kPngRgba, kPngPalette, kPngInterlaced}) {
    const std::string good = from_hex(hex);
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bytes = good;
      bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
      try {
        decode_image(bytes, "damaged");
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::invalid_data) << at;
      }
    }
  }
}

TEST(ImageDecode, RefusesHugeImagesBeforeAllocating) {
  // Frame header: FF C0, length, precision, then height and width in 16 bits each.
  std::string jpeg = from_hex(kJpegGray);
  const std::size_t frame = jpeg.find("\xFF\xC0");
  ASSERT_NE(frame, std::string::npos);
  jpeg.replace(frame + 5, 4, "\xFF\xDC\xFF\xDC");
  const Error error = error_of([&] { decode_image(jpeg, "huge.jpg"); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.message(), HasSubstr("65500 x 65500"));
  EXPECT_EQ(error_of([] { make_image(1 << 15, 1 << 14, "both"); }).code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of([] { make_image(0, 5, "none"); }).code(), ErrorCode::invalid_data);
}

TEST(ImageDecode, RefusesOtherFormats) {
  EXPECT_THAT(error_of([] { decode_image("GIF89a", "a.jpg"); }).message(), HasSubstr("neither a JPEG nor a PNG"));
  EXPECT_EQ(error_of([] { decode_image("", "a.jpg"); }).code(), ErrorCode::invalid_data);
}

}  // namespace
}  // namespace halftone
