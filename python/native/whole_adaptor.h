#pragma once

#include "native/binding.h"

namespace halftone::python {

// What an adaptor that has quantize() alone tells of a model, in the core's types.

/// A graph of its ops without the data between them, except along fused patterns. `ops` are halftone.OpCapability, the
/// patterns lists of op names. With the interpreter's lock.
GraphView graph_of_ops(nb::handle ops, nb::handle fused_patterns);
/// The choices of each op, and the fused patterns.
QueryBackendCapability capability_of_ops(nb::handle ops, nb::handle fused_patterns, const std::string& version);

/// What evaluate() of such an adaptor returned: a number, numbers by metric, or {"metrics", "per_sample"}.
Measurement to_measurement(nb::handle returned, const std::vector<std::string>& metrics);

/// A session for timing: a run is an evaluation of one item.
std::unique_ptr<Session> make_evaluating_session(const Adaptor& adaptor, HeldObject python_adaptor, HeldObject model);

}  // namespace halftone::python
