#pragma once

#include <vector>

#include "halftone/graph.h"
#include "halftone/stored_constant.h"

namespace halftone {

/// Constants of a model that ops calculate with as they are, in fp32, aside from those that `stored` lists.
std::vector<StoredConstant> float_constants(const GraphView& graph, const std::vector<StoredConstant>& stored);

}  // namespace halftone
