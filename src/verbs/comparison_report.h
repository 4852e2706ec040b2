#pragma once

#include <string>
#include <vector>

#include "report/json_values.h"
#include "verbs/metric_choice.h"
#include "verbs/op_comparison.h"
#include "verbs/output_comparison.h"

namespace halftone {

// Parts of the result of `compare`. Lists have an entry for each model, in their order; the first model is the one that
// the others are compared with.

/// Ids that a result lists at the most.
inline constexpr std::size_t kMostDisagreeing = 100;

/// {NAME: [{"value", "delta", "flips"}…]}: delta and flips against the first model, null for itself; an entry is null
/// where a metric has no value of its own for the first model.
Json metrics_json(const MetricChoice& metrics, const std::vector<ContenderScores>& scores, double confidence,
                  const Bootstrap& bootstrap = {});

/// [{"name", "cosine": […], "sqnr": […], "left_out": […]}] for each output; null for the first model, and where no
/// sample could be compared.
Json outputs_json(const std::vector<TensorSignature>& outputs, const std::vector<ContenderScores>& scores,
                  double confidence);

/// {"disagreeing": [id…], "disagreeing_count"}: samples for which any model's class is not the first model's; null
/// where "agreement" was not measured.
Json disagreeing_json(const std::vector<ContenderScores>& scores);

/// [{"model", "name", "from", "to"}]: "to" is null where no op has that name.
Json ops_changed_json(const std::string& model, const OpDifference& difference);

}  // namespace halftone
