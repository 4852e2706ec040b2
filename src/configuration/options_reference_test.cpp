#include "configuration/options_reference.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "configuration/option_table.h"

namespace halftone {
namespace {

using testing::HasSubstr;

TEST(OptionsReference, HasEveryKey) {
  const std::string reference = options_reference();
  for (const ConfigOption& option : option_table()) {
    EXPECT_THAT(reference, HasSubstr("| `" + option.key + "` |"));
    EXPECT_FALSE(option.help.empty() || option.help.ends_with('.')) << option.key;
  }
  EXPECT_THAT(reference, HasSubstr("`--calib-samples`, `--samples`"));
  EXPECT_THAT(reference, HasSubstr("minmax\\|percentile"));
}

TEST(OptionsReference, IsWhatTheDocumentationHolds) {
  const std::filesystem::path file = HALFTONE_OPTIONS_REFERENCE;
  if (std::getenv("HALFTONE_UPDATE_DOCS") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    write_file(file, options_reference());
  }
  EXPECT_EQ(read_file(file), options_reference())
      << "stale; HALFTONE_UPDATE_DOCS=1 configuration_test --gtest_filter='OptionsReference.*' writes it anew";
}

}  // namespace
}  // namespace halftone
