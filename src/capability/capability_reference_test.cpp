#include "capability/capability_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "capability/testing/shipped_files.h"

namespace halftone {
namespace {

using ::testing::HasSubstr;

TEST(CapabilityReference, HasEveryFileSectionOpTypeAndPattern) {
  const std::vector<CapabilityFile> files = testing::shipped_capability_files();
  const std::string reference = capability_reference(files);
  for (const CapabilityFile& file : files) {
    EXPECT_THAT(reference, HasSubstr("\n## " + file.path.filename().string() + "\n"));
    for (const CapabilitySection& section : file.sections) {
      EXPECT_THAT(reference, HasSubstr("\n### Versions " + section.name() + "\n"));
      for (const PatternSequence& pattern : section.patterns)
        EXPECT_THAT(reference, HasSubstr("`" + pattern.text + "`"));
      for (const auto& [precision, entries] : section.capabilities) {
        for (const auto& [type, alternatives] : entries) EXPECT_THAT(reference, HasSubstr(type));
      }
    }
  }
}

TEST(CapabilityReference, ShowsEveryListOfAnAlternative) {
  const SpecChoices weight{{DType::s8, DType::u8},
                           {Scheme::symmetric},
                           {Granularity::per_channel, Granularity::per_group},
                           {RangeMethod::minmax},
                           {32, 64}};
  const SpecChoices input{
      {DType::u8}, {Scheme::asymmetric}, {Granularity::per_tensor}, {RangeMethod::mse, RangeMethod::kl}, {}};
  Alternative alternative{.weight = weight, .activation = input};
  alternative.requires_isa = {"vnni"};
  alternative.when = {{InputRole::weight, InputRole::bias}, {{"alpha", {"1", "2"}}}};
  CapabilitySection section{.precisions = {"int8", "bf16"}, .mixed_precisions = {{{"int8", "bf16"}, {"avx512_bf16"}}}};
  section.ops = {{"bf16", {"*"}}};
  section.capabilities["int8"] = {{"A", {alternative}}, {"B", {alternative}}};
  const std::string reference = capability_reference({{"x/file.yaml", {section}, {}}});
  EXPECT_THAT(reference, HasSubstr("## file.yaml\n\n### Versions default\n\nIn one model: int8, bf16 (target with "
                                   "avx512_bf16).\n"));
  EXPECT_THAT(
      reference,
      HasSubstr("| A, B | static | qdq | int8, uint8; symmetric; per_channel, per_group of 32, 64; minmax | uint8; "
                "asymmetric; per_tensor; mse, kl | constant weight, bias; alpha 1 or 2; target with vnni | int8 | "
                "first_choice |\n"));
  EXPECT_THAT(reference, HasSubstr("Run in bf16: every op type."));
}

TEST(CapabilityReference, IsWhatTheDocumentationHolds) {
  const std::filesystem::path page = HALFTONE_CAPABILITY_REFERENCE;
  const std::string reference = capability_reference(testing::shipped_capability_files());
  if (std::getenv("HALFTONE_UPDATE_DOCS") != nullptr) write_file(page, reference);
  EXPECT_EQ(read_file(page), reference)
      << "stale; HALFTONE_UPDATE_DOCS=1 capability_test --gtest_filter='CapabilityReference.*' writes it anew";
}

}  // namespace
}  // namespace halftone
