#include "tensor_values.h"

#include <algorithm>
#include <random>

namespace halftone {
namespace {

constexpr const char* kNames[] = {"normal", "relu", "blocks", "levels", "constant"};
constexpr std::size_t kRun = 200;

float shaped(Values kind, float value, bool on) {
  switch (kind) {
    case Values::normal:
      return value;
    case Values::relu:
      return std::max(value, 0.0F);
    case Values::blocks:
      return on ? std::abs(value) : 0.0F;
    case Values::levels:
      return std::clamp(static_cast<float>(static_cast<int>(4 * value)), -8.0F, 7.0F);
    case Values::constant:
      return 1.5F;
  }
  return value;
}

}  // namespace

std::vector<float> make_values(Values kind, std::size_t count) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  bool on = true;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % kRun == 0) on = random() % 2 == 0;
    values[i] = shaped(kind, normal(random), on);
  }
  return values;
}

void every_tensor(benchmark::internal::Benchmark* benchmark) {
  for (const Values kind : {Values::normal, Values::relu, Values::blocks, Values::levels, Values::constant}) {
    for (const std::int64_t count : {10'000, 50'000, 200'000, 800'000, 3'000'000}) {
      benchmark->Args({static_cast<std::int64_t>(kind), count});
    }
  }
}

void report_values(benchmark::State& state, Values kind, std::size_t count) {
  state.SetLabel(kNames[static_cast<std::size_t>(kind)]);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(count * sizeof(float)));
}

}  // namespace halftone
