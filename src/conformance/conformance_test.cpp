#include "halftone/conformance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "conformance/testing/chain_adaptor.h"
#include "conformance/testing/chain_models.h"
#include "data/test_fixtures.h"
#include "halftone/error.h"

namespace halftone {
namespace {

using ::testing::AllOf;
using testing::ChainFramework;
using testing::ChainModels;
using ::testing::Contains;
using ::testing::Each;
using testing::element_wise;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::make_chain_adaptor;
using testing::make_composed_chain_adaptor;
using ::testing::SizeIs;
using testing::true_section;

class ConformanceTest : public ::testing::Test {
 protected:
  ConformanceReport check(const Adaptor& adaptor, const std::set<std::string>& types = {"Dense", "Halve"}) const {
    return check_conformance(adaptor, ChainModels(types), folder_ / "models");
  }

  TemporaryFolder folder_;
};

/// The true section with an entry for one more type.
CapabilitySection section_with(const std::string& type, const Alternative& alternative) {
  CapabilitySection section = true_section();
  section.ops["int8"].push_back(type);
  section.capabilities["int8"][type] = {alternative};
  return section;
}

TEST_F(ConformanceTest, FindsNoFaultWithAFileThatIsRight) {
  const ConformanceReport report = check(*make_chain_adaptor(true_section(), {}));
  EXPECT_THAT(report.complaints, IsEmpty());
  // Dense by two granularities, Halve in float and forced, one pattern.
  EXPECT_THAT(report.trials, SizeIs(5));
  EXPECT_TRUE(report.trials[0].ran_in_low_precision());
  EXPECT_EQ(report.trials[0].weights(), "int8 symmetric per_channel");
  EXPECT_EQ(report.trials[1].weights(), "int8 symmetric per_tensor");
  EXPECT_TRUE(report.trials[3].forced);
  EXPECT_THAT(report.trials[3].executed,
              ElementsAre("Quantize", "Dense*", "Dequantize", "Halve", "Quantize", "Dense*"));
  EXPECT_THAT(report.trials[4].executed, ElementsAre("Quantize", "Dense*", "DenseRelu*", "Dense*"));
}

TEST_F(ConformanceTest, NamesAnOpThatRunsInFloatThoughTheFileSaysInt8) {
  const auto adaptor = make_chain_adaptor(section_with("Halve", element_wise()), {});
  EXPECT_THAT(check(*adaptor).complaints,
              ElementsAre("op 'Halve', variant 'between products': the file says 'int8', but it did not run in low "
                          "precision; this ran: Quantize Dense* Dequantize Halve Quantize Dense*"));
}

TEST_F(ConformanceTest, NamesAPatternThatIsNotFused) {
  const auto adaptor = make_chain_adaptor(true_section(), {.fuses_relu = false});
  EXPECT_THAT(check(*adaptor).complaints,
              ElementsAre(AllOf(HasSubstr("pattern 'Dense + Relu', variant 'between products'"),
                                HasSubstr("not everything ran in low precision"), HasSubstr("Dequantize Relu"))));
}

TEST_F(ConformanceTest, NamesAPatternThatRunsAsTwoKernels) {
  const auto adaptor = make_chain_adaptor(true_section(), {.kernels = {"Dense", "Relu"}, .fuses_relu = false});
  EXPECT_THAT(check(*adaptor).complaints,
              ElementsAre("pattern 'Dense + Relu', variant 'between products', int8 symmetric per_channel: it did not "
                          "run as one kernel; this ran: Quantize Dense* Dense* Relu* Dense*"));
}

TEST_F(ConformanceTest, NamesAPatternThatIsLeftInFloat) {
  CapabilitySection section = true_section();
  section.patterns.push_back({"Negate + Halve", {{"Negate"}, {"Halve"}}, {}, {}});
  EXPECT_THAT(check(*make_chain_adaptor(section, {}), {"Dense", "Negate"}).complaints,
              ElementsAre(HasSubstr("pattern 'Negate + Halve', variant 'between products': it was left in float: ")));
}

TEST_F(ConformanceTest, NamesAKernelThatTheFileHides) {
  const auto adaptor = make_chain_adaptor(true_section(), {.kernels = {"Dense", "Halve"}});
  EXPECT_THAT(check(*adaptor).complaints,
              ElementsAre(AllOf(HasSubstr("op 'Halve', variant 'between products'"),
                                HasSubstr("gives away a low-precision kernel"), HasSubstr("Dense* Halve* Dense*"))));
}

TEST_F(ConformanceTest, NamesAKernelThatTheFileCallsFloat) {
  const auto adaptor =
      make_chain_adaptor(section_with("Halve", element_wise(Runs::float_between)), {.kernels = {"Dense", "Halve"}});
  EXPECT_THAT(check(*adaptor).complaints, ElementsAre(HasSubstr("gives away a low-precision kernel")));
}

TEST_F(ConformanceTest, FindsNoFaultWithAKernelThatTheFileCallsFloatAndIs) {
  const auto adaptor = make_chain_adaptor(section_with("Halve", element_wise(Runs::float_between)), {});
  EXPECT_THAT(check(*adaptor).complaints, IsEmpty());
}

TEST_F(ConformanceTest, NamesKernelsThatAreFarFromFloat) {
  const auto adaptor = make_chain_adaptor(true_section(), {.error = 0.5});
  const ConformanceReport report = check(*adaptor, {"Dense"});
  EXPECT_THAT(report.complaints, SizeIs(3));
  EXPECT_THAT(report.complaints, Each(AllOf(HasSubstr("variant 'between products', int8 symmetric"),
                                            HasSubstr("less than the 20.0 dB that rounding to 8 bits leaves"))));
}

TEST_F(ConformanceTest, TakesOutputsThatAreNoNumbersForFarFromFloat) {
  const auto adaptor = make_chain_adaptor(true_section(), {.error = NAN});
  EXPECT_THAT(check(*adaptor, {"Dense"}).complaints, AllOf(SizeIs(3), Each(HasSubstr("nan dB"))));
}

TEST_F(ConformanceTest, CountsAnErrorOfTheAdaptorAndGoesOn) {
  const auto adaptor = make_chain_adaptor(section_with("Halve", element_wise()), {.refuses = "Halve"});
  const ConformanceReport report = check(*adaptor);
  EXPECT_THAT(report.complaints, Contains("op 'Halve', variant 'between products': it failed: no Halve in int8"));
  EXPECT_EQ(report.trials.back().op_type, "Dense");
  EXPECT_TRUE(report.trials.back().ran_in_low_precision());
}

TEST_F(ConformanceTest, DoesNotMindThatTheFrameworkRefusesWhatIsForcedOnIt) {
  const ConformanceReport report = check(*make_chain_adaptor(true_section(), {.refuses = "Halve"}));
  EXPECT_THAT(report.complaints, IsEmpty());
  EXPECT_THAT(to_table(report.trials), HasSubstr("refused: no Halve in int8"));
}

TEST_F(ConformanceTest, NamesOpTypesAndPatternsWithoutModels) {
  const ConformanceReport report = check(*make_chain_adaptor(true_section(), {}), {"Halve"});
  EXPECT_THAT(report.complaints,
              ElementsAre("op 'Dense': there is no model of it", "pattern 'Dense + Relu': there is no model of it",
                          "no model was quantized as the file says, so that nothing is proved"));
}

TEST_F(ConformanceTest, NamesAlternativesThatNoModelShows) {
  CapabilitySection section = true_section();
  Alternative dynamic = element_wise(Runs::moves);
  dynamic.requires_isa = {"amx"};
  section.capabilities["int8"]["Dense"].push_back(dynamic);
  EXPECT_THAT(
      check(*make_chain_adaptor(section, {})).complaints,
      ElementsAre("op 'Dense': no model shows 'moves' (static, without a weight); it needs amx, which the target "
                  "vnni lacks"));
}

TEST_F(ConformanceTest, SaysOnceThatNothingCanBeProvedWhereTheAdaptorDoesNotTellWhatRuns) {
  const auto adaptor = make_chain_adaptor(true_section(), {.tells_execution = false});
  EXPECT_THAT(check(*adaptor).complaints,
              ElementsAre("backend 'chains' does not tell what it executes (executed_ops), so that no claim of low "
                          "precision can be proved"));
}

TEST_F(ConformanceTest, SaysThatAnEmptyFileProvesNothing) {
  CapabilitySection section;
  section.precisions = {"fp32"};
  section.mixed_precisions = {{{"fp32"}, {}}};
  section.ops = {{"fp32", {"*"}}};
  EXPECT_THAT(check(*make_chain_adaptor(section, {.kernels = {}})).complaints,
              ElementsAre("no model was quantized as the file says, so that nothing is proved"));
}

TEST_F(ConformanceTest, ServesAdaptorsThatQuantizeAsAWhole) {
  EXPECT_THAT(check(*make_composed_chain_adaptor(true_section(), {})).complaints, IsEmpty());
  const auto liar = make_composed_chain_adaptor(section_with("Halve", element_wise()), {});
  EXPECT_THAT(check(*liar).complaints, ElementsAre(HasSubstr("op 'Halve', variant 'between products': the file says")));
}

TEST_F(ConformanceTest, NamesAModelWithoutTheOpItIsAbout) {
  class Misnamed final : public OpModelMaker {
   public:
    std::vector<std::string> op_types() const override { return models_.op_types(); }
    std::vector<OpModel> models_of(const std::string& type, const std::filesystem::path& folder) const override {
      std::vector<OpModel> models = models_.models_of(type, folder);
      models.front().op = "elsewhere";
      return models;
    }
    std::vector<OpModel> models_of_pattern(const std::vector<std::string>& types,
                                           const std::filesystem::path& folder) const override {
      return models_.models_of_pattern(types, folder);
    }
    bool is_conversion(const std::string& type) const override { return models_.is_conversion(type); }
    bool is_kernel_of(const std::string& type, const std::string& op) const override {
      return models_.is_kernel_of(type, op);
    }

   private:
    ChainModels models_{{"Dense"}};
  };
  const auto adaptor = make_chain_adaptor(true_section(), {});
  EXPECT_THAT(check_conformance(*adaptor, Misnamed(), folder_.path()).complaints,
              Contains(AllOf(HasSubstr("op 'Dense'"), HasSubstr("has no op 'elsewhere'"))));
}

class CountedProgress final : public Progress {
 public:
  void begin(std::string_view stage, std::uint64_t total) override {
    stages.emplace_back(std::string(stage) + " " + std::to_string(total));
  }
  void advance(std::uint64_t steps) override {
    done += steps;
    if (done == stop_at) throw Error(ErrorCode::interrupted, "interrupted");
  }
  void end(std::chrono::duration<double>) override {}
  void warn(std::string_view) override {}
  void detail(std::string_view) override {}

