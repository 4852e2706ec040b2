#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/detections.h"

namespace halftone {

/// Which detections of one class in one image are right, one bit for each threshold of the overlap.
/// `detections` are of that class, the highest score first; `objects` likewise.
/// As PASCAL VOC does: a detection is right when the object that it overlaps most has not been found before.
std::vector<std::uint32_t> match_voc(std::span<const Detection> detections, std::span<const GroundTruth> objects,
                                     std::span<const double> thresholds);
/// As COCO does: a detection takes, of the objects not found before, the one that it overlaps most.
std::vector<std::uint32_t> match_coco(std::span<const Detection> detections, std::span<const GroundTruth> objects,
                                      std::span<const double> thresholds);

/// A point of the curve of precision over recall, at a right detection.
struct CurvePoint {
  double recall = 0;
  double precision = 0;
};
/// Area under the curve, precision at a recall being the highest at that recall or above: what VOC measures since 2010.
double area_under(std::span<const CurvePoint> curve);
/// Mean of the same precision at recalls 0, 0.01, …, 1: what COCO measures.
double mean_at_101_recalls(std::span<const CurvePoint> curve);

}  // namespace halftone
