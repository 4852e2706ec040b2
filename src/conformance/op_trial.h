#pragma once

#include <vector>

#include "halftone/conformance.h"

namespace halftone {

/// Prepares, quantizes and runs a model as `trial` wants it, and fills in what came of it. Throws what the adaptor
/// throws, and invalid_argument where the prepared model has no op of the name that the model gives.
void run_trial(const Adaptor& adaptor, const OpModelMaker& maker, const OpModel& op_model, ConformanceTrial& trial);

/// The ways of running an op that the lists of its alternatives come to, those aside that differ in nothing but how a
/// range is found.
std::vector<OpChoice> ways_of(const std::vector<Alternative>& alternatives);

}  // namespace halftone
