#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/strict_yaml.h"
#include "capability/enum_words.h"
#include "capability/target.h"
#include "capability/testing/broken_files.h"
#include "capability/testing/schema_check.h"
#include "halftone/error.h"

namespace halftone {
namespace {

using testing::BrokenFile;
using ::testing::IsEmpty;
using testing::SchemaVerdict;

const std::filesystem::path kFolder = HALFTONE_CAPABILITY_SOURCES;

nlohmann::json schema() { return nlohmann::json::parse(read_file(kFolder / "capability.schema.json")); }

std::string violation_of(const std::string& text) {
  return testing::first_violation(schema(), testing::json_of(StrictYaml::parse(text, "file")));
}

std::vector<std::string> words_at(const std::string& pointer) {
  return schema().at(nlohmann::json::json_pointer(pointer)).get<std::vector<std::string>>();
}

TEST(CapabilitySchema, HasTheWordsOfTheLoader) {
  EXPECT_EQ(words_at("/definitions/dtype/enum"), words_of<DType>());
  EXPECT_EQ(words_at("/definitions/scheme/enum"), words_of<Scheme>());
  EXPECT_EQ(words_at("/definitions/granularity/enum"), words_of<Granularity>());
  EXPECT_EQ(words_at("/definitions/algorithm/enum"), words_of<RangeMethod>());
  EXPECT_EQ(words_at("/definitions/role/enum"), words_of<InputRole>());
  EXPECT_EQ(words_at("/definitions/feature/enum"), instruction_set_features());
  const std::string alternative = "/definitions/alternative/properties/";
  EXPECT_EQ(words_at(alternative + "quant_mode/enum"), words_of<QuantMode>());
  EXPECT_EQ(words_at(alternative + "format/enum"), words_of<QuantFormat>());
  EXPECT_EQ(words_at(alternative + "runs/enum"), words_of<Runs>());
  EXPECT_EQ(words_at(alternative + "advice/enum"), words_of<Advice>());
}

TEST(CapabilitySchema, AllowsEveryShippedFile) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    EXPECT_THAT(violation_of(read_file(entry.path())), IsEmpty()) << entry.path();
  }
  EXPECT_GT(files, 0u);
}

TEST(CapabilitySchema, AllowsTheGoodFile) { EXPECT_THAT(violation_of(testing::good_capability_file()), IsEmpty()); }

class BrokenForTheSchema : public ::testing::TestWithParam<BrokenFile> {};

TEST_P(BrokenForTheSchema, IsRefusedWhereASchemaCanSeeIt) {
  const BrokenFile& broken = GetParam();
  if (broken.schema == SchemaVerdict::unreadable) {
    EXPECT_THROW(violation_of(broken.text), Error);
    return;
  }
  const std::string violation = violation_of(broken.text);
  EXPECT_EQ(broken.schema == SchemaVerdict::refuses, !violation.empty()) << violation;
}

INSTANTIATE_TEST_SUITE_P(All, BrokenForTheSchema, ::testing::ValuesIn(testing::broken_capability_files()),
                         [](const ::testing::TestParamInfo<BrokenFile>& test) { return test.param.name; });

}  // namespace
}  // namespace halftone
