#pragma once

#include "halftone/graph.h"
#include "verbs/opened_model.h"
#include "verbs/verbs.h"

namespace halftone {

/// Writes a model's weights and activations into the request's folder, with `tensors.json` that says which op has
/// which, and gives the result's "tensors": folder, type, files, and the names by op. Null where no folder is named.
/// Throws invalid_argument for what has no meaning then.
Json write_tensors(const OpenedModel& opened, const GraphView& graph, const Config& config,
                   const InspectRequest& request);

}  // namespace halftone
