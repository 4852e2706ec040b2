#pragma once

#include "halftone/calibration.h"

namespace halftone {

/// The range methods that read a histogram, for statistics of at least one finite value. Ranges lie within the
/// extremes widened to contain zero.

/// All but 5 values in a million at either end; within a bin, values are taken to lie evenly.
Range percentile_range(const TensorStatistics& statistics);

/// The clipping that loses least information. After S. Migacz, "8-bit Inference with TensorRT", GTC 2017: values are
/// spread over 2,048 bins; a candidate keeps some of them, its levels are runs of kept bins, and its loss is the
/// Kullback-Leibler divergence between the kept bins and the same with each level's count spread evenly over the bins
/// of the level that are not empty. Departures, each where the original fails:
/// - Both ends are searched, for asymmetric specs; symmetric ones see |x|.
/// - Values beyond the ends cost a fixed number of nats each. In the original they are added to the last kept bin of
///   the reference only, and cost p * log(p / q): without bound where that bin happens to be nearly empty, so that
///   0.1 % of far outliers keep a range seven times too wide.
/// - A bin that stands out from both its neighbours (the zeros of a ReLU, the upper bound of a clip) counts for its
///   shape as twice the larger neighbour: values that are all the same lose nothing when a level holds others too.
/// - Kept counts are smoothed before they are compared with their levels, the more the fewer values there are. In the
///   original the scatter of small counts passes for a shape that is lost, and ranges shrink with the sample.
Range kl_range(const TensorStatistics& statistics, const QuantSpec& spec);

/// The range of least expected squared error: scale^2 / 12 for each value kept, the square itself for values that round
/// to zero, the squared distance from the end for values beyond it. Zeros in excess of what the neighbouring bins hold
/// are taken to be exact, and cost nothing.
Range mse_range(const TensorStatistics& statistics, const QuantSpec& spec);

/// Expected squared error of the values, per value, for the range [low, high] (low <= 0 <= high): what mse_range()
/// minimises.
double expected_squared_error(const TensorStatistics& statistics, const QuantSpec& spec, double low, double high);

}  // namespace halftone
