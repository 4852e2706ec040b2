#pragma once

#include <optional>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "report/json_values.h"

namespace halftone {

/// A product whose kernel, on the target, cuts sums of two products to 16 bits.
struct SaturatedOp {
  std::string name;
  std::optional<double> share;    ///< of the sums that do not fit, 0..1; absent where no data were there to say
  std::optional<double> sqnr_db;  ///< of the product's result, for this error alone
};

/// The quantized products of a plan that saturate on targets that add products of 8 bits in pairs, by a simulation of
/// their kernels on some samples; without data, those whose weights allow it. Weights that gave up a bit never do.
/// `model` is the prepared one that the plan was made from.
std::vector<SaturatedOp> find_saturated_ops(const Adaptor& adaptor, const Model& model, const GraphView& graph,
                                            const QuantizationPlan& plan, const DataLoader* data, int threads);

Json json_of(const std::vector<SaturatedOp>& ops);

/// Says how many there are, which is the worst, and what helps.
void warn_of_saturation(const std::vector<SaturatedOp>& ops, const Target& target, Progress& progress);

}  // namespace halftone
