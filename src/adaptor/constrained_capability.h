#pragma once

#include "halftone/adaptor.h"

namespace halftone {

/// What the adaptor's backend can do with a graph under the adaptor's own target and these constraints. Here, and not
/// in each adaptor, so that none can forget the user's rules; asked again under other constraints, nothing is read
/// again.
Capability constrained_capability(const Adaptor& adaptor, const GraphView& graph, const UserConstraints& constraints);

}  // namespace halftone
