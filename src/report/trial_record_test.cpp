#include "report/trial_record.h"

#include <gmock/gmock.h>

#include <limits>

#include "halftone/error.h"
#include "tuning/testing/small_spaces.h"

namespace halftone {
namespace {

TrialMeasurement full_measurement() {
  TrialMeasurement measured;
  measured.metrics["top1"] = {0.1 + 0.2, 0.3, 1.0 / 3};
  measured.deltas["top1"] = {-0.01, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  measured.latency_ms = 1.0 / 7;
  measured.latency_ratio = Estimate{0.5, 0.49, 0.51};
  measured.size_bytes = 12'345'678'901;
  measured.peak_memory_bytes = 99;
  measured.samples = 5'000;
  measured.stopped_early = true;
  measured.ops = 12;
  measured.quantized_ops = 10;
  measured.conversions = {3, 2, 1};
  measured.seconds["convert"] = 0.1;
  return measured;
}

class TrialRecord : public ::testing::Test {
 protected:
  Trial trial() const {
    Trial trial;
    trial.id = 3;
    trial.proposal = {with_float(space_.first_choices(QuantMode::static_), {"add"}, "tried"), "a stage",
                      "add in float"};
    trial.proposal.config.units.at("conv2").choice = space_.unit("conv2").choices.at(2);
    trial.measured = full_measurement();
    return trial;
  }
  const TuningSpace space_ = testing::small_network();
};

TEST_F(TrialRecord, ComesBackToTheLastBit) {
  const Json line = Json::parse(trial_line(trial(), space_).dump());
  const Trial back = parse_trial_line(line, space_);
  EXPECT_EQ(back.id, 3);
  EXPECT_EQ(back.proposal.stage, "a stage");
  EXPECT_EQ(back.proposal.changes, "add in float");
  EXPECT_EQ(config_id(back.proposal.config), config_id(trial().proposal.config));
  EXPECT_EQ(back.measured.metrics, trial().measured.metrics);
  EXPECT_EQ(back.measured.deltas, trial().measured.deltas);
  EXPECT_EQ(back.measured.latency_ms, trial().measured.latency_ms);
  EXPECT_EQ(back.measured.latency_ratio, trial().measured.latency_ratio);
  EXPECT_EQ(back.measured.size_bytes, trial().measured.size_bytes);
  EXPECT_EQ(back.measured.peak_memory_bytes, trial().measured.peak_memory_bytes);
  EXPECT_EQ(back.measured.samples, trial().measured.samples);
  EXPECT_EQ(back.measured.stopped_early, trial().measured.stopped_early);
  EXPECT_EQ(back.measured.quantized_ops, trial().measured.quantized_ops);
  EXPECT_EQ(back.measured.conversions.dequantize, 2);
  EXPECT_EQ(trial_line(back, space_), trial_line(trial(), space_));
}

TEST_F(TrialRecord, AFailedTrialKeepsItsError) {
  Trial failed = trial();
  failed.error = "no kernel";
  const Trial back = parse_trial_line(trial_line(failed, space_), space_);
  EXPECT_TRUE(back.failed());
  EXPECT_EQ(back.error, "no kernel");
}

TEST_F(TrialRecord, WhatIsNoTrialIsOneError) {
  const Json whole = trial_line(trial(), space_);
  for (const char* key : {"trial", "stage", "units", "metrics", "conversions", "samples"}) {
    Json broken = whole;
    broken.erase(key);
    EXPECT_THROW(parse_trial_line(broken, space_), Error) << key;
    broken[key] = std::string(key) == "stage" ? Json(7) : Json("text");
    EXPECT_THROW(parse_trial_line(broken, space_), Error) << key;
  }
  Json other = whole;
  other["units"]["conv1"] = 99;
  EXPECT_THROW(parse_trial_line(other, space_), Error);
  other["units"] = {{"nobody", 0}};
  EXPECT_THROW(parse_trial_line(other, space_), Error);
}

TEST_F(TrialRecord, SpacesDifferByAnyChoice) {
  std::vector<SpaceUnit> units = space_.units();
  EXPECT_EQ(space_sha256(space_), space_sha256(TuningSpace(units, {}, {})));
  units.front().choices.front().activation.dtype = DType::s16;
  EXPECT_NE(space_sha256(space_), space_sha256(TuningSpace(units, {}, {})));
}

}  // namespace
}  // namespace halftone
