#include "adaptor/measurement_parts.h"

#include <vector>

namespace halftone {
namespace {

template <typename Value>
void add(std::vector<Value>& all, const std::vector<Value>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

template <typename Value>
void cut(std::vector<Value>& values, std::size_t samples) {
  if (values.size() > samples) values.resize(samples);
}

}  // namespace

void append(Measurement& all, const Measurement& more) {
  const bool was_empty = all.ids.empty() && all.values.empty();
  const bool adds_nothing = more.ids.empty() && more.values.empty();
  if (was_empty)
    all.values = more.values;
  else if (!adds_nothing)
    all.values.clear();
  add(all.ids, more.ids);
  add(all.labels, more.labels);
  all.classes = more.classes;
  for (const auto& [metric, scores] : more.scores) add(all.scores[metric], scores);
  for (const auto& [metric, rows] : more.rows) all.rows[metric].append(rows);
}

Measurement first_samples(Measurement measurement, std::size_t samples) {
  if (samples < measurement.samples()) measurement.values.clear();
  cut(measurement.ids, samples);
  cut(measurement.labels, samples);
  for (auto& [metric, scores] : measurement.scores) cut(scores, samples);
  for (auto& [metric, rows] : measurement.rows) rows = rows.first(samples);
  return measurement;
}

}  // namespace halftone
