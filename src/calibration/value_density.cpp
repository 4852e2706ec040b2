#include "calibration/value_density.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace halftone {
namespace {

/// Width of the smoothing window, as a share of the points, for one value; it falls with the square root of their
/// number. Then the loss that chance alone makes stays near 1e-4 nats per value.
constexpr double kWindowForOneValue = 4;

/// Values spread evenly from one point up to another.
struct Cell {
  std::size_t begin;
  std::size_t end;
  double density;
};

std::vector<Cell> cells_of(const std::vector<std::uint64_t>& counts) {
  constexpr auto kPoints = static_cast<std::size_t>(kPointsOfBin);
  std::vector<Cell> cells;
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    if (counts[bin] == 0) continue;
    const std::size_t begin = cells.empty() ? 0 : (cells.back().end + bin * kPoints) / 2;
    if (!cells.empty()) cells.back().end = begin;
    cells.push_back({begin, (bin + 1) * kPoints, static_cast<double>(counts[bin])});
  }
  for (Cell& cell : cells) cell.density /= static_cast<double>(cell.end - cell.begin);
  return cells;
}

std::vector<double> spread(const std::vector<Cell>& cells) {
  std::vector<double> points(cells.back().end);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const double before = i > 0 ? cells[i - 1].density : 0;
    const double after = i + 1 < cells.size() ? cells[i + 1].density : 0;
    const double most = cells.size() > 1 ? 2 * std::max(before, after) : cells[i].density;
    std::fill(points.begin() + static_cast<std::ptrdiff_t>(cells[i].begin),
              points.begin() + static_cast<std::ptrdiff_t>(cells[i].end), std::min(cells[i].density, most));
  }
  return points;
}

/// Means over `2 * reach + 1` neighbours, fewer at the ends.
void smooth(std::vector<double>& points, std::size_t reach) {
  std::vector<double> before(points.size() + 1);
  std::partial_sum(points.begin(), points.end(), before.begin() + 1);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t begin = i - std::min(i, reach);
    const std::size_t end = std::min(i + reach + 1, points.size());
    points[i] = (before[end] - before[begin]) / static_cast<double>(end - begin);
  }
}

}  // namespace

std::vector<double> value_density(const Histogram& histogram) {
  std::vector<double> points = spread(cells_of(histogram.counts));
  const auto values =
      static_cast<double>(std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t{0}));
  const auto size = static_cast<double>(points.size());
  const double window = std::clamp(kWindowForOneValue * size / std::sqrt(values), double{kPointsOfBin}, size);
  for (double& point : points) point /= values;
  for (int i = 0; i < 2; ++i) smooth(points, static_cast<std::size_t>(window / 2));
  return points;
}

}  // namespace halftone
