#pragma once

#include <optional>
#include <string>
#include <vector>

#include "configuration/config.h"
#include "halftone/data.h"
#include "halftone/tensor.h"

namespace halftone {

/// What is measured, in the same way for every model of a comparison. The first metric decides gates.
struct MetricChoice {
  std::vector<std::string> names;
  bool labels_from_float = false;

  /// A metric compares with the float model's outputs, or takes its labels from them.
  bool needs_reference() const;
};

/// What data say of right and wrong: nothing, a class for each sample, or something else.
enum class GivenTruth { none, classes, targets };
GivenTruth given_truth(const DataItem& item);
/// That of the first item.
GivenTruth given_truth(const DataLoader& loader);

/// The configuration's metrics; where it names none: top1 for data with classes (accuracy for outputs of one value),
/// otherwise agreement (where an output has more than one value), cosine and sqnr. Throws invalid_argument for an
/// unknown name, and for targets under `labels: float`; configuration where the truth is other than classes and no
/// metric is named.
MetricChoice choose_metrics(const Config::Evaluation& evaluation, GivenTruth truth,
                            std::optional<std::size_t> output_values);

/// The first item of a loader, bound to the inputs. Throws invalid_data when there is none.
DataItem first_item(const DataLoader& loader, const std::vector<TensorSignature>& inputs);

/// Values of one sample in the first output; nullopt where the signature does not tell.
std::optional<std::size_t> output_values(const std::vector<TensorSignature>& outputs);

}  // namespace halftone
