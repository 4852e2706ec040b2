#include "halftone/calibration.h"
#include "tensor_values.h"

namespace halftone {
namespace {

/// The time of one tensor's range, whose histogram is there.
void choose(benchmark::State& state, RangeMethod method, Scheme scheme) {
  const auto kind = static_cast<Values>(state.range(0));
  StatisticsObserver observer;
  observer.observe(make_values(kind, 1'000'000));
  const QuantSpec spec{
      .dtype = scheme == Scheme::symmetric ? DType::s8 : DType::u8, .scheme = scheme, .range_method = method};
  for ([[maybe_unused]] const auto& iteration : state) {
    benchmark::DoNotOptimize(choose_range(observer.statistics(), spec));
  }
  report_values(state, kind, 0);
}

void normal_and_relu(benchmark::internal::Benchmark* benchmark) {
  for (const Values kind : {Values::normal, Values::relu}) benchmark->Arg(static_cast<std::int64_t>(kind));
  benchmark->Unit(benchmark::kMicrosecond);
}

BENCHMARK_CAPTURE(choose, percentile, RangeMethod::percentile, Scheme::asymmetric)->Apply(normal_and_relu);
BENCHMARK_CAPTURE(choose, kl, RangeMethod::kl, Scheme::asymmetric)->Apply(normal_and_relu);
BENCHMARK_CAPTURE(choose, kl_symmetric, RangeMethod::kl, Scheme::symmetric)->Apply(normal_and_relu);
BENCHMARK_CAPTURE(choose, mse, RangeMethod::mse, Scheme::asymmetric)->Apply(normal_and_relu);
BENCHMARK_CAPTURE(choose, mse_symmetric, RangeMethod::mse, Scheme::symmetric)->Apply(normal_and_relu);

}  // namespace
}  // namespace halftone
