#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <vector>

#include "calibration/bin_counting.h"
#include "calibration/bin_grid.h"
#include "halftone/calibration.h"
#include "quantization/extremes.h"

namespace halftone {
namespace {

/// Values read twice, once for the extremes and once for the bins: they are to stay in the nearest cache.
constexpr std::size_t kBlock = 4096;
/// Fewer values than this are counted without counters, which cost about as much to add up.
constexpr std::size_t kWorthCounters = 8'192;

/// Takes extremes into statistics, and says how many of the block's values are finite.
std::size_t add_extremes(const Extremes& extremes, std::size_t values, TensorStatistics& statistics) {
  const std::size_t finite = values - extremes.nan - extremes.inf;
  statistics.nan += extremes.nan;
  statistics.inf += extremes.inf;
  if (finite == 0) return 0;
  statistics.min = statistics.count == 0 ? extremes.min : std::min(statistics.min, extremes.min);
  statistics.max = statistics.count == 0 ? extremes.max : std::max(statistics.max, extremes.max);
  statistics.count += finite;
  return finite;
}

/// The values that are finite; `kept` holds them where some are not.
std::span<const float> finite_values(std::span<const float> block, std::size_t finite, std::vector<float>& kept) {
  if (finite == block.size()) return block;
  kept.clear();
  std::copy_if(block.begin(), block.end(), std::back_inserter(kept), [](float value) { return std::isfinite(value); });
  return kept;
}

/// Counts blocks of values into a histogram whose grid may grow from block to block.
class HistogramFiller {
 public:
  HistogramFiller(Histogram& histogram, std::size_t values)
      : histogram_(histogram), counters_(values < kWorthCounters ? nullptr : &counters_of_thread()) {}
  ~HistogramFiller() {
    if (pending_ > 0) counters_->discard();
  }
  HistogramFiller(const HistogramFiller&) = delete;
  HistogramFiller& operator=(const HistogramFiller&) = delete;

  void count(std::span<const float> block, const BinGrid& grid) {
    if (histogram_.counts.empty() || grid_of(histogram_) != grid) {
      flush();
      regrid(histogram_, grid);
    }
    if (!counters_) return count_directly(block, grid, histogram_.counts);
    counters_->count(block, grid);
    pending_ += block.size();
    if (pending_ > BinCounters::kCapacity) flush();
  }
  void flush() {
    if (pending_ > 0) counters_->flush(histogram_.counts);
    pending_ = 0;
  }

 private:
  /// Clear whenever nobody counts, so that no tensor pays for clearing what it does not touch.
  static BinCounters& counters_of_thread() {
    thread_local const auto counters = std::make_unique<BinCounters>();
    return *counters;
  }

  Histogram& histogram_;
  BinCounters* counters_;  ///< null where values are counted directly
  std::uint64_t pending_ = 0;
};

}  // namespace

StatisticsObserver::StatisticsObserver(bool with_histogram) : with_histogram_(with_histogram) {}

void StatisticsObserver::observe(std::span<const float> values) {
  if (with_histogram_) {
    count_into_histogram(values);
  } else {
    add_extremes(scan_extremes(values), values.size(), statistics_);
  }
}

void StatisticsObserver::count_into_histogram(std::span<const float> values) {
  HistogramFiller filler(statistics_.histogram, values.size());
  std::vector<float> kept;
  for (std::size_t begin = 0; begin < values.size(); begin += kBlock) {
    const auto block = values.subspan(begin, std::min(kBlock, values.size() - begin));
    const std::size_t finite = add_extremes(scan_extremes(block), block.size(), statistics_);
    if (finite == 0) continue;
    filler.count(finite_values(block, finite, kept), bin_grid(statistics_.min, statistics_.max));
  }
  filler.flush();
}

}  // namespace halftone
