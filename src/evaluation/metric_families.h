#pragma once

#include <memory>
#include <string>

#include "halftone/evaluation.h"

namespace halftone {

// The metrics of each file by name; null for a name that is none of them.

std::unique_ptr<MeanMetric> make_class_metric(const std::string& name);       ///< topK, accuracy
std::unique_ptr<MeanMetric> make_reference_metric(const std::string& name);   ///< agreement, mse, cosine, sqnr
std::unique_ptr<MeanMetric> make_difference_metric(const std::string& name);  ///< mae, mse_to_target
std::unique_ptr<Metric> make_confusion_metric(const std::string& name);       ///< precision, recall, f1, …_macro
std::unique_ptr<Metric> make_ranking_metric(const std::string& name);         ///< auc, spearman
std::unique_ptr<Metric> make_rmse(const std::string& name);
std::unique_ptr<Metric> make_mean_iou(const std::string& name);
std::unique_ptr<Metric> make_average_precision(const std::string& name);  ///< map_voc, map_coco
std::unique_ptr<Metric> make_perplexity(const std::string& name);

}  // namespace halftone
