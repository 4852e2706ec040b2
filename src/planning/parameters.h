#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "halftone/calibration.h"
#include "planning/placement.h"
#include "planning/scale_groups.h"

namespace halftone {

/// Spec and parameters of one group.
struct GroupParameters {
  QuantSpec spec;
  std::optional<QuantParams> params;  ///< absent without a table
  std::string missing;                ///< a source the table has not seen; empty otherwise
};

/// The spec the readers of a group's tensors ask for (the first product in the graph's order decides, then any
/// reader, then the producer).
QuantSpec spec_of_group(const Placement& placement, const ScaleGroup& group);

/// Spec and, with a table, parameters: from the merged statistics of the sources, or from the range the producing
/// function fixes. Throws invalid_data when a source's statistics hold NaN or infinities.
GroupParameters parameters_of_group(const Placement& placement, const ScaleGroup& group, const CalibrationTable* table);

/// Parameters of the weight and bias of a quantized op, where it has them. `input` are the parameters of its first
/// quantized input; null leaves the bias without parameters. `lifted` counts weight channels whose scale was raised
/// for the bias.
struct ConstantParameters {
  std::optional<ConstantPlan> weight;
  std::optional<ConstantPlan> bias;
  int lifted = 0;
};
ConstantParameters parameters_of_constants(const GraphView& graph, OpId op, const OpChoice& choice,
                                           const QuantParams* input);

/// Parameters of a constant that is read as an activation, by its own extremes.
QuantParams parameters_of_constant_activation(const Tensor& value, const QuantSpec& spec);

}  // namespace halftone
