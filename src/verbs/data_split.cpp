#include "verbs/data_split.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/sha256.h"
#include "verbs/subset_source.h"

namespace halftone {
namespace {

/// Items of each source that are compared by content.
constexpr std::size_t kComparedItems = 200;

std::shared_ptr<const DataSource> open_source(const std::string& spec, const std::vector<TensorSignature>& inputs) {
  return open_data(spec, inputs);
}

SampleSet select(std::shared_ptr<const DataSource> source, std::optional<std::size_t> count, std::uint64_t seed) {
  if (!source->size() || !count) return {std::move(source), count, seed};
  std::vector<std::size_t> items = select_items(*source, count, seed);
  return {std::make_shared<SubsetSource>(std::move(source), std::move(items)), std::nullopt, seed};
}

bool same_contents(const DataSource& a, const DataSource& b) {
  return a.spec() == b.spec() || a.fingerprint() == b.fingerprint();
}

std::vector<std::size_t> items_left(std::size_t size, std::vector<std::size_t> taken) {
  std::sort(taken.begin(), taken.end());
  std::vector<std::size_t> left;
  for (std::size_t item = 0; item < size; ++item) {
    if (!std::binary_search(taken.begin(), taken.end(), item)) left.push_back(item);
  }
  return left;
}

SampleSet evaluation_beside(const std::shared_ptr<const DataSource>& source, const Config& config, Progress& progress) {
  const std::optional<std::size_t> asked = config.evaluation.samples;
  const std::optional<std::size_t> size = source->size();
  if (!size) {
    progress.warn("calibration and evaluation share samples: '" + source->spec() +
                  "' can only be streamed, and both read its beginning; give --calib and --eval data of their own");
    return {source, asked, config.seed};
  }
  std::vector<std::size_t> left =
      items_left(*size, select_items(*source, config.quantization.calibration_samples, config.seed));
  const std::size_t enough = asked ? std::min(*asked, *size) : (*size + 1) / 2;
  if (left.size() >= std::max<std::size_t>(enough, 1)) {
    return select(std::make_shared<SubsetSource>(source, std::move(left)), asked, config.seed);
  }
  progress.warn("calibration and evaluation share samples: '" + source->spec() + "' has " + std::to_string(*size) +
                " items, of which calibration leaves " + std::to_string(left.size()) +
                "; the accuracy may look better than it is");
  return select(source, asked, config.seed);
}

std::string content_hash(const DataItem& item) {
  Sha256 hash;
  for (const NamedTensor& input : item.inputs) {
    hash.update(std::string(to_string(input.value.dtype())) + " " + to_string(input.value.shape()));
    hash.update(input.value.data(), input.value.size_bytes());
  }
  return hash.hex();
}

std::set<std::string> content_hashes(const SampleSet& samples) {
  std::set<std::string> hashes;
  const std::size_t count = std::min(samples.source->size().value_or(0), kComparedItems);
  for (std::size_t index = 0; index < count; ++index) hashes.insert(content_hash(samples.source->item(index)));
  return hashes;
}

bool holds_strings(const std::vector<TensorSignature>& inputs) {
  return std::any_of(inputs.begin(), inputs.end(), [](const auto& input) { return input.dtype == DType::string; });
}

void warn_of_shared_contents(const DataSplit& split, Progress& progress) {
  const std::set<std::string> calibrated = content_hashes(*split.calibration);
  const std::set<std::string> evaluated = content_hashes(*split.evaluation);
  const auto shared = std::count_if(evaluated.begin(), evaluated.end(),
                                    [&](const std::string& hash) { return calibrated.contains(hash); });
  if (shared == 0) return;
  progress.warn("calibration and evaluation share samples: " + std::to_string(shared) + " of the first " +
                std::to_string(evaluated.size()) + " items of '" + split.evaluation->source->spec() +
                "' are in the calibration data as well; the accuracy may look better than it is");
}

void warn_of_few(std::uint64_t got, std::uint64_t asked, Progress& progress) {
  if (got >= asked) return;
  progress.warn("calibration has " + std::to_string(got) + " samples, fewer than the " + std::to_string(asked) +
                " asked for");
}

void warn_of_calibration_data(const DataSource& source, std::uint64_t asked, Progress& progress) {
  if (source.spec().starts_with("random")) {
    progress.warn("calibrated on random data: the ranges are not those of real inputs, so the accuracy is likely bad");
  }
  warn_of_few(source.size().value_or(asked), asked, progress);
}

}  // namespace

DataSplit split_data(const Config& config, const std::vector<TensorSignature>& inputs, Progress& progress) {
  DataSplit split;
  std::shared_ptr<const DataSource> calibration;
  if (!config.quantization.calibration_data.empty()) {
    calibration = open_source(config.quantization.calibration_data, inputs);
    warn_of_calibration_data(*calibration, config.quantization.calibration_samples, progress);
    split.calibration = select(calibration, config.quantization.calibration_samples, config.seed);
  }
  if (config.evaluation.data.empty()) return split;
  std::shared_ptr<const DataSource> evaluation = open_source(config.evaluation.data, inputs);
  if (calibration && same_contents(*calibration, *evaluation)) {
    split.evaluation = evaluation_beside(evaluation, config, progress);
    return split;
  }
  split.evaluation = select(std::move(evaluation), config.evaluation.samples, config.seed);
  if (calibration && !holds_strings(inputs)) warn_of_shared_contents(split, progress);
  return split;
}

SampleSet evaluation_samples(const Config& config, const std::vector<TensorSignature>& inputs) {
  return select(open_source(config.evaluation.data, inputs), config.evaluation.samples, config.seed);
}

void warn_of_short_stream(const DataLoader& loader, std::uint64_t asked, std::uint64_t got, Progress& progress) {
  if (!loader.random_access()) warn_of_few(got, asked, progress);
}

DataFacts facts_of(const DataLoader& loader, std::uint64_t samples) {
  return {loader.source().spec(), loader.fingerprint(), samples};
}

}  // namespace halftone
