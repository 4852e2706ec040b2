#include "verbs/benchmark_inputs.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;

DataItem item(std::vector<float> values, std::int64_t rows) {
  const auto columns = static_cast<std::int64_t>(values.size()) / rows;
  return {"i", {{"x", Tensor::from(std::move(values), {rows, columns})}}, {}};
}

TEST(BenchmarkInputs, StacksSamplesInOrder) {
  const NamedTensors stacked = stack_rows({item({1, 2}, 1), item({3, 4}, 1)}, 2);
  EXPECT_EQ(stacked[0].value.shape(), (Shape{2, 2}));
  EXPECT_THAT(stacked[0].value.values<float>(), ElementsAre(1, 2, 3, 4));
}

TEST(BenchmarkInputs, RepeatsSamplesWhereThereAreTooFew) {
  const NamedTensors stacked = stack_rows({item({1, 2}, 2)}, 5);
  EXPECT_THAT(stacked[0].value.values<float>(), ElementsAre(1, 2, 1, 2, 1));
}

TEST(BenchmarkInputs, CutsABatchThatIsLarger) {
  EXPECT_THAT(stack_rows({item({1, 2, 3}, 3)}, 2)[0].value.values<float>(), ElementsAre(1, 2));
}

TEST(BenchmarkInputs, RefusesToStackOtherShapes) {
  EXPECT_THROW(stack_rows({item({1, 2}, 1), item({1, 2, 3}, 1)}, 2), Error);
}

TEST(BenchmarkInputs, MakesRandomOnesWhereThereIsNoData) {
  const BenchmarkInputs inputs = benchmark_inputs({}, {{"x", DType::f32, Shape{-1, 3}}}, 4);
  EXPECT_EQ(inputs.tensors[0].value.shape(), (Shape{4, 3}));
  EXPECT_EQ(inputs.data.samples, 4);
  EXPECT_EQ(inputs.data.spec, "random:0");
}

TEST(BenchmarkInputs, RefusesAnEmptyBatch) {
  EXPECT_THROW(benchmark_inputs({}, {{"x", DType::f32, Shape{-1, 3}}}, 0), Error);
}

TEST(BenchmarkInputs, RefusesABatchTheModelDoesNotTake) {
  EXPECT_THROW(benchmark_inputs({}, {{"x", DType::f32, Shape{1, 3}}}, 4), Error);
}

}  // namespace
}  // namespace halftone
