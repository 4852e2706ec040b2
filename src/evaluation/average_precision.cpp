#include "evaluation/average_precision.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "evaluation/metric_checks.h"
#include "evaluation/metric_families.h"

namespace halftone {
namespace {

constexpr std::size_t kMostDetections = 100;  ///< of a class in an image, under COCO's rules
constexpr std::array kVocThresholds{0.5};
constexpr std::array kCocoThresholds{0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95};

/// Detections of one class over all samples, the highest score first.
struct ClassDetections {
  struct Entry {
    double score = 0;
    std::size_t sample = 0;
    std::uint32_t right = 0;  ///< one bit for each threshold
  };
  std::vector<Entry> entries;
  std::vector<std::vector<std::size_t>> right;          ///< for each threshold, the entries that are right
  std::vector<std::pair<std::size_t, double>> objects;  ///< samples, and how many each has

  void sort(std::size_t thresholds) {
    std::ranges::stable_sort(entries, std::greater<>(), &Entry::score);
    right.resize(thresholds);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      for (std::uint32_t bits = entries[i].right; bits != 0; bits &= bits - 1) {
        right[static_cast<std::size_t>(std::countr_zero(bits))].push_back(i);
      }
    }
  }
};

struct Rules {
  std::span<const double> thresholds;
  std::vector<std::uint32_t> (*match)(std::span<const Detection>, std::span<const GroundTruth>,
                                      std::span<const double>);
  double (*summarise)(std::span<const CurvePoint>);
  std::size_t most_detections;
};

/// Mean over thresholds of the average precision of one class; NaN where the samples that count have none of it.
double average_precision(const ClassDetections& found, const Rules& rules, std::span<const std::uint32_t> weights) {
  double objects = 0;
  for (const auto& [sample, count] : found.objects) objects += weights[sample] * count;
  if (objects == 0) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> seen(found.entries.size());
  double detections = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = detections += weights[found.entries[i].sample];
  double sum = 0;
  std::vector<CurvePoint> curve;
  for (const std::vector<std::size_t>& places : found.right) {
    curve.clear();
    double right = 0;
    for (const std::size_t place : places) {
      const double weight = weights[found.entries[place].sample];
      if (weight == 0) continue;
      right += weight;
      curve.push_back({right / objects, right / seen[place]});
    }
    sum += rules.summarise(curve);
  }
  return sum / static_cast<double>(found.right.size());
}

/// A row is the number of classes with objects; class and number of objects of each; then class, score and bits of each
/// detection.
class MeanAveragePrecision final : public Metric {
 public:
  MeanAveragePrecision(std::string name, Rules rules) : name_(std::move(name)), rules_(rules) {}
  std::string name() const override { return name_; }
  Truth truth() const override { return Truth::target; }
  bool higher_is_better() const override { return true; }

  std::vector<double> contribution(const MetricSample& sample) const override {
    std::map<std::int64_t, std::pair<std::vector<Detection>, std::vector<GroundTruth>>> by_class;
    for (const GroundTruth& object : read_ground_truth(name_, sample)) by_class[object.label].second.push_back(object);
    const std::size_t classes_with_objects = by_class.size();
    std::vector<double> row{static_cast<double>(classes_with_objects)};
    for (const auto& [label, both] : by_class) {
      row.insert(row.end(), {static_cast<double>(label), static_cast<double>(both.second.size())});
    }
    for (const Detection& detection : read_detections(name_, sample)) {
      std::vector<Detection>& kept = by_class[detection.label].first;
      if (kept.size() < rules_.most_detections) kept.push_back(detection);
    }
    for (const auto& [label, both] : by_class) {
      const std::vector<std::uint32_t> right = rules_.match(both.first, both.second, rules_.thresholds);
      for (std::size_t i = 0; i < right.size(); ++i) {
        row.insert(row.end(), {static_cast<double>(label), both.first[i].score, static_cast<double>(right[i])});
      }
    }
    return row;
  }

  WeightedValue weighted(const MetricRows& rows) const override {
    std::map<double, ClassDetections> by_class;
    for (std::size_t sample = 0; sample < rows.size(); ++sample) add(by_class, sample, rows[sample]);
    std::vector<ClassDetections> classes;
    for (auto& [label, found] : by_class) {
      if (found.objects.empty()) continue;
      found.sort(rules_.thresholds.size());
      classes.push_back(std::move(found));
    }
    return [classes = std::move(classes), rules = rules_](std::span<const std::uint32_t> weights) {
      double sum = 0;
      double seen = 0;
      for (const ClassDetections& found : classes) {
        const double precision = average_precision(found, rules, weights);
        if (precision != precision) continue;
        sum += precision;
        ++seen;
      }
      return seen > 0 ? sum / seen : std::numeric_limits<double>::quiet_NaN();
    };
  }

