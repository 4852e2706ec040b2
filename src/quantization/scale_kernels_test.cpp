#include "quantization/scale_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <random>
#include <vector>

#include "quantization/every_instruction_set.h"
#include "quantization/scale.h"

namespace halftone {
namespace {

TEST(ScalesOfRanges, AreThoseOfOneRangeAfterTheOther) {
  std::mt19937 generator(3);
  std::normal_distribution<float> normal;
  std::vector<float> low, high;
  for (int i = 0; i < 300; ++i) {
    const float a = normal(generator), b = normal(generator);
    low.push_back(std::min(a, b));
    high.push_back(std::max(a, b));
  }
  // No width, one side alone, the smallest and the largest numbers.
  low.insert(low.end(), {0, 0, -1, FLT_TRUE_MIN, -FLT_TRUE_MIN, -FLT_MAX, 1, 0});
  high.insert(high.end(), {0, 2, 0, FLT_TRUE_MIN, FLT_TRUE_MIN, FLT_MAX, 3, FLT_MIN});
  for (const DType dtype : {DType::u4, DType::u8}) {
    for (const Scheme scheme : {Scheme::asymmetric, Scheme::symmetric}) {
      const QuantSpec spec{.dtype = dtype, .scheme = scheme};
      on_every_instruction_set([&] {
        std::vector<float> scale(low.size());
        std::vector<std::int32_t> zero_point(low.size());
        scales_of_ranges(low.data(), high.data(), low.size(), spec, scale.data(), zero_point.data());
        for (std::size_t i = 0; i < low.size(); ++i) {
          const auto expected = scale_of_range({std::min(low[i], 0.0F), std::max(high[i], 0.0F)}, spec);
          EXPECT_EQ(scale[i], expected.scale) << low[i] << " to " << high[i];
          EXPECT_EQ(zero_point[i], expected.zero_point) << low[i] << " to " << high[i];
        }
      });
    }
  }
}

}  // namespace
}  // namespace halftone
