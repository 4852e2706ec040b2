#include "conformance/conformance_suite.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <iostream>
#include <set>
#include <system_error>

#include "conformance/documented_table.h"
#include "halftone/error.h"
#include "halftone/plugin.h"

namespace halftone::conformance {

void Conformance::SetUp() {
  AdaptorOptions options;
  options.key = GetParam().key;
  options.target = make_target("vnni");
  try {
    adaptor_ = PluginRegistry::from_folders({HALFTONE_PLUGINS}).make(options);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::framework_missing) throw;
    GTEST_SKIP() << "SKIPPED: " << error.message();
  }
  maker_ = GetParam().maker();
  std::string pattern = (std::filesystem::temp_directory_path() / "halftone-conformance-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
  conformance_ = std::make_unique<halftone::Conformance>(*adaptor_, *maker_, folder_);
}

void Conformance::TearDown() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path Conformance::page() const { return std::filesystem::path(ADAPTOR_PAGES) / GetParam().page; }

std::string Conformance::mark() const {
  const FrameworkVersion framework = adaptor_->framework();
  return GetParam().key + " with " + framework.name + " " + framework.version;
}

namespace {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Conformance);

void expect_no_complaint(const ConformanceReport& report) {
  std::cout << to_table(report.trials);
  EXPECT_THAT(report.complaints, ::testing::IsEmpty());
}

TEST_P(Conformance, RunsEveryOpAsTheFileSays) {
  const ConformanceReport report = conformance_->run_every_op();
  expect_no_complaint(report);
  std::set<std::string> in_low_precision;
  for (const ConformanceTrial& trial : report.trials) {
    if (trial.offered() && trial.ran_in_low_precision()) in_low_precision.insert(trial.op_type);
  }
  const bool recorded = expect_documented(page(), mark(), report.trials);
  // Other versions run fewer ops, or more.
  const int least = recorded ? GetParam().op_types_at_least : 0;
  EXPECT_GE(static_cast<int>(in_low_precision.size()), least) << "ops were lost";
}

TEST_P(Conformance, MissesNoLowPrecisionKernel) {
  const ConformanceReport report = conformance_->find_missed_kernels();
  expect_no_complaint(report);
  // What one static backend lacks says all there is to say about that form; the others quantize products alone.
  if (adaptor_->query().get_quantization_capability().begin()->second.front().quant_mode != QuantMode::static_) return;
  expect_absences_documented(page(), mark(), report.trials);
}

TEST_P(Conformance, RunsEveryPatternAsOneKernel) { expect_no_complaint(conformance_->run_every_pattern()); }

}  // namespace
}  // namespace halftone::conformance
