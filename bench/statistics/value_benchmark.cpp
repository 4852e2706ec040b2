#include <array>
#include <numeric>
#include <span>

#include "halftone/calibration.h"
#include "quantization/quantize_kernels.h"
#include "tensor_values.h"

namespace halftone {
namespace {

/// Reads each value once and does next to nothing with it: how fast memory can give them.
float plain_sum(std::span<const float> values) {
  std::array<float, 64> lanes{};
  std::size_t i = 0;
  for (; i + lanes.size() <= values.size(); i += lanes.size()) {
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) lanes[lane] += values[i + lane];
  }
  return std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(i), values.end(),
                         std::accumulate(lanes.begin(), lanes.end(), 0.0F));
}

/// Runs use(values) for the tensor that the benchmark's arguments name.
template <typename Use>
void measure(benchmark::State& state, const Use& use) {
  const auto kind = static_cast<Values>(state.range(0));
  const auto count = static_cast<std::size_t>(state.range(1));
  const std::vector<float> values = make_values(kind, count);
  for ([[maybe_unused]] const auto& iteration : state) use(values);
  report_values(state, kind, count);
}

void sum(benchmark::State& state) {
  measure(state, [](std::span<const float> values) { benchmark::DoNotOptimize(plain_sum(values)); });
}

void minmax(benchmark::State& state) {
  StatisticsObserver observer(false);
  measure(state, [&observer](std::span<const float> values) { observer.observe(values); });
}

/// One observer for all samples, as in calibration: from the second on the grid mostly fits.
void histogram(benchmark::State& state) {
  StatisticsObserver observer(true);
  measure(state, [&observer](std::span<const float> values) { observer.observe(values); });
}

void quantize_u8(benchmark::State& state) {
  std::vector<std::uint8_t> result(static_cast<std::size_t>(state.range(1)));
  measure(state, [&result](std::span<const float> values) {
    benchmark::DoNotOptimize(quantize_block(values, 0.03F, 128, result.data()));
    benchmark::ClobberMemory();
  });
}

void quantize_s8(benchmark::State& state) {
  std::vector<std::int8_t> result(static_cast<std::size_t>(state.range(1)));
  measure(state, [&result](std::span<const float> values) {
    benchmark::DoNotOptimize(quantize_block(values, 0.03F, 0, result.data()));
    benchmark::ClobberMemory();
  });
}

BENCHMARK(sum)->Apply(every_tensor);
BENCHMARK(minmax)->Apply(every_tensor);
BENCHMARK(histogram)->Apply(every_tensor);
BENCHMARK(quantize_u8)->Apply(every_tensor);
BENCHMARK(quantize_s8)->Apply(every_tensor);

}  // namespace
}  // namespace halftone
