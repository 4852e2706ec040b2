#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "halftone/error.h"
#include "halftone/plugin.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

/// A folder of manifests that goes away with the test.
class PluginFolder : public testing::Test {
 protected:
  PluginFolder() : path_(fs::temp_directory_path() / ("halftone-plugins-" + std::to_string(getpid()))) {
    fs::create_directories(path_ / "a");
    fs::create_directories(path_ / "b");
  }
  ~PluginFolder() override { fs::remove_all(path_); }

  void write(const fs::path& file, const std::string& text) const { std::ofstream(path_ / file) << text; }
  static std::string manifest(const std::string& keys, const std::string& extension = ".net") {
    return "library: lib.so\nframework: Fake\nkeys: [" + keys + "]\nextensions: [" + extension +
           "]\ninstall: pip install fake\ncapabilities: caps\naliases: {other: " + keys.substr(0, keys.find(',')) +
           "}\n";
  }
  template <typename Call>
  static Error error_of(Call call) {
    try {
      call();
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorCode::internal, "no error");
  }

  fs::path path_;
};

TEST_F(PluginFolder, FindsManifestsWithoutOpeningTheirLibraries) {
  write("a/fake.plugin.yaml", manifest("fake, fake_b"));
  const PluginRegistry registry = PluginRegistry::from_folders({path_ / "a", path_ / "missing"});
  EXPECT_THAT(registry.keys(), ElementsAre("fake", "fake_b", "other"));
  EXPECT_EQ(registry.key_for_file("model.net"), "fake");
  EXPECT_EQ(registry.manifest_for("other").framework, "Fake");
  EXPECT_EQ(registry.manifests()[0].capability_folder.filename(), "caps");
}

TEST_F(PluginFolder, RefusesOneKeyInTwoPlugins) {
  write("a/fake.plugin.yaml", manifest("fake"));
  write("b/fake.plugin.yaml", manifest("fake"));
  const Error error = error_of([&] { PluginRegistry::from_folders({path_ / "a", path_ / "b"}); });
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(error.message(), HasSubstr("backend 'fake' is in two plugins"));
}

TEST_F(PluginFolder, CountsAFolderGivenTwiceOnce) {
  write("a/fake.plugin.yaml", manifest("fake"));
  EXPECT_EQ(PluginRegistry::from_folders({path_ / "a", path_ / "a/../a"}).manifests().size(), 1u);
}

TEST_F(PluginFolder, NamesTheKnownBackendsForAnUnknownOne) {
  write("a/fake.plugin.yaml", manifest("fake"));
  const PluginRegistry registry = PluginRegistry::from_folders({path_ / "a"});
  const Error error = error_of([&] { registry.manifest_for("fakke"); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.hint(), HasSubstr("fake"));
  EXPECT_THAT(error_of([&] { registry.key_for_file("model.bin"); }).hint(), HasSubstr(".net"));
}

TEST_F(PluginFolder, SaysWhichKeyOfAManifestIsWrong) {
  write("a/fake.plugin.yaml", manifest("fake") + "librarry: x\n");
  const Error error = error_of([&] { PluginRegistry::from_folders({path_ / "a"}); });
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(std::string(error.what()), HasSubstr("fake.plugin.yaml:8"));
}

TEST_F(PluginFolder, TellsHowToInstallWhatCannotBeOpened) {
  write("a/fake.plugin.yaml", manifest("fake"));
  const PluginRegistry registry = PluginRegistry::from_folders({path_ / "a"});
  const Error error = error_of([&] { registry.make({.key = "fake"}); });
  EXPECT_EQ(error.code(), ErrorCode::framework_missing);
  EXPECT_EQ(error.hint(), "pip install fake");
}

}  // namespace
}  // namespace halftone
