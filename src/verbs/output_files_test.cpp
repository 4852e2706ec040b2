#include "verbs/output_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "halftone/error.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;

class OutputFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "halftone-output-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  ErrorCode code_of(const std::function<void()>& work) const {
    try {
      work();
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::internal;
  }

  fs::path folder_;
};

TEST_F(OutputFiles, AppearTogether) {
  {
    StagingFolder staging(folder_ / "out.bin");
    write_file(staging.staged_output(), "model");
    write_file(fs::path(staging.staged_output()) += ".data", "weights");
    EXPECT_EQ(staging.size_bytes(), 12);
    EXPECT_FALSE(fs::exists(folder_ / "out.bin"));
    staging.publish(folder_ / "out.json", "{}\n");
  }
  EXPECT_EQ(read_file(folder_ / "out.bin"), "model");
  EXPECT_EQ(read_file(folder_ / "out.bin.data"), "weights");
  EXPECT_EQ(read_file(folder_ / "out.json"), "{}\n");
  EXPECT_EQ(files(), 3);
}

TEST_F(OutputFiles, NeitherAppearsWhenTheResultCannotBeWritten) {
  {
    StagingFolder staging(folder_ / "out.bin");
    write_file(staging.staged_output(), "model");
    EXPECT_EQ(code_of([&] { staging.publish(folder_ / "missing" / "out.json", "{}"); }), ErrorCode::io);
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(OutputFiles, NeitherAppearsWhenTheResultCannotBeRenamedIntoPlace) {
  fs::create_directories(folder_ / "out.json" / "occupied");
  {
    StagingFolder staging(folder_ / "out.bin");
    write_file(staging.staged_output(), "model");
    EXPECT_EQ(code_of([&] { staging.publish(folder_ / "out.json", "{}"); }), ErrorCode::io);
  }
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFiles, NeitherAppearsWhenTheModelCannotBeMoved) {
  fs::create_directories(folder_ / "out.bin" / "occupied");
  {
    StagingFolder staging(folder_ / "out.bin");
    write_file(staging.staged_output(), "model");
    EXPECT_EQ(code_of([&] { staging.publish(folder_ / "out.json", "{}"); }), ErrorCode::io);
  }
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFiles, HaveTheirReportBesideTheResultOrNoneAppears) {
  {
    StagingFolder staging(folder_ / "out.bin");
    write_file(staging.staged_output(), "model");
    fs::create_directories(folder_ / "out.html" / "occupied");
    EXPECT_EQ(code_of([&] {
                staging.publish({{folder_ / "out.json", "{}"}, {folder_ / "out.html", "<p>"}});
              }),
              ErrorCode::io);
    EXPECT_FALSE(fs::exists(folder_ / "out.json"));
    fs::remove_all(folder_ / "out.html");
    staging.publish({{folder_ / "out.json", "{}"}, {folder_ / "out.html", "<p>"}});
  }
  EXPECT_EQ(read_file(folder_ / "out.html"), "<p>");
  EXPECT_EQ(files(), 3);
}

TEST_F(OutputFiles, AbandonedStagingLeavesNothing) {
  {
    StagingFolder staging(folder_ / "out.bin");
    write_file(staging.staged_output(), "model");
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(OutputFiles, AreRefusedBeforeAnyWork) {
  const fs::path model = folder_ / "model.bin";
  write_file(model, "model");
  EXPECT_NO_THROW(require_writable(model, folder_ / "out.bin", folder_ / "out.json"));
  EXPECT_EQ(code_of([&] { require_writable(model, model, folder_ / "out.json"); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { require_writable(model, folder_ / "." / "model.bin", folder_ / "out.json"); }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { require_writable(model, folder_ / "out.bin", model); }), ErrorCode::invalid_argument);
  EXPECT_NO_THROW(require_writable(model, folder_ / "a", folder_ / "b", ""));
  EXPECT_EQ(code_of([&] { require_writable(model, folder_ / "a", folder_ / "b", folder_ / "b"); }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { require_writable(model, folder_ / "a", folder_ / "a"); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { require_writable(model, folder_, folder_ / "out.json"); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { require_writable(model, folder_ / "no" / "out.bin", folder_ / "out.json"); }), ErrorCode::io);
}

}  // namespace
}  // namespace halftone
