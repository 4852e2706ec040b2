#pragma once

#include "halftone/calibration.h"
#include "planning/placement.h"
#include "planning/scale_groups.h"

namespace halftone {

/// Inputs of joining kernels (those that compute and read two tensors or more, such as concatenations) that are better
/// rescaled than moved: with the scale that all the op joins would share, their values would lose a bit or more of the
/// eight, so that rounding them costs four times the error; or the user gives the input or the result parameters that
/// the other has not. Tensors the table has not seen, where there is one, stay with the others.
RescaledInputs find_rescaled_inputs(const Placement& placement, const CalibrationTable* table, PlanningCache* cache);

}  // namespace halftone
