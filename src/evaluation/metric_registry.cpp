#include <algorithm>
#include <mutex>
#include <utility>

#include "base/nearest_word.h"
#include "evaluation/metric_families.h"
#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

std::unique_ptr<Metric> make_built_in(const std::string& name) {
  for (const auto make : {make_class_metric, make_reference_metric, make_difference_metric}) {
    if (auto metric = make(name)) return metric;
  }
  for (const auto make : {make_confusion_metric, make_ranking_metric, make_rmse, make_mean_iou, make_average_precision,
                          make_perplexity}) {
    if (auto metric = make(name)) return metric;
  }
  return nullptr;
}

/// Metrics of the calling program.
class AddedMetrics {
 public:
  static AddedMetrics& instance() {
    static AddedMetrics metrics;
    return metrics;
  }

  MetricFactory find(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(entries_, name, &Entry::first);
    return found == entries_.end() ? MetricFactory{} : found->second;
  }

  void add(const std::string& name, MetricFactory factory, bool replace) {
    const std::scoped_lock lock(mutex_);
    const auto known = std::ranges::find(entries_, name, &Entry::first);
    if (known == entries_.end()) {
      entries_.emplace_back(name, std::move(factory));
    } else if (replace) {
      known->second = std::move(factory);
    } else {
      throw Error(ErrorCode::invalid_argument, "there is a metric '" + name + "' already", "choose another name");
    }
  }

  std::vector<std::string> names() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const Entry& entry : entries_) names.push_back(entry.first);
    return names;
  }

 private:
  using Entry = std::pair<std::string, MetricFactory>;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace

std::unique_ptr<Metric> make_metric(const std::string& name) {
  if (auto metric = make_built_in(name)) return metric;
  if (const MetricFactory make = AddedMetrics::instance().find(name)) return make();
  throw Error(ErrorCode::invalid_argument, "unknown metric '" + name + "'", suggest(name, metric_names()));
}

void add_metric(const std::string& name, MetricFactory factory, bool replace) {
  if (name.empty() || !factory) {
    throw Error(ErrorCode::invalid_argument, "a metric needs a name and a function that makes it");
  }
  if (make_built_in(name)) {
    throw Error(ErrorCode::invalid_argument, "there is a metric '" + name + "' already", "choose another name");
  }
  AddedMetrics::instance().add(name, std::move(factory), replace);
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names{"top1",
                                 "top5",
                                 "accuracy",
                                 "precision",
                                 "recall",
                                 "f1",
                                 "precision_macro",
                                 "recall_macro",
                                 "f1_macro",
                                 "auc",
                                 "mae",
                                 "rmse",
                                 "mse_to_target",
                                 "spearman",
                                 "miou",
                                 "map_voc",
                                 "map_coco",
                                 "perplexity",
                                 "agreement",
                                 "mse",
                                 "cosine",
                                 "sqnr"};
  for (std::string& name : AddedMetrics::instance().names()) names.push_back(std::move(name));
  return names;
}

}  // namespace halftone
