#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "halftone/adaptor.h"

namespace halftone::testing {

/// What the framework of this test does, whatever a capability file says of it. Its models are chains of the ops Dense
/// (a product), Relu, Halve and Negate on rows of four values; a file lists their types.
struct ChainFramework {
  std::set<std::string> kernels = {"Dense"};  ///< op types that it runs in low precision
  bool fuses_relu = true;                     ///< a Relu behind a quantized Dense is part of its kernel
  bool tells_execution = true;
  float error = 0;           ///< added to the output of models whose last op is quantized
  std::string refuses = {};  ///< an op type that it does not convert
  bool interrupted = false;  ///< the user wants to stop while a model is converted
};

/// A section that says what ChainFramework does: Dense in int8, and Relu fused behind it.
CapabilitySection true_section();
/// A way of running an op type without a weight.
Alternative element_wise(Runs runs = Runs::int8);

std::unique_ptr<Adaptor> make_chain_adaptor(CapabilitySection section, ChainFramework framework);
/// The same that overrides the composition and has no part of it.
std::unique_ptr<Adaptor> make_composed_chain_adaptor(CapabilitySection section, ChainFramework framework);

}  // namespace halftone::testing
