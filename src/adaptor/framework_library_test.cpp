#include "adaptor/framework_library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "halftone/error.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A Python environment that holds a library.
class FrameworkLibrary : public testing::Test {
 protected:
  FrameworkLibrary() : prefix_(fs::temp_directory_path() / ("halftone-env-" + std::to_string(getpid()))) {
    fs::create_directories(folder());
    std::ofstream(folder() / "libfake.so.1.2") << "x";
    unsetenv("FAKE_LIBRARY");
    setenv("VIRTUAL_ENV", prefix_.c_str(), 1);
  }
  ~FrameworkLibrary() override {
    fs::remove_all(prefix_);
    unsetenv("VIRTUAL_ENV");
    unsetenv("FAKE_LIBRARY");
  }
  fs::path folder() const { return prefix_ / "lib/python3.11/site-packages/fake/lib"; }
  static LibrarySearch search() {
    return {.framework = "Fake",
            .environment_variable = "FAKE_LIBRARY",
            .package_folder = "fake/lib",
            .file_prefix = "libfake.so",
            .system_names = {"libfake_of_the_system.so.9"},
            .install_hint = "pip install fake"};
  }
  fs::path prefix_;
};

TEST_F(FrameworkLibrary, IsFoundInTheActivePythonEnvironment) {
  EXPECT_EQ(find_framework_library(search()), (folder() / "libfake.so.1.2").string());
}

TEST_F(FrameworkLibrary, IsTheOneThatTheProcessHasOpened) {
  LibrarySearch wanted = search();
  wanted.file_prefix = "libhalftone.so";
  EXPECT_THAT(find_framework_library(wanted), HasSubstr("lib/libhalftone.so"));
  wanted.file_prefix = "libfake.so";
  wanted.module_prefixes = {"libhalftone"};
  EXPECT_THAT(find_framework_library(wanted), HasSubstr("lib/libhalftone.so"));
}

TEST_F(FrameworkLibrary, IsThatOfTheProcesssOwnPythonBeforeTheEnvironments) {
  const fs::path own = prefix_ / "own/fake/lib";
  fs::create_directories(own);
  std::ofstream(own / "libfake.so.3") << "x";
  set_python_folders([&] { return std::vector<fs::path>{"/nowhere", prefix_ / "own"}; });
  EXPECT_EQ(find_framework_library(search()), (own / "libfake.so.3").string());
  set_python_folders({});
  EXPECT_EQ(find_framework_library(search()), (folder() / "libfake.so.1.2").string());
}

TEST_F(FrameworkLibrary, IsThatOfThePythonThatStartedTheCommand) {
  const fs::path started = prefix_ / "started/fake/lib";
  fs::create_directories(started);
  std::ofstream(started / "libfake.so.4") << "x";
  setenv("HALFTONE_PYTHONPATH", ("/nowhere:" + (prefix_ / "started").string()).c_str(), 1);
  EXPECT_EQ(find_framework_library(search()), (started / "libfake.so.4").string());
  unsetenv("HALFTONE_PYTHONPATH");
}

TEST_F(FrameworkLibrary, IsTheOneTheUserNamesAndNothingElse) {
  LibrarySearch wanted = search();
  wanted.explicit_path = folder().string();
  EXPECT_EQ(find_framework_library(wanted), (folder() / "libfake.so.1.2").string());
  wanted.explicit_path = "/nowhere/libfake.so";
  try {
    find_framework_library(wanted);
    FAIL() << "found something else";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::framework_missing);
    EXPECT_THAT(error.message(), HasSubstr("/nowhere/libfake.so"));
  }
}

TEST_F(FrameworkLibrary, IsTakenFromTheEnvironmentVariableBeforeThePythonEnvironment) {
  std::ofstream(prefix_ / "libfake.so.9") << "x";
  setenv("FAKE_LIBRARY", (prefix_ / "libfake.so.9").c_str(), 1);
  EXPECT_EQ(find_framework_library(search()), (prefix_ / "libfake.so.9").string());
}

TEST_F(FrameworkLibrary, IsMissedWithEveryPlaceNamedAndTheCommandThatInstallsIt) {
  fs::remove_all(folder());
  try {
    find_framework_library(search());
    FAIL() << "found something";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr((prefix_ / "lib/python3.11/site-packages").string()));
    EXPECT_THAT(error.message(), HasSubstr("libfake_of_the_system.so.9"));
    EXPECT_THAT(error.hint(), HasSubstr("pip install fake"));
  }
}

}  // namespace
}  // namespace halftone
