#include "verbs/comparison_report.h"

#include <memory>

#include "verbs/model_comparison.h"

namespace halftone {
namespace {

Json flips_json(const std::optional<Flips>& flips) {
  if (!flips) return nullptr;
  return {{"lost", flips->lost}, {"gained", flips->gained}};
}

Json estimate_json(const char* metric, const std::vector<double>& scores, double confidence) {
  if (scores.empty()) return nullptr;
  return json_of(estimate_metric(*make_metric(metric), scores, confidence));
}

}  // namespace

Json metrics_json(const MetricChoice& metrics, const std::vector<ContenderScores>& scores, double confidence,
                  const Bootstrap& bootstrap) {
  Json json = Json::object();
  for (const std::string& name : metrics.names) json[name] = Json::array({nullptr});
  for (const MetricEstimate& metric : estimate_metrics(metrics, scores.front().measured, confidence, bootstrap)) {
    json[metric.name][0] = {{"value", json_of(metric.value)}, {"delta", nullptr}, {"flips", nullptr}};
  }
  for (std::size_t i = 1; i < scores.size(); ++i) {
    for (const MetricComparison& metric :
         compare(metrics, scores.front().measured, scores[i].measured, confidence, bootstrap)) {
      json[metric.name].push_back({{"value", json_of(metric.value)},
                                   {"delta", metric.delta ? json_of(*metric.delta) : Json(nullptr)},
                                   {"flips", flips_json(metric.flips)}});
    }
  }
  return json;
}

Json outputs_json(const std::vector<TensorSignature>& outputs, const std::vector<ContenderScores>& scores,
                  double confidence) {
  Json list = Json::array();
  for (std::size_t output = 0; output < outputs.size(); ++output) {
    Json json{{"name", outputs[output].name},
              {"cosine", Json::array({nullptr})},
              {"sqnr", Json::array({nullptr})},
              {"left_out", Json::array({nullptr})}};
    for (std::size_t i = 1; i < scores.size(); ++i) {
      const OutputScores& own = scores[i].outputs.at(output);
      json["cosine"].push_back(estimate_json("cosine", own.cosine, confidence));
      json["sqnr"].push_back(estimate_json("sqnr", own.sqnr, confidence));
      json["left_out"].push_back(own.left_out);
    }
    list.push_back(std::move(json));
  }
  return list;
}

Json disagreeing_json(const std::vector<ContenderScores>& scores) {
  const Measurement& first = scores.front().measured;
  Json ids = Json::array();
  std::uint64_t count = 0;
  for (std::size_t sample = 0; sample < first.samples(); ++sample) {
    bool disagrees = false;
    for (std::size_t i = 1; i < scores.size(); ++i) {
      const auto agreement = scores[i].measured.scores.find("agreement");
      if (agreement == scores[i].measured.scores.end()) {
        return {{"disagreeing", nullptr}, {"disagreeing_count", nullptr}};
      }
      disagrees = disagrees || agreement->second.at(sample) == 0;
    }
    if (!disagrees) continue;
    if (++count <= kMostDisagreeing) ids.push_back(first.ids[sample]);
  }
  return {{"disagreeing", ids}, {"disagreeing_count", count}};
}

Json ops_changed_json(const std::string& model, const OpDifference& difference) {
  Json list = Json::array();
  for (const OpChange& change : difference.changed) {
    list.push_back({{"model", model},
                    {"name", change.name},
                    {"from", change.from},
                    {"to", change.to ? Json(*change.to) : Json(nullptr)}});
  }
  return list;
}

}  // namespace halftone
