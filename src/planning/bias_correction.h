#pragma once

#include <map>
#include <string>

#include "halftone/calibration.h"
#include "halftone/graph.h"
#include "halftone/plan.h"

namespace halftone {

// Rounding a weight shifts what it adds up to: each such shift is small, but it is the same for every sample, and adds
// up over the layers. Where the mean of the input's channels is known, the shift is a constant that the bias can take
// back:
//   shift[o] = sum over input channels c of  (Wq[o, c] - W[o, c]) * mean(x[c]),   b'[o] = b[o] - shift[o]
// with W[o, c] summed over the kernel's places and Wq the weight as quantized. What padding adds at borders is
// neglected. Sources: M. Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV
// 2019, section 4.2 (with measured means); the means come from the float model, so all layers are corrected at once.

/// Tensors whose channel means a correction needs, with the axis of their channels.
std::map<std::string, int> tensors_for_correction(const GraphView& graph, const QuantizationPlan& plan);

/// Fills the corrections of all biases whose input's sums are there. Returns how many ops were corrected.
/// `cache` is one of plans from the same table; null: none.
int correct_biases(const GraphView& graph, QuantizationPlan& plan, const std::map<std::string, ChannelSums>& sums,
                   PlanningCache* cache = nullptr);

}  // namespace halftone
