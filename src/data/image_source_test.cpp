#include "data/image_source.h"

#include <gmock/gmock.h>

#include "data/image_samples.h"
#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Images : public testing::Test {
 protected:
  std::string add(const std::string& name, const char* hex = kPngRgba) const {
    return folder_.write("images/" + name, from_hex(hex));
  }
  std::unique_ptr<DataSource> open(const std::string& options = "") const {
    return open_data("images:" + (folder_ / "images") + options);
  }
  Error error_with_labels(const std::string& table) const {
    const std::string file = folder_.write("labels.csv", table);
    return error_of([&] { open(",labels=" + file); });
  }
  static std::vector<std::string> ids(const DataSource& source) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < *source.size(); ++i) result.push_back(source.id(i));
    return result;
  }
  static std::vector<std::optional<std::int64_t>> labels(const DataSource& source) {
    std::vector<std::optional<std::int64_t>> result;
    for (std::size_t i = 0; i < *source.size(); ++i) result.push_back(source.label(i));
    return result;
  }
  TemporaryFolder folder_;
};

TEST_F(Images, AreTheImageFilesOfTheFolderSortedByName) {
  add("c.JPEG", kJpeg420);
  add("b.Png");
  add("a.jpg", kJpegGray);
  add("sub/d.png");
  folder_.write("images/notes.txt", "no image");
  const auto source = open(",resize=4x5");
  EXPECT_THAT(ids(*source), ElementsAre("a.jpg", "b.Png", "c.JPEG"));
  const DataItem item = source->item(1);
  EXPECT_EQ(item.id, "b.Png");
  ASSERT_EQ(item.inputs.size(), 1u);
  EXPECT_EQ(item.inputs[0].name, "");
  EXPECT_EQ(item.inputs[0].value.shape(), (Shape{1, 3, 4, 5}));
  EXPECT_TRUE(item.labels.empty());
  EXPECT_EQ(error_of([&] { source->item(3); }).code(), ErrorCode::invalid_argument);
}

TEST_F(Images, ReadLabelsFromATable) {
  add("a.png");
  add("b,1.png");
  const std::string plain = folder_.write("plain.csv", "a.png,3\n\"b,1.png\", -1 ,\"extra, column\"\n");
  EXPECT_THAT(labels(*open(",labels=" + plain)), ElementsAre(3, -1));
  const std::string headed = folder_.write("headed.csv",
                                           "\xEF\xBB\xBF"
                                           "file,label,name\r\n\"b,1.png\",7,x\r\n\r\na.png,8,y");
  const auto source = open(",labels=" + headed);
  EXPECT_THAT(labels(*source), ElementsAre(8, 7));
  EXPECT_THAT(source->item(0).labels, ElementsAre(8));
}

TEST_F(Images, TablesAndFilesMustAgree) {
  add("a.png");
  add("b.png");
  const Error absent = error_with_labels("a.png,1\nb.png,2\nz.png,3\ny.png,3\n");
  EXPECT_EQ(absent.code(), ErrorCode::invalid_data);
  EXPECT_THAT(absent.message(), HasSubstr("names 2 image(s) that are not there, first 'y.png'"));
  EXPECT_THAT(error_with_labels("file,label\n").message(), HasSubstr("2 image(s) have no label"));
  EXPECT_THAT(error_with_labels("b.png,1\n").message(), HasSubstr("first 'a.png'"));
}

TEST_F(Images, RefuseTablesThatAreNone) {
  add("a.png");
  EXPECT_THAT(error_with_labels("a.png,1\na.png,1\n").message(), HasSubstr("labels.csv:2: 'a.png' is named twice"));
  EXPECT_THAT(error_with_labels("file,label\na.png,cat\n").message(), HasSubstr("labels.csv:2: 'a.png,cat'"));
  EXPECT_THAT(error_with_labels("a.png\n").message(), HasSubstr("labels.csv:1: "));
  EXPECT_EQ(error_with_labels("a.png,99999999999999999999\na.png,1.5\n").code(), ErrorCode::invalid_data);
  EXPECT_EQ(error_of([&] { open(",labels=" + (folder_ / "none.csv")); }).code(), ErrorCode::io);
}

TEST_F(Images, TakeSubFoldersAsClasses) {
  add("dog/2.png");
  add("dog/deeper/1.png");
  add("cat/1.png");
  add(".cache/1.png");
  std::filesystem::create_directories(folder_ / "images/cow");
  const auto source = open(",labels=folder");
  EXPECT_THAT(ids(*source), ElementsAre("cat/1.png", "dog/2.png", "dog/deeper/1.png"));
  EXPECT_THAT(labels(*source), ElementsAre(0, 2, 2));
  add("stray.png");
  EXPECT_THAT(error_of([&] { open(",labels=folder"); }).message(), HasSubstr("stray.png"));
}

TEST_F(Images, MustBeThere) {
  EXPECT_EQ(error_of([&] { open(); }).code(), ErrorCode::io);
  add("class/a.png");
  const Error error = error_of([&] { open(); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.hint(), HasSubstr("labels=folder"));
}

TEST_F(Images, NameTheFileThatCannotBeRead) {
  folder_.write("images/bad.png", "text");
  const auto source = open();
  const Error error = error_of([&] { source->item(0); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.message(), HasSubstr("images/bad.png"));
}

TEST_F(Images, FingerprintIsOfNamesSizesLabelsAndTransform) {
  add("a.png");
  const std::string table = folder_.write("labels.csv", "a.png,1\n");
  const std::string plain = open()->fingerprint();
  EXPECT_EQ(open()->fingerprint(), plain);
  EXPECT_NE(open(",mean=1")->fingerprint(), plain);
  EXPECT_NE(open(",labels=" + table)->fingerprint(), plain);
  add("a.png", kPngGray16);
  EXPECT_NE(open()->fingerprint(), plain);
}

TEST(RealImages, AreReadWithTheirLabels) {
  const auto folder = real_images();
  if (!folder) GTEST_SKIP() << "SKIPPED: assets not found";
  const std::string table = (folder->parent_path() / "labels.csv").string();
  const auto source = open_data("images:" + folder->string() + ",preset=caffe,labels=" + table);
  EXPECT_EQ(source->size(), 500u);
  EXPECT_EQ(source->id(1), "n01484850_great_white_shark.JPEG");
  EXPECT_EQ(source->label(1), 2);
  const DataItem item = bind_inputs(source->item(1), {{"data", DType::f32, Shape{-1, 3, 227, 227}}});
  EXPECT_EQ(item.inputs[0].name, "data");
}

}  // namespace
}  // namespace halftone
