#pragma once

#include "halftone/capability.h"
#include "report/json_values.h"

namespace halftone {

/// What a backend can do, whatever the model: "version", "precisions", "mixed_precision_combinations" (that the target
/// allows, richest first), "op_types_by_precision", "fuse_patterns" (sequences by the op type they begin with) and
/// "pattern_instances" ({sequence: [{"ops", "when", "requires"}]}).
Json backend_json(const QueryBackendCapability& query, const Target& target);

/// {"first_conv_or_matmul": [name…], …, "blocks": [[name…]…]}.
Json groups_json(const Capability& capability);

}  // namespace halftone
