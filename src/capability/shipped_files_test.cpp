#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/strict_yaml.h"
#include "capability/enum_words.h"
#include "capability/target.h"

namespace halftone {
namespace {

const std::filesystem::path kFolder = HALFTONE_CAPABILITY_SOURCES;

std::vector<std::filesystem::path> shipped_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  return files;
}

/// The op types a file itself lists, and those its patterns speak of: the op tables are the adaptors' own.
std::set<std::string> op_types_of(const std::filesystem::path& path) {
  std::set<std::string> types{"Relu", "Clip"};
  for (const StrictYaml& section : StrictYaml::load(path).items()) {
    for (const auto& [precision, listed] : section.at("ops").entries()) {
      for (const std::string& type : listed.texts()) types.insert(type);
    }
  }
  return types;
}

TEST(ShippedCapabilityFiles, AreThere) { EXPECT_THAT(shipped_files(), testing::Not(testing::IsEmpty())); }

TEST(ShippedCapabilityFiles, AreReadStrictly) {
  for (const std::filesystem::path& path : shipped_files()) {
    EXPECT_NO_THROW(load_capability_file(path, op_types_of(path))) << path;
  }
}

TEST(ShippedCapabilityFiles, NeverOfferFloatKernelsFirst) {
  for (const std::filesystem::path& path : shipped_files()) {
    for (const CapabilitySection& section : load_capability_file(path, op_types_of(path)).sections) {
      for (const auto& [precision, entries] : section.capabilities) {
        for (const auto& [type, alternatives] : entries) {
          const bool all_float = std::ranges::all_of(
              alternatives, [](const Alternative& each) { return each.runs == Runs::float_between; });
          EXPECT_TRUE(all_float || alternatives.front().runs != Runs::float_between) << path << " " << type;
        }
      }
    }
  }
}

nlohmann::json schema() { return nlohmann::json::parse(read_file(kFolder / "capability.schema.json")); }

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
}

}  // namespace
}  // namespace halftone
