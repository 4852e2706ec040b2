#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "halftone/evaluation.h"

namespace halftone {

/// A box by two opposite corners, in any unit and order of axes that outputs and target share.
struct Box {
  double low_x = 0;
  double low_y = 0;
  double high_x = 0;
  double high_y = 0;
  double area() const;
};

/// Area of the intersection over that of the union; 0 where the union is empty.
double intersection_over_union(const Box& a, const Box& b);

/// An object of a sample.
struct GroundTruth {
  Box box;
  std::int64_t label = 0;
};

/// A box that a model gives.
struct Detection {
  Box box;
  std::int64_t label = 0;
  double score = 0;
};

/// The rows (corners, class) of a target of any number x 5; those of a class below 0 are padding. Throws invalid_data.
std::vector<GroundTruth> read_ground_truth(const std::string& metric, const MetricSample& sample);

/// What the outputs detect, the highest score first; equal scores stay in the model's order. The outputs are either
/// - boxes (number x 4), scores (number) and classes (number), and as a fourth, where there is one, the number that
///   counts: by name (boxes, detection_boxes; scores, detection_scores; classes, labels, class_ids, detection_classes;
///   num_detections, with or without an ending ":0"), or, where no name is one of these, three in this order; or
/// - one of number x 6: corners, score, class.
/// Detections of a class or score below 0 are padding. Throws invalid_data.
std::vector<Detection> read_detections(const std::string& metric, const MetricSample& sample);

}  // namespace halftone
