#pragma once

#include "halftone/capability.h"

namespace halftone {

/// Fills capability.groups from its units: first_conv_or_matmul and last_conv_or_matmul name the first and the last
/// product in topological order; pre_post_process names the ops of units with choices that lie on no path between
/// these two. Groups may be empty, and are all there.
void name_op_groups(const GraphView& graph, Capability& capability);

}  // namespace halftone
