#include <algorithm>
#include <string>

#include "calibration/range_methods.h"
#include "halftone/error.h"

namespace halftone {
namespace {

void require_histogram(const TensorStatistics& statistics, RangeMethod method) {
  if (!statistics.histogram.counts.empty()) return;
  throw Error(ErrorCode::invalid_argument,
              "range method " + std::string(to_string(method)) + " needs a histogram, which was not gathered",
              "calibrate again with this range method, or use minmax");
}

Range chosen_range(const TensorStatistics& statistics, const QuantSpec& spec) {
  switch (spec.range_method) {
    case RangeMethod::minmax:
      return {statistics.min, statistics.max};
    case RangeMethod::percentile:
      return percentile_range(statistics);
    case RangeMethod::kl:
      return kl_range(statistics, spec);
    case RangeMethod::mse:
      return mse_range(statistics, spec);
  }
  throw Error(ErrorCode::internal, "a RangeMethod has no implementation");
}

}  // namespace

Range choose_range(const TensorStatistics& statistics, const QuantSpec& spec) {
  if (statistics.count == 0) {
    throw Error(ErrorCode::invalid_data, "a tensor has no finite values to choose a range from",
                "check the calibration data, and that the tensor is computed for it");
  }
  if (spec.range_method != RangeMethod::minmax) require_histogram(statistics, spec.range_method);
  const Range range = chosen_range(statistics, spec);
  return {std::min(range.low, 0.0F), std::max(range.high, 0.0F)};
}

}  // namespace halftone