 private:
  static void add(std::map<double, ClassDetections>& by_class, std::size_t sample, std::span<const double> row) {
    const std::size_t objects_end = 1 + 2 * static_cast<std::size_t>(row[0]);
    for (std::size_t i = 1; i < objects_end; i += 2) by_class[row[i]].objects.emplace_back(sample, row[i + 1]);
    for (std::size_t i = objects_end; i + 2 < row.size(); i += 3) {
      by_class[row[i]].entries.push_back({row[i + 1], sample, static_cast<std::uint32_t>(row[i + 2])});
    }
  }

  std::string undefined() const override { return "the targets have no box"; }

  std::string name_;
  Rules rules_;
};

}  // namespace

std::vector<std::uint32_t> match_voc(std::span<const Detection> detections, std::span<const GroundTruth> objects,
                                     std::span<const double> thresholds) {
  std::vector<std::uint32_t> right(detections.size());
  std::vector<std::uint32_t> found(objects.size());
  for (std::size_t d = 0; d < detections.size(); ++d) {
    std::size_t nearest = 0;
    double most = -1;
    for (std::size_t o = 0; o < objects.size(); ++o) {
      const double overlap = intersection_over_union(detections[d].box, objects[o].box);
      if (overlap > most) nearest = o;
      most = std::max(most, overlap);
    }
    for (std::size_t t = 0; t < thresholds.size(); ++t) {
      const std::uint32_t bit = std::uint32_t{1} << t;
      if (most < thresholds[t] || (found[nearest] & bit) != 0) continue;
      found[nearest] |= bit;
      right[d] |= bit;
    }
  }
  return right;
}

std::vector<std::uint32_t> match_coco(std::span<const Detection> detections, std::span<const GroundTruth> objects,
                                      std::span<const double> thresholds) {
  std::vector<std::uint32_t> right(detections.size());
  std::vector<std::uint32_t> found(objects.size());
  std::vector<double> overlaps(objects.size());
  for (std::size_t d = 0; d < detections.size(); ++d) {
    for (std::size_t o = 0; o < objects.size(); ++o) {
      overlaps[o] = intersection_over_union(detections[d].box, objects[o].box);
    }
    for (std::size_t t = 0; t < thresholds.size(); ++t) {
      const std::uint32_t bit = std::uint32_t{1} << t;
      std::size_t taken = objects.size();
      double most = thresholds[t];
      for (std::size_t o = 0; o < objects.size(); ++o) {
        if ((found[o] & bit) != 0 || overlaps[o] < most) continue;
        most = overlaps[o];
        taken = o;
      }
      if (taken == objects.size()) continue;
      found[taken] |= bit;
      right[d] |= bit;
    }
  }
  return right;
}

double area_under(std::span<const CurvePoint> curve) {
  double area = 0;
  double precision = 0;
  for (std::size_t i = curve.size(); i-- > 0;) {
    precision = std::max(precision, curve[i].precision);
    area += (curve[i].recall - (i == 0 ? 0 : curve[i - 1].recall)) * precision;
  }
  return area;
}

double mean_at_101_recalls(std::span<const CurvePoint> curve) {
  constexpr int kRecalls = 101;
  int left = kRecalls;  // recalls that are not read off yet
  while (left > 0 && (curve.empty() || (left - 1) / 100.0 > curve.back().recall)) --left;
  double sum = 0;
  double precision = 0;
  for (std::size_t i = curve.size(); i-- > 0;) {
    precision = std::max(precision, curve[i].precision);
    for (; left > 0 && (i == 0 || (left - 1) / 100.0 > curve[i - 1].recall); --left) sum += precision;
  }
  return sum / kRecalls;
}

// M. Everingham et al., "The PASCAL Visual Object Classes (VOC) Challenge", IJCV 88 (2010), section 4.2, with the area
// under the whole curve, as of 2010 (development kit, section 3.4.1). T.-Y. Lin et al., "Microsoft COCO: Common Objects
// in Context", ECCV 2014, with the metrics that cocodataset.org/#detection-eval defines.
std::unique_ptr<Metric> make_average_precision(const std::string& name) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  if (name == "map_voc") {
    return std::make_unique<MeanAveragePrecision>(name, Rules{kVocThresholds, match_voc, area_under, kAll});
  }
  if (name == "map_coco") {
    return std::make_unique<MeanAveragePrecision>(
        name, Rules{kCocoThresholds, match_coco, mean_at_101_recalls, kMostDetections});
  }
  return nullptr;
}

}  // namespace halftone
