#pragma once

#include "halftone/adaptor.h"

namespace halftone {

/// What the adaptor's backend can do with a graph under the adaptor's own target and constraints. Here, and not in each
/// adaptor, so that none can forget the user's rules.
Capability constrained_capability(const Adaptor& adaptor, const GraphView& graph);

}  // namespace halftone
