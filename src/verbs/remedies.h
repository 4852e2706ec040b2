#pragma once

#include <vector>

#include "halftone/capability.h"
#include "halftone/diagnosis.h"
#include "halftone/graph.h"
#include "report/json_values.h"

namespace halftone {

/// Options that take away the noise of the worst ops of a diagnosis: [{"op", "with", "option", "reason"}], at the most
/// five. Each keeps the unit of an op in float, and "with" it the units that give its input where rounding that input
/// has much of the part: a producer that stays in low precision gives its tensor rounded whoever reads it.
Json remedies_json(const GraphView& graph, const Capability& capability, const std::vector<OpDiagnosis>& ranked);

/// Mean square of the noise that rounding an op's input to 8 bits over `range` leaves in its output: that of the
/// rounding, step^2 / 12 (W. R. Bennett, "Spectra of Quantized Signals", Bell System Technical Journal 27 (1948)),
/// times the squares of the weights that one output value is the sum of; 1 for ops without weights.
double noise_of_rounded_input(const GraphView& graph, OpId op, const Range& range);

}  // namespace halftone
