#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/thrown_error.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class File : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::path(testing::TempDir()) / ("file_" + name + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path path(const std::string& name) const { return folder_ / name; }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

 private:
  fs::path folder_;
};

/// The largest file that this process may write, for as long as it lives; without the signal.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(File, IsReadBackAsItWasWritten) {
  const std::string content = std::string("zero \0 byte", 11) + std::string(200'000, 'x');
  write_file(path("a"), content);
  EXPECT_EQ(read_file(path("a")), content);
  EXPECT_EQ(MappedFile::open(path("a"))->text(), content);
  EXPECT_EQ(entries(), 1U);
}

TEST_F(File, MayBeEmpty) {
  write_file(path("a"), "");
  EXPECT_EQ(read_file(path("a")), "");
  EXPECT_EQ(MappedFile::open(path("a"))->size(), 0U);
}

TEST_F(File, OfUnknownSizeIsReadToItsEnd) { EXPECT_THAT(read_file("/proc/self/status"), HasSubstr("VmHWM")); }

TEST_F(File, MissingIsAnErrorWithItsName) {
  for (const auto& act : {+[](const fs::path& p) { read_file(p); }, +[](const fs::path& p) { MappedFile::open(p); }}) {
    const Error error = thrown_error([&] { act(path("no")); });
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_EQ(error.message(), "cannot read '" + path("no").string() + "': No such file or directory");
    EXPECT_FALSE(error.hint().empty());
  }
}

TEST_F(File, ThatIsAFolderCannotBeReadOrWritten) {
  const fs::path folder = path("");
  EXPECT_THAT(thrown_error([&] { read_file(folder); }).message(), HasSubstr("Is a directory"));
  EXPECT_THAT(thrown_error([&] { MappedFile::open(folder); }).message(), HasSubstr("Is a directory"));
  EXPECT_THAT(thrown_error([&] { OutputFile file(folder); }).message(), HasSubstr("Is a directory"));
  EXPECT_EQ(thrown_error([&] { OutputFile file(""); }).code(), ErrorCode::io);
}

TEST_F(File, DevicesAreNotReadForEver) {
  EXPECT_EQ(thrown_error([] { read_file("/dev/zero"); }).code(), ErrorCode::io);
  EXPECT_THAT(thrown_error([] { MappedFile::open("/dev/zero"); }).message(), HasSubstr("not a regular file"));
}

TEST_F(File, DevicesAreNotReplaced) {
  const Error error = thrown_error([] { write_file("/dev/null", "x"); });
  EXPECT_EQ(error.message(), "cannot write '/dev/null': it exists and is not a regular file");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(File, MappingOutlivesItsName) {
  write_file(path("a"), "still here");
  const auto mapped = MappedFile::open(path("a"));
  fs::remove(path("a"));
  EXPECT_EQ(mapped->text(), "still here");
}

TEST_F(File, OutputIsInvisibleUntilItIsCommitted) {
  write_file(path("a"), "old");
  OutputFile file(path("a"));
  file.write("new ");
  file.write("text");
  EXPECT_EQ(read_file(path("a")), "old");
  EXPECT_EQ(file.temporary_path().parent_path(), path("a").parent_path());
  EXPECT_THAT(file.temporary_path().filename().string(), StartsWith("."));
  file.commit();
  EXPECT_EQ(read_file(path("a")), "new text");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(File, OutputThatIsNotCommittedLeavesNothing) {
  {
    OutputFile file(path("a"));
    file.write("half");
    EXPECT_EQ(entries(), 1U);
  }
  EXPECT_EQ(entries(), 0U);
}

TEST_F(File, TwoOutputsOfOneNameDoNotMix) {
  OutputFile first(path("a"));
  OutputFile second(path("a"));
  first.write("first");
  second.write("second");
  second.commit();
  first.commit();
  EXPECT_EQ(read_file(path("a")), "first");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(File, OutputFollowsASymbolicLink) {
  write_file(path("target"), "old");
  fs::create_symlink(path("target"), path("link"));
  write_file(path("link"), "new");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read_file(path("target")), "new");
}

TEST_F(File, OutputNeedsItsFolder) {
  const Error error = thrown_error([&] { OutputFile file(path("no/a")); });
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_THAT(error.message(), HasSubstr(path("no/a").string()));
  EXPECT_THAT(error.message(), HasSubstr("is missing"));
  EXPECT_EQ(error.hint(), "create the folder first");
}

TEST_F(File, OutputMayHaveTheLongestName) {
  const std::string longest(255, 'n');
  write_file(path(longest), "x");
  EXPECT_EQ(read_file(path(longest)), "x");
  EXPECT_EQ(thrown_error([&] { write_file(path(longest + "n"), "x"); }).code(), ErrorCode::io);
  EXPECT_EQ(entries(), 1U);
}

TEST_F(File, TooLargeForItsLimitIsAnErrorAndLeavesNothing) {
  write_file(path("a"), "old");
  const FileSizeLimit limit(100'000);
  const Error error = thrown_error([&] { write_file(path("a"), std::string(200'000, 'x')); });
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_EQ(error.message(), "cannot write '" + path("a").string() + "': File too large");
  EXPECT_THAT(error.hint(), HasSubstr("ulimit"));
  EXPECT_EQ(read_file(path("a")), "old");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(File, IsNotWrittenAfterItsEnd) {
  OutputFile file(path("a"));
  file.commit();
  EXPECT_EQ(thrown_error([&] { file.write("x"); }).code(), ErrorCode::internal);
  EXPECT_EQ(thrown_error([&] { file.commit(); }).code(), ErrorCode::internal);
}

}  // namespace
}  // namespace halftone
