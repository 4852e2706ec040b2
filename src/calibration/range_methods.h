#pragma once

#include "halftone/calibration.h"

namespace halftone {

/// The range methods that read a histogram, for statistics of at least one finite value. Ranges lie within the
/// extremes widened to contain zero.

/// All but 5 values in a million at either end; within a bin, values are taken to lie evenly.
Range percentile_range(const TensorStatistics& statistics);

/// The clipping that loses least information. After S. Migacz, "8-bit Inference with TensorRT", GTC 2017: values are
/// spread over 2,048 bins; a candidate keeps some of them, its levels are runs of equal width, and its loss is the
/// Kullback-Leibler divergence between the values kept and the same with each level's share spread evenly over the
/// level: the nats by which a code made for the quantized values is longer than one made for the values (T. M. Cover
/// and J. A. Thomas, "Elements of Information Theory", section 5.4). Departures, each where the original fails:
/// - Both ends are searched, for asymmetric specs; symmetric ones see |x|.
/// - Zeros of a ReLU, and other values that are all the same, lose nothing when a level holds others too: what their
/// bin
///   holds more than its neighbours is left out (without_exact_zeros(), value_density()). Counted, they are most of the
///   loss, and ranges shrink to what is next to zero.
/// - Far outliers are left out first, and clipped (without_far_outliers()), so that the bins show the others.
/// - Any other value beyond the ends costs 24 bits, as many as a float's significand has. In the original such values
///   are added to the last kept bin of the reference only, and cost p * log(p / q): hardly anything where that bin
///   happens to be full, without bound where it is nearly empty.
/// - The divergence is that of a smooth density (value_density()). In the original the scatter of small counts passes
///   for a shape that is lost, and ranges shrink with the sample.
Range kl_range(const TensorStatistics& statistics, const QuantSpec& spec);

/// The range of least expected squared error: scale^2 / 12 for each value kept, the square itself for values that round
/// to zero, the squared distance from the end for values beyond it. Zeros in excess of what the neighbouring bins hold
/// are taken to be exact, and cost nothing.
Range mse_range(const TensorStatistics& statistics, const QuantSpec& spec);

/// Expected squared error of the values, per value, for the range [low, high] (low <= 0 <= high): what mse_range()
/// minimises.
double expected_squared_error(const TensorStatistics& statistics, const QuantSpec& spec, double low, double high);

}  // namespace halftone
