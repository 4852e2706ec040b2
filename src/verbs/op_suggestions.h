#pragma once

#include <string>
#include <vector>

#include "halftone/capability.h"
#include "halftone/graph.h"
#include "halftone/plan.h"

namespace halftone {

// What a configuration file can say of a model's ops: advice as sentences, examples as entries "NAME: VALUE" of a map.

/// Rules by type for the most frequent quantized op types, each of which the backend can follow.
std::vector<std::string> op_type_examples(const GraphView& graph, const Capability& capability,
                                          const QuantizationPlan& plan);

/// Rules by name for the first and the last quantized op.
std::vector<std::string> op_examples(const QuantizationPlan& plan);

/// How many ops would be quantized, and why the others would not.
std::vector<std::string> float_advice(const QuantizationPlan& plan);

}  // namespace halftone
