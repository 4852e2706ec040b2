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
  /// How the weights of all ops are quantized and what they meet, where the backend offers that: an alternative's words
  /// with every list narrowed to one value. Absent: the first choices.
  std::optional<OpChoice> wanted;
  bool beside_others = false;            ///< wanted is there on request, while the backend advises something else
  bool forced = false;                   ///< quantized though the backend offers no choice for it
  std::optional<Runs> claim;             ///< what the file says of the choice that was made
  std::optional<QuantSpec> weight;       ///< of the constant weight that was quantized
  int fewest_bits = 8;                   ///< of any weight of the model
  std::string reason;                    ///< why the op stayed in float
  std::vector<std::string> executed;     ///< types of the executed ops, those in low precision marked
  bool kernel_in_low_precision = false;  ///< of the op under test
  bool all_in_low_precision = false;     ///< every executed op, conversions at the border aside
  double sqnr_db = 0;                    ///< of the outputs against float
  std::string failure;                   ///< of a forced trial, which the framework may refuse

  bool offered() const { return claim && !forced; }
  bool ran_in_low_precision() const { return kernel_in_low_precision && all_in_low_precision; }
  /// How the weight was quantized, and the activation where that is not all the same: "int8 symmetric per_channel".
  std::string weights() const;
  /// What `wanted` makes of activations beside others, as text before weights(): "int8 symmetric × ".
  std::string activations() const;
};

/// Holds a backend's capability file against what its framework does. One suite for all backends.
class Conformance : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Quantizes a model by its first choices, products in the way that is wanted, and runs it.
  Trial try_model(const std::string& op_type, const OpModel& model, const std::optional<OpChoice>& wanted = {}) const;
  /// The same with the op quantized though the backend offers no choice for it, to see what it misses.
  Trial force_model(const std::string& op_type, const OpModel& model) const;
  /// Every model of an op type, in every way; forced as well where nothing is offered.
  std::vector<Trial> try_op_type(const std::string& op_type) const;
  std::vector<Alternative> alternatives_of(const std::string& op_type) const;

  void run_trial(const OpModel& model, Trial& trial) const;

  /// The page that documents the backend's tables, and what its marks call backend and framework.
  std::filesystem::path page() const;
  std::string mark() const;

  std::unique_ptr<Adaptor> adaptor_;
  std::unique_ptr<OpModelMaker> maker_;
  std::filesystem::path folder_;
};

/// The trials as a table for people.
std::string to_table(const std::vector<Trial>& trials);

}  // namespace halftone::conformance
