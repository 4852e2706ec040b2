#include "verbs/benchmark_inputs.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "halftone/error.h"
#include "verbs/metric_choice.h"

namespace halftone {
namespace {

/// One input of several items, stacked.
Tensor stack_input(const std::vector<const Tensor*>& parts, const std::string& name, std::size_t rows) {
  const Tensor& first = *parts.front();
  Shape shape = first.shape();
  if (shape.empty()) return first;
  auto bytes = std::make_shared<std::vector<std::byte>>();
  std::size_t stacked = 0;
  for (const Tensor* part : parts) {
    if (stacked == rows) break;
    Shape expected = part->shape();
    expected.front() = shape.front();
    if (part->dtype() != first.dtype() || expected != shape) {
      throw Error(ErrorCode::invalid_data,
                  "samples of input '" + name + "' cannot be stacked: one is " + to_string(first.shape()) + ", one " +
                      to_string(part->shape()),
                  "use --batch 1, or data whose samples have one shape");
    }
    const std::size_t take = std::min(rows - stacked, static_cast<std::size_t>(part->shape().front()));
    const Tensor taken = part->rows(0, take);
    bytes->insert(bytes->end(), taken.data(), taken.data() + taken.size_bytes());
    stacked += take;
  }
  shape.front() = static_cast<std::int64_t>(rows);
  const std::byte* data = bytes->data();
  const std::size_t size = bytes->size();
  return Tensor(first.dtype(), std::move(shape), std::move(bytes), data, size);
}

std::string benchmark_spec(const Config& config) {
  if (!config.evaluation.data.empty()) return config.evaluation.data;
  if (!config.quantization.calibration_data.empty()) return config.quantization.calibration_data;
  return "random:" + std::to_string(config.seed);
}

bool fits_batch(const DataItem& item, std::size_t batch) { return item.samples() == batch; }

std::vector<DataItem> take_items(const DataLoader& loader, std::size_t rows) {
  std::vector<DataItem> items;
  std::size_t taken = 0;
  for (std::size_t position = 0; position < loader.size().value_or(0) && taken < rows; ++position) {
    items.push_back(loader.item(position));
    taken += items.back().samples();
  }
  return items;
}

// The first axis is free while samples are gathered: a model of a fixed batch takes them only once they are stacked.
std::vector<TensorSignature> with_free_batch(std::vector<TensorSignature> inputs) {
  for (TensorSignature& input : inputs) {
    if (input.shape && !input.shape->empty()) input.shape->front() = -1;
  }
  return inputs;
}

}  // namespace

NamedTensors stack_rows(const std::vector<DataItem>& items, std::size_t rows) {
  if (items.size() == 1 && fits_batch(items.front(), rows)) return items.front().inputs;
  NamedTensors stacked;
  for (std::size_t input = 0; input < items.front().inputs.size(); ++input) {
    const NamedTensor& first = items.front().inputs[input];
    if (first.value.dtype() == DType::string) {
      throw Error(ErrorCode::invalid_data, "samples of input '" + first.name + "' hold strings and cannot be stacked",
                  "use --batch 1");
    }
    std::vector<const Tensor*> parts;
    std::size_t gathered = 0;
    for (std::size_t next = 0; gathered < rows; next = (next + 1) % items.size()) {
      parts.push_back(&items[next].inputs.at(input).value);
      const Shape& shape = parts.back()->shape();
      gathered += shape.empty() ? rows : static_cast<std::size_t>(std::max<std::int64_t>(shape.front(), 1));
    }
    stacked.push_back({first.name, stack_input(parts, first.name, rows)});
  }
  return stacked;
}

BenchmarkInputs benchmark_inputs(const Config& config, const std::vector<TensorSignature>& inputs, int batch) {
  if (batch < 1) {
    throw Error(ErrorCode::invalid_argument, "a batch of " + std::to_string(batch) + " samples", "give 1 or more");
  }
  const auto rows = static_cast<std::size_t>(batch);
  const std::shared_ptr<const DataSource> source = open_data(benchmark_spec(config), inputs);
  const DataLoader loader(source, with_free_batch(inputs), rows, config.seed);
  std::vector<DataItem> items;
  if (loader.random_access())
    items = take_items(loader, rows);
  else
    items.push_back(first_item(loader, with_free_batch(inputs)));
  if (items.empty()) throw Error(ErrorCode::invalid_data, "data '" + source->spec() + "' holds no samples");
  DataItem batched = items.front();
  batched.inputs = stack_rows(items, rows);
  batched.labels.clear();
  return {bind_inputs(std::move(batched), inputs).inputs, {source->spec(), loader.fingerprint(), rows}};
}

}  // namespace halftone
