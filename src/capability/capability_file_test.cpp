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

/// The good file with one text replaced.
struct BrokenFile {
  std::string name;
  std::string from;
  std::string to;
  int line;
  std::string message;
};

class BrokenCapabilityFile : public testing::TestWithParam<BrokenFile> {};

TEST_P(BrokenCapabilityFile, IsAnErrorWithFileLineAndReason) {
  const BrokenFile& broken = GetParam();
  std::string text(kGood);
  const std::size_t at = text.find(broken.from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, broken.from.size(), broken.to);
  const std::string place = file_name() + ":" + std::to_string(broken.line) + ": ";
  EXPECT_THAT(error_of([&] { load(text); }),
              AllOf(StartsWith("configuration: "), HasSubstr(place), HasSubstr(broken.message)));
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenCapabilityFile,
    testing::Values(
        BrokenFile{"NotYaml", "  ops:\n", "  ops: [\n", 5, "end of sequence"},
        BrokenFile{"NoList", "- version: {range: \">=1.16,<1.21\"}\n", "sections:\n- version: default\n", 1,
                   "list of sections"},
        BrokenFile{"UnknownSectionKey", "  patterns:", "  paterns:", 21, "did you mean 'patterns'?"},
        BrokenFile{"NoVersion", "- version: default\n  precisions", "- precisions", 22, "'version' is missing"},
        BrokenFile{"UnknownVersionWord", "version: default", "version: defalt", 22, "did you mean 'default'?"},
        BrokenFile{"UnknownVersionKey", "{range:", "{rang:", 1, "did you mean 'range'?"},
        BrokenFile{"BadRange", ">=1.16,<1.21", ">1.16", 1, "'>1.16' is not a range of versions"},
        BrokenFile{"EmptyRange", ">=1.16,<1.21", ">=1.21,<1.16", 1, "is not a range of versions"},
        BrokenFile{"OverlappingRanges", "- version: default", "- version: {range: \">=1.20\"}", 22,
                   "versions '>=1.20' overlap '>=1.16,<1.21'"},
        BrokenFile{"TwoDefaults", "- version: {range: \">=1.16,<1.21\"}", "- version: default", 22,
                   "a second default section"},
        BrokenFile{"UnknownPrecision", "names: [int8, uint8, fp32]", "names: [int8, unit8, fp32]", 2,
                   "did you mean 'uint8'?"},
        BrokenFile{"PrecisionTwice", "names: [int8, uint8, fp32]", "names: [int8, int8, fp32]", 2,
                   "'int8' stands twice"},
        BrokenFile{"MixedOfUnknown", "[{precisions: [int8, fp32]}]", "[{precisions: [int8, fp16]}]", 2, "'fp16'"},
        BrokenFile{"NoMixed", ", valid_mixed_precision: [{precisions: [int8, fp32]}]", "", 2,
                   "'valid_mixed_precision' is missing"},
        BrokenFile{"OpsOfUnknownPrecision", "    fp32: [\"*\"]", "    fp23: [\"*\"]", 5, "did you mean 'fp32'?"},
        BrokenFile{"UnknownOpInOps", "[Conv, Add]", "[Covn, Add]", 4, "did you mean 'Conv'?"},
        BrokenFile{"StarAmongOthers", "[Conv, Add]", "[Conv, Add, \"*\"]", 4, "'*'"},
        BrokenFile{"OpTwice", "[Conv, Add]", "[Conv, Add, Conv]", 4, "'Conv' stands twice"},
        BrokenFile{"EmptyOps", "[Conv, Add]", "[]", 4, "empty"},
        BrokenFile{"NotInOps", "[Conv, Add]", "[Conv]", 19,
                   "Add has capabilities for int8 but does not stand in ops: int8"},
        BrokenFile{"NotInCapabilities", "[Conv, Add]", "[Conv, Add, Relu]", 4,
                   "'Relu' stands in ops: int8 but has no capabilities"},
        BrokenFile{"NoCapabilitiesAtAll", "    fp32: [\"*\"]", "    uint8: [\"*\"]", 5,
                   "'*' stands in ops: uint8 but has no capabilities"},
        BrokenFile{"UnknownOpInCapabilities", "      Add:", "      Ad:", 18, "did you mean 'Add'?"},
        BrokenFile{"UnknownAdvice", "float_output: true", "advice: closer_to_flaot", 20,
                   "did you mean 'closer_to_float'?"},
        BrokenFile{"UnknownAlternativeKey", "float_output: true", "flaot_output: true", 20,
                   "did you mean 'float_output'?"},
        BrokenFile{"UnknownMode", "quant_mode: static", "quant_mode: statik", 10, "did you mean 'static'?"},
        BrokenFile{"UnknownFormat", "format: qdq", "format: qdp", 11, "did you mean 'qdq'?"},
        BrokenFile{"ShortScheme", "[symmetric]", "[sym]", 12, "unknown word 'sym'"},
        BrokenFile{"UnknownGranularity", "per_channel", "per_chanel", 12, "did you mean 'per_channel'?"},
        BrokenFile{"GroupsWithoutSizes", "per_channel", "per_group", 12,
                   "granularity per_group needs a list group_size"},
        BrokenFile{"UnknownDType", "dtype: [uint8]", "dtype: [float]", 13, "unknown word 'float'"},
        BrokenFile{"UnknownAlgorithm", "[minmax, kl]", "[minmax, lk]", 13, "unknown word 'lk'"},
        BrokenFile{"AlgorithmTwice", "[minmax, kl]", "[kl, kl]", 13, "'kl' stands twice"},
        BrokenFile{"EmptyList", "[minmax, kl]", "[]", 13, "empty"},
        BrokenFile{"MissingList", ", algorithm: [minmax, kl]", "", 13, "'algorithm' is missing"},
        BrokenFile{"NoActivation", "activation: {", "weights: {", 13, "unknown key 'weights'"},
        BrokenFile{"ActivationMissing",
                   "          activation: {dtype: [uint8], scheme: [asymmetric], granularity: [per_tensor], algorithm: "
                   "[minmax, kl]}\n",
                   "", 9, "'activation' is missing"},
        BrokenFile{"UnknownRole", "constant: [weight]", "constant: [wieght]", 14, "did you mean 'weight'?"},
        BrokenFile{"UnknownCondition", "attributes:", "atributes:", 14, "did you mean 'attributes'?"},
        BrokenFile{"AttributeWithoutValues", "[plain, fancy]", "[]", 14, "empty"},
        BrokenFile{"UnknownRuns", "runs: int8", "runs: int9", 15, "did you mean 'int8'?"},
        BrokenFile{"NoBoolean", "float_output: false", "float_output: maybe", 16, "true or false"},
        BrokenFile{"UnknownFeature", "[vnni]", "[vnnni]", 17, "did you mean 'vnni'?"},
        BrokenFile{"NoAlternatives", "        - <<: *product\n          float_output: true\n", "        []\n", 19,
                   "empty"},
        BrokenFile{"AlternativeIsAWord", "        - <<: *product\n          float_output: true\n", "        - static\n",
                   19, "a map"},
        BrokenFile{"PatternOfOne", "Conv + Relu|Clip", "Conv", 21, "not a sequence of op types"},
        BrokenFile{"PatternWithAGap", "Conv + Relu|Clip", "Conv + |Clip", 21, "not a sequence of op types"},
        BrokenFile{"PatternOfUnknown", "Conv + Relu|Clip", "Conv + Rleu", 21, "did you mean 'Relu'?"},
        BrokenFile{"PatternWithoutAnchor", "Conv + Relu|Clip", "Relu + Clip", 21,
                   "begins with Relu, which has no capabilities"},
        BrokenFile{"PatternTwice", "[\"Conv + Relu|Clip\"]", "[\"Conv + Relu|Clip\", \"Conv+Relu|Clip\"]", 21,
                   "stands twice"},
        BrokenFile{"PatternOfUnknownPrecision", "patterns: {int8:", "patterns: {int7:", 21, "did you mean 'int8'?"}),
    [](const testing::TestParamInfo<BrokenFile>& test) { return test.param.name; });

TEST(BrokenCapabilityFileAlone, HasNoSectionsWhenEmpty) {
  EXPECT_THAT(error_of([] { load(""); }), StartsWith("configuration: "));
  EXPECT_THAT(error_of([] { load("[]"); }), AllOf(StartsWith("configuration: "), HasSubstr("empty")));
}

}  // namespace
}  // namespace halftone
