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
  bool range_is_fixed = false;        ///< by the user or the function that produces it: no statistics are needed
  std::optional<TensorId> given_for;  ///< the first tensor of the group for which the user gives the parameters
};

/// The spec the readers of a group's tensors ask for (the first product in the graph's order decides, then any
/// reader, then the producer).
QuantSpec spec_of_group(const Placement& placement, const ScaleGroup& group);

/// Spec and, with a table, parameters: what the user gives for a tensor of the group, else the range the producing
/// function fixes, else from the merged statistics of the sources. Throws invalid_data when a source's statistics hold
/// NaN or infinities, and configuration when what is given differs within the group or does not fit its spec.
GroupParameters parameters_of_group(const Placement& placement, const ScaleGroup& group, const CalibrationTable* table,
                                    PlanningCache* cache);

/// The weights and the bias of a quantized op, where it has them.
struct ConstantParameters {
  std::optional<ConstantPlan> weight;
  std::optional<ConstantPlan> recurrent_weight;  ///< the second input that is a weight
  std::optional<ConstantPlan> bias;
  int lifted = 0;  ///< weight channels whose scale was raised for the bias
};
/// Names and specs alone; no value is read.
ConstantParameters constants_to_quantize(const GraphView& graph, OpId op, const OpChoice& choice);
/// Reads the values and fills the parameters. `input` are those of the op's first quantized input; null leaves the bias
/// without any.
void choose_parameters(const GraphView& graph, OpId op, const QuantParams* input, ConstantParameters& constants,
                       PlanningCache* cache);

/// Names a spec in keys of a cache.
std::string key_of(const QuantSpec& spec);

/// Parameters of a constant that is read as an activation, by its own extremes.
QuantParams parameters_of_constant_activation(const Tensor& value, const QuantSpec& spec);

}  // namespace halftone
