#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/metric_checks.h"
#include "evaluation/metric_families.h"

namespace halftone {
namespace {

constexpr std::int64_t kVoid = 255;  ///< pixels without a class in maps of 8 bits

/// How a sample's output holds the class of each pixel.
struct PixelScores {
  std::size_t classes = 0;
  std::size_t class_stride = 0;
  std::size_t pixel_stride = 0;
};

std::string picture(const Shape& output, const Shape& target) {
  return "a sample's first output is " + to_string(output) + ", its target " + to_string(target);
}

/// A score for each class and pixel: classes come before the pixels' axes, or behind them.
std::optional<PixelScores> find_scores(const Shape& output, const Shape& pixels, std::size_t pixel_count) {
  if (output.size() < 2) return std::nullopt;
  const Shape behind_first(output.begin() + 1, output.end());
  const Shape before_last(output.begin(), output.end() - 1);
  if (without_ones(behind_first) == pixels)
    return PixelScores{static_cast<std::size_t>(output.front()), pixel_count, 1};
  const auto last = static_cast<std::size_t>(output.back());
  if (without_ones(before_last) == pixels) return PixelScores{last, 1, last};
  return std::nullopt;
}

std::int64_t best_class(std::span<const float> output, const PixelScores& scores, std::size_t pixel) {
  const std::size_t first = pixel * scores.pixel_stride;
  std::size_t best = 0;
  for (std::size_t c = 1; c < scores.classes; ++c) {
    if (output[first + c * scores.class_stride] > output[first + best * scores.class_stride]) best = c;
  }
  return static_cast<std::int64_t>(best);
}

/// Pixels of a class in both maps, and in either.
struct Overlap {
  double both = 0;
  double either = 0;
};

/// A row is class, pixels in both, pixels in either, for each class that the sample has. M. Everingham et al., "The
/// PASCAL Visual Object Classes (VOC) Challenge", IJCV 88 (2010), section 4.1 (segmentation accuracy).
class MeanIou final : public Metric {
 public:
  std::string name() const override { return "miou"; }
  Truth truth() const override { return Truth::target; }
  bool higher_is_better() const override { return true; }

  std::vector<double> contribution(const MetricSample& sample) const override {
    const std::vector<std::int64_t> target = target_integers(name(), sample);
    const std::vector<std::int64_t> predicted = predicted_map(sample, target);
    std::map<std::int64_t, Overlap> classes;
    for (std::size_t pixel = 0; pixel < target.size(); ++pixel) {
      if (is_void(target[pixel])) continue;
      if (predicted[pixel] < 0) {
        fail_metric(name(), "the output has class " + std::to_string(predicted[pixel]) + " at a pixel");
      }
      ++classes[target[pixel]].either;
      if (predicted[pixel] == target[pixel])
        ++classes[target[pixel]].both;
      else
        ++classes[predicted[pixel]].either;
    }
    std::vector<double> row;
    for (const auto& [label, overlap] : classes) {
      row.insert(row.end(), {static_cast<double>(label), overlap.both, overlap.either});
    }
    return row;
  }

  WeightedValue weighted(const MetricRows& rows) const override {
    struct Part {
      std::size_t sample;
      std::size_t place;
      Overlap overlap;
    };
    std::map<double, std::size_t> places;
    std::vector<Part> parts;
    for (std::size_t sample = 0; sample < rows.size(); ++sample) {
      const std::span<const double> row = rows[sample];
      for (std::size_t i = 0; i + 2 < row.size(); i += 3) {
        const std::size_t place = places.emplace(row[i], places.size()).first->second;
        parts.push_back({sample, place, {row[i + 1], row[i + 2]}});
      }
    }
    return [parts = std::move(parts), count = places.size()](std::span<const std::uint32_t> weights) {
      std::vector<Overlap> classes(count);
      for (const Part& part : parts) {
        classes[part.place].both += weights[part.sample] * part.overlap.both;
        classes[part.place].either += weights[part.sample] * part.overlap.either;
      }
      return mean_ratio(classes);
    };
  }

 private:
  static bool is_void(std::int64_t label) { return label < 0 || label == kVoid; }

  static double mean_ratio(const std::vector<Overlap>& classes) {
    double sum = 0;
    double seen = 0;
    for (const Overlap& overlap : classes) {
      if (overlap.either == 0) continue;
      sum += overlap.both / overlap.either;
      ++seen;
    }
    return seen > 0 ? sum / seen : std::numeric_limits<double>::quiet_NaN();
  }

  std::vector<std::int64_t> predicted_map(const MetricSample& sample, const std::vector<std::int64_t>& target) const {
    const Tensor& output = require_outputs(name(), sample).front().value;
    const Shape pixels = without_ones(require_target(name(), sample).shape());
    require_ranked(name(), "output", sample.output);
    std::vector<std::int64_t> map(target.size());
    if (without_ones(output.shape()) == pixels) {
      for (std::size_t i = 0; i < map.size(); ++i) map[i] = class_of(output.dtype(), sample.output[i]);
      return map;
    }
    const auto scores = find_scores(output.shape(), pixels, target.size());
    if (!scores) {
      fail_metric(name(), picture(output.shape(), require_target(name(), sample).shape()),
                  "it takes a class for each pixel, or a score for each class and pixel, at the target's resolution");
    }
    for (std::size_t i = 0; i < map.size(); ++i) {
      map[i] = best_class(sample.output, *scores, i);
      if (is_void(target[i]) || static_cast<std::size_t>(target[i]) < scores->classes) continue;
      fail_metric(name(), "the target has class " + std::to_string(target[i]) + ", the output scores of " +
                              std::to_string(scores->classes));
    }
    return map;
  }

  // A whole number is the class; a fraction is the probability of class 1.
  static std::int64_t class_of(DType dtype, float value) {
    if (is_float(dtype)) return value > 0.5F ? 1 : 0;
    return static_cast<std::int64_t>(value);
  }

  std::string undefined() const override { return "no pixel of the targets has a class"; }
};

}  // namespace

std::unique_ptr<Metric> make_mean_iou(const std::string& name) {
  return name == "miou" ? std::make_unique<MeanIou>() : nullptr;
}

}  // namespace halftone