  std::vector<std::string> stages;
  std::uint64_t done = 0, stop_at = 0;
};

TEST_F(ConformanceTest, TellsHowFarItIsByModels) {
  CountedProgress progress;
  check_conformance(*make_chain_adaptor(true_section(), {}), ChainModels({"Dense", "Halve", "Negate"}), folder_.path(),
                    progress);
  EXPECT_THAT(progress.stages, ElementsAre("try every op 1", "seek missed kernels 2", "try every pattern 1"));
  EXPECT_EQ(progress.done, 4);
}

TEST_F(ConformanceTest, EndsWhereTheUserInterruptsIt) {
  const auto code_of = [&](const Adaptor& adaptor, CountedProgress progress) {
    try {
      check_conformance(adaptor, ChainModels({"Dense", "Halve"}), folder_.path(), progress);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  CountedProgress stopping;
  stopping.stop_at = 2;
  EXPECT_EQ(code_of(*make_chain_adaptor(true_section(), {}), stopping), ErrorCode::interrupted);
  EXPECT_EQ(code_of(*make_chain_adaptor(true_section(), {.interrupted = true}), {}), ErrorCode::interrupted);
}

TEST_F(ConformanceTest, RefusesAFolderThatCannotBeMade) {
  const std::filesystem::path file = folder_.write("taken", "");
  const auto adaptor = make_chain_adaptor(true_section(), {});
  const ChainModels models({"Dense"});
  EXPECT_THROW(Conformance(*adaptor, models, file / "models"), Error);
}

TEST_F(ConformanceTest, GivesTheSameReportEachTime) {
  const auto adaptor = make_chain_adaptor(true_section(), {});
  EXPECT_EQ(to_table(check(*adaptor).trials), to_table(check(*adaptor).trials));
}

}  // namespace
}  // namespace halftone
