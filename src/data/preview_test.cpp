#include "data/preview.h"

#include <gmock/gmock.h>

#include <array>
#include <limits>

#include "base/file.h"
#include "data/image_decode.h"
#include "data/test_fixtures.h"

namespace halftone {
namespace {

/// An image item of that shape, all values 0 but the first `bright`, which are 2.
DataItem image_item(const Shape& shape, std::size_t bright) {
  std::vector<float> values(element_count(shape));
  std::fill_n(values.begin(), bright, 2.0f);
  return {"image", {{"x", Tensor::from(std::move(values), shape)}}, {}};
}

class Preview : public testing::Test {
 protected:
  std::optional<RgbImage> preview(std::vector<DataItem> items) const {
    const std::string file = folder_ / "out.png";
    if (!save_preview(std::make_shared<MemorySource>(std::move(items)), 0, file)) {
      EXPECT_FALSE(std::filesystem::exists(file));
      return std::nullopt;
    }
    return decode_image(read_file(file), file);
  }
  static std::array<int, 3> pixel(const RgbImage& image, int x, int y) {
    const std::uint8_t* rgb = &image.pixels[static_cast<std::size_t>(y * image.width + x) * 3];
    return {rgb[0], rgb[1], rgb[2]};
  }
  TemporaryFolder folder_;
};

TEST_F(Preview, StretchesPlanesOfChannels) {
  const auto sheet = preview({image_item({1, 3, 4, 5}, 20)});
  ASSERT_TRUE(sheet);
  EXPECT_EQ(sheet->width, 5 + 4);
  EXPECT_EQ(sheet->height, 4 + 4);
  EXPECT_EQ(pixel(*sheet, 2, 2), (std::array{255, 0, 0}));
  EXPECT_EQ(pixel(*sheet, 6, 5), (std::array{255, 0, 0}));
  EXPECT_EQ(pixel(*sheet, 1, 1), (std::array{0, 0, 0}));
}

TEST_F(Preview, ReadsChannelsThatComeLast) {
  const auto sheet = preview({image_item({1, 4, 5, 3}, 2)});
  ASSERT_TRUE(sheet);
  EXPECT_EQ(pixel(*sheet, 2, 2), (std::array{255, 255, 0}));
  EXPECT_EQ(pixel(*sheet, 3, 2), (std::array{0, 0, 0}));
}

TEST_F(Preview, RepeatsOneChannel) {
  const auto sheet = preview({image_item({1, 1, 4, 4}, 1)});
  ASSERT_TRUE(sheet);
  EXPECT_EQ(pixel(*sheet, 2, 2), (std::array{255, 255, 255}));
}

TEST_F(Preview, HoldsSixteenImagesInFourColumns) {
  const auto sheet = preview({image_item({20, 1, 8, 8}, 1)});
  ASSERT_TRUE(sheet);
  EXPECT_EQ(sheet->width, 4 * 10 + 2);
  EXPECT_EQ(sheet->height, 4 * 10 + 2);
  EXPECT_EQ(preview({image_item({6, 1, 8, 8}, 1)})->height, 2 * 10 + 2);
}

TEST_F(Preview, ReducesLargeImages) { EXPECT_EQ(preview({image_item({1, 1, 500, 1000}, 1)})->width, 256 + 4); }

TEST_F(Preview, SurvivesValuesThatAreNotFinite) {
  std::vector<float> values(16, std::numeric_limits<float>::quiet_NaN());
  values[0] = std::numeric_limits<float>::infinity();
  values[1] = std::numeric_limits<float>::max();
  values[2] = std::numeric_limits<float>::lowest();
  const auto sheet = preview({{"image", {{"x", Tensor::from(values, {1, 1, 4, 4})}}, {}}});
  ASSERT_TRUE(sheet);
  EXPECT_EQ(pixel(*sheet, 3, 2), (std::array{255, 255, 255}));
  EXPECT_EQ(pixel(*sheet, 2, 2), (std::array{0, 0, 0}));
}

TEST_F(Preview, WritesNothingWhereThereIsNoImage) {
  EXPECT_FALSE(preview({image_item({1, 100}, 1)}));
  EXPECT_FALSE(preview({image_item({1, 2, 8, 8}, 1)}));
  EXPECT_FALSE(preview({image_item({1, 1, 1, 100}, 1)}));
}

}  // namespace
}  // namespace halftone
