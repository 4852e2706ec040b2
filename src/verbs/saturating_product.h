#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "halftone/graph.h"
#include "halftone/plan.h"
#include "quantization/saturation.h"

namespace halftone {

/// A planned product whose weights can saturate: what it multiplies, and the float tensors that show how much it does.
struct SaturatingProduct {
  const OpPlan* plan = nullptr;
  const OpMeaning* meaning = nullptr;
  std::string read, written;
  std::vector<std::int8_t> weights;  ///< outputs × taps × inputs
  WeightRows rows;                   ///< of `weights`
};

/// What samples showed of a product.
struct SaturationEvidence {
  Saturation sums;
  double signal = 0;            ///< sum of squares of the product's results
  std::uint64_t results = 0;    ///< how many
  double noise = 0;             ///< sum of squares of the errors that saturation makes in results
  std::uint64_t estimates = 0;  ///< how many
  SaturationEvidence& operator+=(const SaturationEvidence& other);
};

/// The quantized product of an op, where its weights are signed and two neighbours of them can make a sum that does not
/// fit 16 bits; else null. The plan must outlive it.
std::unique_ptr<SaturatingProduct> find_saturating_product(const GraphView& graph, const OpPlan& plan,
                                                           const OpNode& node);

/// Multiplies some positions of what the product reads by its weights. Tensors that are empty, not finite or of another
/// shape than the weights say nothing.
SaturationEvidence look_at_input(const SaturatingProduct& product, const QuantizationPlan& plan, const Tensor& value);
SaturationEvidence look_at_output(const Tensor& value);

}  // namespace halftone
