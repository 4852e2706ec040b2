#include "conformance/conformance.h"

#include <algorithm>
#include <iostream>
#include <set>

#include "conformance/documented_table.h"
#include "halftone/error.h"

namespace halftone::conformance {
namespace {

/// What rounding of values of so many bits leaves at least.
double least_decibels(const Trial& trial) { return trial.fewest_bits == 4 ? 10 : 20; }

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Conformance);

void expect_as_claimed(const Trial& trial) {
  SCOPED_TRACE(to_table({trial}));
  if (trial.forced) {
    // What the framework refuses, or runs far from float, is rightly not offered.
    EXPECT_FALSE(trial.ran_in_low_precision() && trial.sqnr_db >= least_decibels(trial))
        << "the file gives away a low-precision kernel";
    return;
  }
  EXPECT_GE(trial.sqnr_db, least_decibels(trial));
  if (trial.offered()) {
    EXPECT_TRUE(trial.kernel_in_low_precision);
    EXPECT_TRUE(trial.all_in_low_precision);
  }
}

bool shows(const Trial& trial, const Alternative& alternative) {
  if (alternative.runs == Runs::float_between) return trial.forced;
  return trial.offered() && *trial.claim == alternative.runs &&
         trial.weight.has_value() == alternative.weight.has_value();
}

/// In the order of the file, each once.
std::vector<std::string> quantizable_types(const QueryBackendCapability& query) {
  std::vector<std::string> types;
  for (const std::string& precision : query.get_precisions()) {
    for (const std::string& type : query.get_op_types_by_precision(precision)) {
      const bool known = std::ranges::find(types, type) != types.end();
      if (!known && query.get_quantization_capability().contains(type)) types.push_back(type);
    }
  }
  return types;
}

TEST_P(Conformance, RunsEveryOpAsTheFileSays) {
  std::vector<Trial> trials;
  for (const std::string& type : quantizable_types(adaptor_->query())) {
    const std::vector<Trial> of_type = try_op_type(type);
    EXPECT_FALSE(of_type.empty()) << "there is no model of " << type;
    for (const Alternative& alternative : alternatives_of(type)) {
      const bool proved = std::ranges::any_of(of_type, [&](const Trial& trial) { return shows(trial, alternative); });
      EXPECT_TRUE(proved) << "no model of " << type << " shows '" << to_string(alternative.runs) << "'";
    }
    trials.insert(trials.end(), of_type.begin(), of_type.end());
  }
  std::cout << to_table(trials);
  for (const Trial& trial : trials) expect_as_claimed(trial);
  std::set<std::string> in_low_precision;
  for (const Trial& trial : trials) {
    if (trial.offered() && trial.ran_in_low_precision()) in_low_precision.insert(trial.op_type);
  }
  const FrameworkVersion framework = adaptor_->framework();
  const bool recorded = expect_documented(std::filesystem::path(ADAPTOR_PAGES) / GetParam().page,
                                          GetParam().key + " with " + framework.name + " " + framework.version, trials);
  // Other versions run fewer ops, or more.
  const int least = recorded ? GetParam().op_types_at_least : 0;
  EXPECT_GE(static_cast<int>(in_low_precision.size()), least) << "ops were lost";
}

TEST_P(Conformance, MissesNoLowPrecisionKernel) {
  std::vector<Trial> trials;
  for (const std::string& type : maker_->op_types()) {
    if (!alternatives_of(type).empty()) continue;
    const std::vector<Trial> of_type = try_op_type(type);
    trials.insert(trials.end(), of_type.begin(), of_type.end());
  }
  std::cout << to_table(trials);
  for (const Trial& trial : trials) expect_as_claimed(trial);
  // What one static backend lacks says all there is to say about that form; the others quantize products alone.
  if (adaptor_->query().get_quantization_capability().begin()->second.front().quant_mode != QuantMode::static_) return;
  expect_absences_documented(page(), mark(), trials);
}

TEST_P(Conformance, RunsEveryPatternAsOneKernel) {
  std::vector<Trial> trials;
  for (const auto& [first, sequences] : adaptor_->query().get_fuse_patterns()) {
    for (const std::string& sequence : sequences) {
      for (const PatternInstance& instance : adaptor_->query().get_pattern_instances(sequence)) {
        const std::vector<OpModel> models = maker_->models_of_pattern(instance.ops, folder_);
        EXPECT_FALSE(models.empty()) << "there is no model of an instance of " << sequence;
        for (const OpModel& model : models) {
          trials.push_back(try_model(first, model));
        }
      }
    }
  }
  std::cout << to_table(trials);
  for (const Trial& trial : trials) {
    expect_as_claimed(trial);
    EXPECT_TRUE(trial.offered()) << to_table({trial});
  }
}

}  // namespace
}  // namespace halftone::conformance
