#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"
#include "capability/test_graph.h"
#include "capability/testing/broken_files.h"
#include "halftone/capability.h"

namespace halftone {
namespace {

using ::testing::AllOf;
using testing::BrokenFile;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class BrokenCapabilityFile : public ::testing::TestWithParam<BrokenFile> {
 protected:
  // Of its own for each process: tests run side by side.
  const std::filesystem::path path_ =
      std::filesystem::path(::testing::TempDir()) / ("broken_file." + std::to_string(getpid()) + ".yaml");
};

TEST_P(BrokenCapabilityFile, IsAnErrorWithFileLineReasonAndNearestWord) {
  const BrokenFile& broken = GetParam();
  write_file(path_, broken.text);
  const std::string error = error_of([&] { load_capability_file(path_, {"Conv", "Add", "Relu", "Clip"}); });
  const std::string place = path_.string() + ":" + std::to_string(broken.line) + ": ";
  EXPECT_THAT(error, AllOf(StartsWith("configuration: " + place), HasSubstr(broken.says)));
  const std::string offer = broken.nearest.empty() ? "" : "did you mean '" + broken.nearest + "'?";
  EXPECT_THAT(error, HasSubstr(offer));
}

INSTANTIATE_TEST_SUITE_P(All, BrokenCapabilityFile, ::testing::ValuesIn(testing::broken_capability_files()),
                         [](const ::testing::TestParamInfo<BrokenFile>& test) { return test.param.name; });

TEST(CapabilityFile, FromWhichTheBrokenOnesDifferIsGood) {
  const auto path = std::filesystem::path(::testing::TempDir()) / ("good_file." + std::to_string(getpid()) + ".yaml");
  write_file(path, testing::good_capability_file());
  EXPECT_EQ(load_capability_file(path, {"Conv", "Add", "Relu", "Clip"}).sections.size(), 2u);
}

}  // namespace
}  // namespace halftone
