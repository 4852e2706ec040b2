#include "verbs/data_split.h"

#include <gmock/gmock.h>

#include <set>

#include "halftone/error.h"
#include "verbs/subset_source.h"
#include "verbs/testing/dense_fixture.h"
#include "verbs/warning_log.h"

namespace halftone {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<TensorSignature> kInputs{{"x", DType::f32, Shape{-1, 4}}};

class DataSplitting : public testing::DenseFixture {
 protected:
  DataSplit split() { return split_data(config_, kInputs, log_); }
  static std::set<std::string> ids(const SampleSet& samples) {
    const DataLoader loader = samples.loader(kInputs);
    std::set<std::string> all;
    for (std::size_t i = 0; i < loader.size().value(); ++i) all.insert(loader.id(i));
    return all;
  }

  Config config_;
  WarningLog log_{silent_progress()};
};

TEST_F(DataSplitting, OneSourceGivesEachPurposeSamplesOfItsOwn) {
  config_.quantization.calibration_data = config_.evaluation.data = write_samples("d.npz", 300, 1);
  const DataSplit data = split();
  const auto calibration = ids(*data.calibration);
  const auto evaluation = ids(*data.evaluation);
  EXPECT_EQ(calibration.size(), 100);
  EXPECT_EQ(evaluation.size(), 200);
  for (const std::string& id : calibration) EXPECT_FALSE(evaluation.contains(id)) << id;
  EXPECT_THAT(log_.warnings(), IsEmpty());
}

TEST_F(DataSplitting, TakesAsManyEvaluationSamplesAsAskedForWhereEnoughAreLeft) {
  config_.quantization.calibration_data = config_.evaluation.data = write_samples("d.npz", 120, 1);
  config_.evaluation.samples = 20;
  const DataSplit data = split();
  const auto calibration = ids(*data.calibration);
  const auto evaluation = ids(*data.evaluation);
  EXPECT_EQ(evaluation.size(), 20);
  for (const std::string& id : calibration) EXPECT_FALSE(evaluation.contains(id)) << id;
  EXPECT_THAT(log_.warnings(), IsEmpty());
}

TEST_F(DataSplitting, SharesSamplesWithAWarningWhereTooFewAreLeft) {
  config_.quantization.calibration_data = config_.evaluation.data = write_samples("d.npz", 120, 1);
  EXPECT_EQ(ids(*split().evaluation).size(), 120);
  EXPECT_THAT(log_.warnings(), Contains(HasSubstr("share samples")));
}

TEST_F(DataSplitting, FindsTheSameFileUnderAnotherSpelling) {
  config_.quantization.calibration_data = write_samples("d.npz", 300, 1);
  config_.evaluation.data = "npz:" + (folder_ / "." / "d.npz").string();
  const auto calibration = ids(*split().calibration);
  for (const std::string& id : ids(*split().evaluation)) EXPECT_FALSE(calibration.contains(id)) << id;
}

TEST_F(DataSplitting, FindsSharedSamplesOfTwoSourcesByTheirContents) {
  config_.quantization.calibration_data = write_samples("a.npz", 100, 1);
  config_.evaluation.data = write_samples("b.npz", 150, 1);
  split();
  EXPECT_THAT(log_.warnings(), Contains(HasSubstr("100 of the first 150 items")));
}

TEST_F(DataSplitting, IsSilentAboutTwoSourcesThatShareNothing) {
  config_.quantization.calibration_data = write_samples("a.npz", 100, 1);
  config_.evaluation.data = write_samples("b.npz", 150, 2);
  EXPECT_EQ(ids(*split().evaluation).size(), 150);
  EXPECT_THAT(log_.warnings(), IsEmpty());
}

TEST_F(DataSplitting, WarnsOfFewerSamplesThanAskedFor) {
  config_.quantization.calibration_data = write_samples("a.npz", 30, 1);
  EXPECT_EQ(ids(*split().calibration).size(), 30);
  EXPECT_THAT(log_.warnings(), Contains(HasSubstr("30 samples, fewer than the 100")));
}

TEST_F(DataSplitting, WarnsOfRandomCalibrationData) {
  config_.quantization.calibration_data = "random:3";
  EXPECT_EQ(ids(*split().calibration).size(), 100);
  EXPECT_THAT(log_.warnings(), Contains(HasSubstr("random data")));
}

TEST_F(DataSplitting, IsTheSameForTheSameSeedAlone) {
  config_.quantization.calibration_data = write_samples("a.npz", 300, 1);
  const auto fingerprint = [&](std::uint64_t seed) {
    config_.seed = seed;
    return split().calibration->loader(kInputs).fingerprint();
  };
  const std::string first = fingerprint(0);
  EXPECT_EQ(fingerprint(0), first);
  EXPECT_NE(fingerprint(1), first);
}

TEST_F(DataSplitting, HasNothingWhereNothingIsNamed) {
  const DataSplit data = split();
  EXPECT_FALSE(data.calibration);
  EXPECT_FALSE(data.evaluation);
}

TEST_F(DataSplitting, ASubsetKeepsIdsLabelsAndOrder) {
  const std::shared_ptr<const DataSource> all = open_data(write_samples("a.npz", 10, 1), kInputs);
  const SubsetSource subset(all, {7, 2});
  EXPECT_EQ(subset.size(), 2);
  EXPECT_EQ(subset.id(0), all->id(7));
  EXPECT_EQ(subset.label(1), all->label(2));
  EXPECT_EQ(subset.item(1).inputs[0].value, all->item(2).inputs[0].value);
  EXPECT_NE(subset.fingerprint(), SubsetSource(all, {2, 7}).fingerprint());
  EXPECT_THROW(SubsetSource(all, {10}), Error);
}

}  // namespace
}  // namespace halftone
