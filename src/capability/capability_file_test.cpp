#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"
#include "capability/test_graph.h"
#include "halftone/capability.h"

namespace halftone {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kGood = R"(- version: {range: ">=1.16,<1.21"}
  precisions: {names: [int8, uint8, fp32], valid_mixed_precision: [{precisions: [int8, fp32]}]}
  ops:
    int8: [Conv, Add]
    fp32: ["*"]
  capabilities:
    int8:
      Conv:
        - &product
          quant_mode: static
          format: qdq
          weight: {dtype: [int8], scheme: [symmetric], granularity: [per_channel, per_tensor], algorithm: [minmax]}
          activation: {dtype: [uint8], scheme: [asymmetric], granularity: [per_tensor], algorithm: [minmax, kl]}
          when: {constant: [weight], attributes: {mode: [plain, fancy]}}
          runs: int8
          float_output: false
          requires: [vnni]
      Add:
        - <<: *product
          float_output: true
  patterns: {int8: ["Conv + Relu|Clip"]}
- version: default
  precisions: {names: [fp32], valid_mixed_precision: [{precisions: [fp32]}]}
  ops: {fp32: ["*"]}
)";

const std::set<std::string> kKnown{"Conv", "Add", "Relu", "Clip"};

// Of its own for each process: tests run side by side.
std::string file_name() { return "capability_file_test." + std::to_string(getpid()) + ".yaml"; }

std::filesystem::path written(std::string_view text) {
  const auto path = std::filesystem::path(testing::TempDir()) / file_name();
  write_file(path, text);
  return path;
}

CapabilityFile load(std::string_view text) { return load_capability_file(written(text), kKnown); }

TEST(CapabilityFile, IsReadWhole) {
  const CapabilityFile file = load(kGood);
  ASSERT_EQ(file.sections.size(), 2u);
  const CapabilitySection& section = file.sections[0];
  EXPECT_EQ(section.name(), ">=1.16,<1.21");
  EXPECT_THAT(section.precisions, ElementsAre("int8", "uint8", "fp32"));
  EXPECT_THAT(section.ops.at("int8"), ElementsAre("Conv", "Add"));
  EXPECT_THAT(section.patterns[0].positions, ElementsAre(ElementsAre("Conv"), ElementsAre("Relu", "Clip")));
  const Alternative& conv = section.capabilities.at("int8").at("Conv").at(0);
  EXPECT_EQ(conv.quant_mode, QuantMode::static_);
  EXPECT_EQ(conv.format, QuantFormat::qdq);
  EXPECT_EQ(conv.runs, Runs::int8);
  EXPECT_THAT(conv.weight->granularities, ElementsAre(Granularity::per_channel, Granularity::per_tensor));
  EXPECT_THAT(conv.activation.algorithms, ElementsAre(RangeMethod::minmax, RangeMethod::kl));
  EXPECT_THAT(conv.when.constant, ElementsAre(InputRole::weight));
  EXPECT_THAT(conv.when.attributes.at("mode"), ElementsAre("plain", "fancy"));
  EXPECT_THAT(conv.requires_isa, ElementsAre("vnni"));
  EXPECT_FALSE(conv.float_output);
}

TEST(CapabilityFile, LetsMergedKeysBeOverridden) {
  const CapabilityFile file = load(kGood);
  const Alternative& add = file.sections[0].capabilities.at("int8").at("Add").at(0);
  EXPECT_TRUE(add.float_output);
  EXPECT_EQ(add.advice, Advice::first_choice);
  EXPECT_THAT(add.weight->dtypes, ElementsAre(DType::s8));
}

TEST(CapabilityFile, MayAdviseWhenAnAlternativeIsTaken) {
  std::string text(kGood);
  const std::string_view line = "float_output: true";
  text.replace(text.find(line), line.size(), "advice: closer_to_float");
  const CapabilityFile file = load(text);
  EXPECT_EQ(file.sections[0].capabilities.at("int8").at("Add").at(0).advice, Advice::closer_to_float);
}

TEST(CapabilityFile, TakesTheSectionThatHoldsTheVersionElseTheDefault) {
  const CapabilityFile file = load(kGood);
  EXPECT_EQ(file.section_for({1, 16, 0}).name(), ">=1.16,<1.21");
  EXPECT_EQ(file.section_for({1, 20, 1}).name(), ">=1.16,<1.21");
  EXPECT_EQ(file.section_for({1, 21, 0}).name(), "default");
  EXPECT_EQ(file.section_for({1, 9, 0}).name(), "default");
}

TEST(CapabilityFile, WithoutADefaultDoesNotSupportOtherVersions) {
  const std::string text(kGood.substr(0, kGood.find("- version: default")));
  const CapabilityFile file = load(text);
  EXPECT_EQ(error_of([&] {
              file.section_for({1, 21, 0});
            }),
            "unsupported: " + file_name() +
                " has no section for version 1.21.0 and no default | it covers "
                "versions >=1.16,<1.21");
}

TEST(CapabilityFile, ThatIsMissingIsAnErrorOfReading) {
  EXPECT_THAT(error_of([] { load_capability_file("/no/such/file.yaml", kKnown); }), StartsWith("io: "));
}

TEST(CapabilityFile, WithoutSectionsIsAnError) {
  EXPECT_THAT(error_of([] { load(""); }), StartsWith("configuration: "));
  EXPECT_THAT(error_of([] { load("[]"); }), AllOf(StartsWith("configuration: "), HasSubstr("empty")));
}

}  // namespace
}  // namespace halftone
