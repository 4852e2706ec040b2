#pragma once

#include <memory>
#include <string>
#include <vector>

#include "halftone/adaptor.h"

namespace halftone {

/// A session that samples run through in parallel, one thread each, where the framework allows it; else one that
/// uses all threads for each sample.
std::unique_ptr<Session> open_for_samples(const Adaptor& adaptor, const Model& model,
                                          const std::vector<std::string>& tensors, int threads);

}  // namespace halftone
