#include "evaluation/detections.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <string_view>

#include "evaluation/metric_checks.h"

namespace halftone {
namespace {

using Numbers = std::vector<float>;

/// The outputs' numbers by what they are.
struct RawDetections {
  Numbers boxes;
  Numbers scores;
  Numbers classes;
  std::optional<double> count;
};

using Words = std::array<std::string_view, 4>;
constexpr Words kBoxes{"boxes", "detection_boxes", "bboxes", "pred_boxes"};
constexpr Words kScores{"scores", "detection_scores", "score", "pred_scores"};
constexpr Words kClasses{"classes", "labels", "class_ids", "detection_classes"};
constexpr Words kCounts{"num_detections", "num_dets", "count", "num_boxes"};

const Tensor* find_output(const NamedTensors& outputs, const Words& words) {
  for (const NamedTensor& output : outputs) {
    std::string_view name = output.name;
    if (name.ends_with(":0")) name.remove_suffix(2);
    if (std::ranges::find(words, name) != words.end()) return &output.value;
  }
  return nullptr;
}

[[noreturn]] void fail_unknown(const std::string& metric, const NamedTensors& outputs) {
  std::string list;
  for (const NamedTensor& output : outputs) {
    list += (list.empty() ? "" : ", ") + output.name + " " + to_string(output.value.shape());
  }
  fail_metric(metric, "the outputs are no detections: " + list,
              "it takes boxes, scores and classes (by these names, or in this order), or one output of rows of x1, y1, "
              "x2, y2, score, class; docs/metrics.md describes them");
}

Numbers numbers_of(const std::string& metric, const Tensor& output) {
  if (output.dtype() == DType::string) fail_metric(metric, "an output is text");
  Numbers numbers = output.to_floats();
  if (std::ranges::any_of(numbers, [](float value) { return !std::isfinite(value); })) {
    fail_metric(metric, "the outputs have NaN or infinities");
  }
  return numbers;
}

/// One output of rows: corners, score, class.
RawDetections split_rows(const std::string& metric, const NamedTensors& outputs) {
  const Tensor& rows = outputs.front().value;
  const bool is_rows = !rows.shape().empty() && rows.shape().back() == 6;
  if (!is_rows) fail_unknown(metric, outputs);
  const Numbers numbers = numbers_of(metric, rows);
  RawDetections raw;
  for (std::size_t i = 0; i + 5 < numbers.size(); i += 6) {
    raw.boxes.insert(raw.boxes.end(), numbers.begin() + static_cast<std::ptrdiff_t>(i),
                     numbers.begin() + static_cast<std::ptrdiff_t>(i + 4));
    raw.scores.push_back(numbers[i + 4]);
    raw.classes.push_back(numbers[i + 5]);
  }
  return raw;
}

RawDetections raw_detections(const std::string& metric, const NamedTensors& outputs) {
  const Tensor* boxes = find_output(outputs, kBoxes);
  const Tensor* scores = find_output(outputs, kScores);
  const Tensor* classes = find_output(outputs, kClasses);
  const bool is_named = boxes != nullptr || scores != nullptr || classes != nullptr;
  if (!is_named && outputs.size() == 1) return split_rows(metric, outputs);
  if (!is_named && outputs.size() == 3) {
    boxes = &outputs[0].value;
    scores = &outputs[1].value;
    classes = &outputs[2].value;
  }
  if (boxes == nullptr || scores == nullptr || classes == nullptr) fail_unknown(metric, outputs);
  RawDetections raw{numbers_of(metric, *boxes), numbers_of(metric, *scores), numbers_of(metric, *classes), {}};
  const bool fits = raw.boxes.size() == 4 * raw.scores.size() && raw.classes.size() == raw.scores.size();
  if (!fits) fail_unknown(metric, outputs);
  const Tensor* count = find_output(outputs, kCounts);
  if (count != nullptr && count->size() == 1) raw.count = numbers_of(metric, *count).front();
  return raw;
}

std::int64_t class_id(const std::string& metric, double value) {
  constexpr double kMost = 1e9;
  if (value != std::floor(value) || std::abs(value) > kMost) {
    fail_metric(metric, "the class of a box is " + std::to_string(value) + ", which is no whole number");
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace

double Box::area() const { return std::max(0.0, high_x - low_x) * std::max(0.0, high_y - low_y); }

double intersection_over_union(const Box& a, const Box& b) {
  const Box both{std::max(a.low_x, b.low_x), std::max(a.low_y, b.low_y), std::min(a.high_x, b.high_x),
                 std::min(a.high_y, b.high_y)};
  const double either = a.area() + b.area() - both.area();
  return either > 0 ? both.area() / either : 0;
}

std::vector<GroundTruth> read_ground_truth(const std::string& metric, const MetricSample& sample) {
  const std::vector<double> numbers = target_numbers(metric, sample);
  const Shape& shape = require_target(metric, sample).shape();
  if (shape.size() < 2 || shape.back() != 5) {
    fail_metric(metric, "a sample's target is " + to_string(shape),
                "it takes the boxes of each sample as number x 5: x1, y1, x2, y2, class; -1 as class for padding");
  }
  std::vector<GroundTruth> objects;
  for (std::size_t i = 0; i + 4 < numbers.size(); i += 5) {
    const GroundTruth object{{numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]},
                             class_id(metric, numbers[i + 4])};
    if (object.label < 0) continue;
    if (object.box.area() <= 0) {
      fail_metric(metric, "box " + std::to_string(i / 5) + " of the target has no area",
                  "boxes are two opposite corners, the lower coordinates first");
    }
    objects.push_back(object);
  }
  return objects;
}

std::vector<Detection> read_detections(const std::string& metric, const MetricSample& sample) {
  const RawDetections raw = raw_detections(metric, require_outputs(metric, sample));
  std::vector<Detection> detections;
  for (std::size_t i = 0; i < raw.scores.size(); ++i) {
    if (raw.count && static_cast<double>(i) >= *raw.count) break;
    if (raw.scores[i] < 0 || raw.classes[i] < 0) continue;
    const float* corners = &raw.boxes[4 * i];
    detections.push_back(
        {{corners[0], corners[1], corners[2], corners[3]}, class_id(metric, raw.classes[i]), raw.scores[i]});
  }
  std::ranges::stable_sort(detections, std::greater<>(), &Detection::score);
  return detections;
}

}  // namespace halftone
