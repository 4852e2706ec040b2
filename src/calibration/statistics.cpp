#include <algorithm>

#include "calibration/bin_grid.h"
#include "halftone/calibration.h"
#include "halftone/error.h"

namespace halftone {
namespace {

TensorStatistics with_counts_of_others(TensorStatistics statistics, const TensorStatistics& other) {
  statistics.nan += other.nan;
  statistics.inf += other.inf;
  return statistics;
}

}  // namespace

TensorStatistics merge(const TensorStatistics& a, const TensorStatistics& b) {
  // Without finite values there are no bins, with or without a histogram asked for.
  if (a.count == 0) return with_counts_of_others(b, a);
  if (b.count == 0) return with_counts_of_others(a, b);
  if (a.histogram.counts.empty() != b.histogram.counts.empty()) {
    throw Error(ErrorCode::invalid_argument, "statistics with a histogram cannot be merged with some without",
                "calibrate all parts with the same range methods");
  }
  TensorStatistics merged = with_counts_of_others(a, b);
  merged.count += b.count;
  merged.min = std::min(a.min, b.min);
  merged.max = std::max(a.max, b.max);
  if (a.histogram.counts.empty()) return merged;
  regrid(merged.histogram, bin_grid(merged.min, merged.max));
  add_counts(b.histogram, merged.histogram);
  return merged;
}

}  // namespace halftone
