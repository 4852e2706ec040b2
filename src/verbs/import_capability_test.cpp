#include <gmock/gmock.h>

#include "base/file.h"
#include "halftone/capability.h"
#include "verbs/testing/verb_fixture.h"

namespace halftone {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kOriginal = R"(
- version: {name: '1.0'}
  int8:
    static:
      Dense: &entry
        weight: {dtype: [int8], scheme: [sym], granularity: [per_channel], algorithm: [minmax]}
        activation: {dtype: [uint8], scheme: [asym], granularity: [per_tensor], algorithm: [minmax]}
      Dens: *entry
)";

class ImportCapability : public halftone::testing::VerbFixture {
 protected:
  void SetUp() override {
    VerbFixture::SetUp();
    write_file(folder_ / "original.yaml", kOriginal);
    request_.original = folder_ / "original.yaml";
    request_.output = folder_ / "draft.yaml";
  }
  ImportRequest request_;
};

TEST_F(ImportCapability, WritesADraftOfWhatTheOpTableKnows) {
  const Result result = run_import_capability(context(), request_);
  EXPECT_EQ(result["op_table"], "dense");
  EXPECT_EQ(result["op_types"].dump(), R"(["Dense"])");
  EXPECT_EQ(result["sections"], 1);
  EXPECT_EQ(result["alternatives"], 1);
  EXPECT_EQ(result["not_imported"].dump(),
            R"([{"line":8,"what":"op type 'Dens'","why":"is not in the op table; the nearest there is 'Dense'"}])");
  EXPECT_EQ(load_capability_file(request_.output, {"Dense"}).sections[0].name(), ">=1.0.0");
}

TEST_F(ImportCapability, KeepsAFileThatIsThere) {
  write_file(request_.output, "mine");
  EXPECT_THAT(error_of([&] { run_import_capability(context(), request_); }).hint(), HasSubstr("--force"));
  EXPECT_EQ(read_file(request_.output), "mine");
  request_.force = true;
  run_import_capability(context(), request_);
  EXPECT_THAT(read_file(request_.output), HasSubstr("UNPROVED DRAFT"));
}

TEST_F(ImportCapability, NeverWritesOverTheOriginal) {
  request_.output = request_.original;
  request_.force = true;
  EXPECT_EQ(error_of([&] { run_import_capability(context(), request_); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(read_file(request_.original), kOriginal);
}

TEST_F(ImportCapability, WarnsWhereNothingCouldBeImported) {
  write_file(request_.original, "- version: {name: default}\n  int8: {static: {Other: {activation: {dtype: int8}}}}\n");
  EXPECT_THAT(warnings_of(run_import_capability(context(), request_)),
              ::testing::Contains(HasSubstr("no op type of the file is in the op table of dense")));
}

TEST_F(ImportCapability, WritesNothingOfABrokenFile) {
  write_file(request_.original, "- version: [\n");
  EXPECT_EQ(error_of([&] { run_import_capability(context(), request_); }).code(), ErrorCode::configuration);
  EXPECT_THAT(listing(), ::testing::Not(::testing::Contains("draft.yaml")));
}

TEST_F(ImportCapability, RefusesABackendThatIsNotThere) {
  request_.backend = "dens";
  const Error error = error_of([&] { run_import_capability(context(), request_); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace halftone
