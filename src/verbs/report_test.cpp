#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "halftone/error.h"
#include "verbs/testing/verb_fixture.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ReportVerb : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "halftone-report-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    write_file(folder_ / "out.halftone.json", R"({"command": "evaluate", "model": "net.bin", "verdict": "met"})");
  }
  void TearDown() override { fs::remove_all(folder_); }

  Result run(const ReportRequest& request) {
    return run_report({plugins_, progress_, {"halftone", "report"}}, request);
  }
  ErrorCode code_of(const ReportRequest& request) {
    try {
      run(request);
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::internal;
  }

  fs::path folder_;
  PluginRegistry plugins_ = PluginRegistry::discover();
  testing::StageLog progress_;
};

TEST_F(ReportVerb, WritesBesideItsOnlyResult) {
  const Result result = run({{folder_ / "out.halftone.json"}, "", ""});
  EXPECT_EQ(result["output"], (folder_ / "out.halftone.html").string());
  EXPECT_EQ(result["results"][0]["verdict"], "met");
  EXPECT_THAT(read_file(folder_ / "out.halftone.html"), StartsWith("<!doctype html>"));
}

TEST_F(ReportVerb, TakesTheFormatFromTheOutputsEnding) {
  EXPECT_EQ(run({{folder_ / "out.halftone.json"}, "", folder_ / "gates.xml"})["format"], "junit");
  EXPECT_EQ(run({{folder_ / "out.halftone.json"}, "", folder_ / "comment.md"})["format"], "md");
  EXPECT_EQ(run({{folder_ / "out.halftone.json"}, "md", folder_ / "comment.xml"})["format"], "md");
}

TEST_F(ReportVerb, ShowsWhatItDoesNotWrite) {
  const Result result = run({{folder_ / "out.halftone.json"}, "md", "-"});
  EXPECT_TRUE(result["output"].is_null());
  EXPECT_THAT(result["report"].get<std::string>(), HasSubstr("### net.bin"));
}

TEST_F(ReportVerb, NeedsAPlaceForSeveralResults) {
  const fs::path one = folder_ / "out.halftone.json";
  EXPECT_EQ(code_of({{one, one}, "", ""}), ErrorCode::invalid_argument);
  EXPECT_NO_THROW(run({{one, one}, "", folder_ / "both.html"}));
}

TEST_F(ReportVerb, NeverWritesOverAResult) {
  const fs::path one = folder_ / "out.halftone.json";
  EXPECT_EQ(code_of({{one}, "html", one}), ErrorCode::invalid_argument);
}

TEST_F(ReportVerb, RefusesWhatIsNoResult) {
  write_file(folder_ / "list.json", "[1, 2]");
  write_file(folder_ / "cut.json", "{\"command\": ");
  write_file(folder_ / "other.json", "{}");
  for (const char* name : {"list.json", "cut.json", "other.json"}) {
    EXPECT_EQ(code_of({{folder_ / name}, "", folder_ / "x.html"}), ErrorCode::invalid_data) << name;
  }
  EXPECT_EQ(code_of({{folder_ / "missing.json"}, "", folder_ / "x.html"}), ErrorCode::io);
  EXPECT_FALSE(fs::exists(folder_ / "x.html"));
}

}  // namespace
}  // namespace halftone
