#include "verbs/quantization_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using testing::ElementsAre;

TEST(SmallIndices, AreZeroAndOneWhereValuesAreIntegers) {
  const Tensor values = Tensor::from<float>({7, -3}, {2});
  const NamedTensors inputs = with_small_indices({{"ids", Tensor::from<std::int64_t>({7, 4, 0, 1}, {2, 2})},
                                                  {"kinds", Tensor::from<std::int32_t>({9, 8}, {2})},
                                                  {"values", values}});
  EXPECT_THAT(inputs[0].value.values<std::int64_t>(), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(inputs[0].value.shape(), ElementsAre(2, 2));
  EXPECT_THAT(inputs[1].value.values<std::int32_t>(), ElementsAre(1, 0));
  EXPECT_EQ(inputs[2].value, values);
}

}  // namespace
}  // namespace halftone
