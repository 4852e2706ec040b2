#pragma once

#include <string>
#include <vector>

#include "halftone/capability.h"
#include "halftone/graph.h"
#include "halftone/plan.h"
#include "report/json_values.h"

namespace halftone {

/// {"total", "quantized", "by_type": {T: {"total", "quantized"}}, "float": [{"name", "type", "reason"}]}.
Json ops_json(const QuantizationPlan& plan);
/// [{"name", "type", "choice"}] of the ops that the plan quantizes.
Json planned_json(const QuantizationPlan& plan);
/// {"quantize", "dequantize", "islands"}.
Json json_of(const ConversionCount& conversions);
/// [{"pattern", "ops": [name…], "alternatives": [[unit…]…]}] of the units that are more than one op. An alternative is
/// another way of cutting the same ops: units {"pattern", "ops", "quantizable"}, with "reason" where it is false.
Json fusions_json(const GraphView& graph, const Capability& capability);

/// What `recover` needs beside the model.
struct QuantizationRecord {
  std::string model_sha256;
  std::string prepared_sha256;
  std::string section;               ///< of the capability file
  std::vector<std::string> prepare;  ///< steps that made the prepared model, in order
};
/// {"model_sha256", "prepared_sha256", "section", "prepare", "ops": {name: choice with parameters of its constants, or
/// {"precision": "fp32", "reason"}}, "tensors": {name: parameters}, "artefact": null}. Throws internal when a plan has
/// no parameters yet.
Json quantization_config_json(const QuantizationPlan& plan, const QuantizationRecord& record);

}  // namespace halftone
