#include "leftovers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <string>

namespace halftone::cli {
namespace {

namespace fs = std::filesystem;
using testing::UnorderedElementsAre;

class LeftoversTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "halftone-leftovers-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }
  void make_file(const std::string& name) { std::ofstream(folder_ / name) << "x"; }
  void make_staging(const std::string& name) {
    fs::create_directory(folder_ / name);
    make_file(name + "/model");
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_)) found.push_back(entry.path().filename().string());
    return found;
  }
  fs::path folder_;
};

TEST_F(LeftoversTest, RemovesWhatTheProcessLeft) {
  const Leftovers leftovers({folder_ / "out.bin", folder_ / "out.json"});
  make_staging(".out.bin.aB3xYz");
  make_file(".halftone.77.0.tmp");
  leftovers.remove(77);
  EXPECT_THAT(names(), UnorderedElementsAre());
}

TEST_F(LeftoversTest, KeepsWhatIsOthers) {
  make_staging(".out.bin.before");
  const Leftovers leftovers({folder_ / "out.bin"});
  make_file(".halftone.78.0.tmp");   // of another process
  make_staging(".else.bin.aB3xYz");  // of another output
  make_staging(".out.bin.longer7");
  make_file(".out.bin.aafile");
  make_file("out.bin");
  leftovers.remove(77);
  EXPECT_THAT(names(), UnorderedElementsAre(".out.bin.before", ".halftone.78.0.tmp", ".else.bin.aB3xYz",
                                            ".out.bin.longer7", ".out.bin.aafile", "out.bin"));
}

TEST_F(LeftoversTest, ArePassedOverWhereThereIsNoFolder) {
  const Leftovers leftovers({folder_ / "none" / "out.bin", ""});
  leftovers.remove(77);
  EXPECT_THAT(names(), UnorderedElementsAre());
}

}  // namespace
}  // namespace halftone::cli
