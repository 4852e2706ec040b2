#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/op_models.h"
#include "halftone/adaptor.h"

namespace halftone::conformance {

/// One model of an op, quantized in one way and run.
struct Trial {
  std::string op_type;
  std::string variant;
  Granularity granularity = Granularity::per_channel;  ///< of the weights
  bool forced = false;                                 ///< quantized though the backend offers no choice for it
  std::optional<Runs> claim;                           ///< what the file says of the choice that was made
  bool has_weight = false;                             ///< a constant weight was quantized with it
  std::string reason;                                  ///< why the op stayed in float
  std::vector<std::string> executed;                   ///< types of the executed ops, those in low precision marked
  bool kernel_in_low_precision = false;                ///< of the op under test
  bool all_in_low_precision = false;                   ///< every executed op, conversions at the border aside
  double sqnr_db = 0;                                  ///< of the outputs against float
  std::string failure;                                 ///< of a forced trial, which the framework may refuse

  bool offered() const { return claim && !forced; }
  bool ran_in_low_precision() const { return kernel_in_low_precision && all_in_low_precision; }
};

/// Holds a backend's capability file against what its framework does. One suite for all backends.
class Conformance : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Quantizes a model by its first choices, weights at a granularity, and runs it.
  Trial try_model(const std::string& op_type, const OpModel& model, Granularity granularity) const;
  /// The same with the op quantized though the backend offers no choice for it, to see what it misses.
  Trial force_model(const std::string& op_type, const OpModel& model, Granularity granularity) const;
  /// Every model of an op type, products at each granularity; forced as well where nothing is offered.
  std::vector<Trial> try_op_type(const std::string& op_type) const;
  std::vector<Alternative> alternatives_of(const std::string& op_type) const;

  void run_trial(const OpModel& model, Trial& trial) const;

  std::unique_ptr<Adaptor> adaptor_;
  std::unique_ptr<OpModelMaker> maker_;
  std::filesystem::path folder_;
};

/// The trials as a table for people.
std::string to_table(const std::vector<Trial>& trials);

}  // namespace halftone::conformance
