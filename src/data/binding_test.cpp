#include <gmock/gmock.h>

#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Tensor floats(Shape shape) { return Tensor::from(std::vector<float>(element_count(shape), 1.5f), shape); }

DataItem item_of(NamedTensors inputs) { return {"cat.jpg", std::move(inputs), {}}; }

Error error_of_binding(NamedTensors inputs, const std::vector<TensorSignature>& signatures) {
  const Error error = error_of([&] { bind_inputs(item_of(std::move(inputs)), signatures); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.message(), HasSubstr("'cat.jpg'"));
  return error;
}

std::vector<std::string> bound_shapes(NamedTensors inputs, const std::vector<TensorSignature>& signatures) {
  std::vector<std::string> result;
  for (const auto& [name, value] : bind_inputs(item_of(std::move(inputs)), signatures).inputs) {
    result.push_back(name + " " + to_string(value.shape()));
  }
  return result;
}

const TensorSignature kA{"a", DType::f32, Shape{-1, 2}};
const TensorSignature kB{"b", DType::f32, Shape{-1, 3}};

TEST(Binding, OrdersInputsAsTheModelDoes) {
  EXPECT_THAT(bound_shapes({{"b", floats({1, 3})}, {"a", floats({1, 2})}}, {kA, kB}), ElementsAre("a 1x2", "b 1x3"));
}

TEST(Binding, TakesNamelessInputsByPosition) {
  EXPECT_THAT(bound_shapes({{"", floats({1, 2})}, {"", floats({1, 3})}}, {kA, kB}), ElementsAre("a 1x2", "b 1x3"));
  EXPECT_THAT(bound_shapes({{"", floats({1, 3})}, {"a", floats({1, 2})}}, {kA, kB}), ElementsAre("a 1x2", "b 1x3"));
  const std::vector<TensorSignature> nameless{{"", DType::f32, Shape{-1, 3}}, {"", DType::f32, Shape{-1, 2}}};
  EXPECT_THAT(bound_shapes({{"b", floats({1, 3})}, {"a", floats({1, 2})}}, nameless), ElementsAre(" 1x3", " 1x2"));
}

TEST(Binding, TakesTheOnlyInputWhateverItsName) {
  EXPECT_THAT(bound_shapes({{"arr_0", floats({5, 2})}}, {kA}), ElementsAre("a 5x2"));
}

TEST(Binding, NamesInputsThatAreMissingOrTooMany) {
  const Error missing = error_of_binding({{"a", floats({1, 2})}, {"bb", floats({1, 3})}}, {kA, kB});
  EXPECT_THAT(missing.message(), AllOf(HasSubstr("no array for the model's input 'b'"), HasSubstr("'a', 'bb'")));
  const Error unknown = error_of_binding({{"a", floats({1, 2})}, {"lables", floats({1})}}, {kA});
  EXPECT_THAT(unknown.message(), AllOf(HasSubstr("array 'lables' is no input"), HasSubstr("inputs are 'a'")));
  EXPECT_THAT(unknown.hint(), HasSubstr("labels=KEY"));
  EXPECT_THAT(error_of_binding({}, {kA}).message(), HasSubstr("has none"));
  error_of_binding({{"a", floats({1, 2})}, {"a", floats({1, 2})}}, {kA});
}

TEST(Binding, ChecksRankAndEveryKnownExtent) {
  const Error extent = error_of_binding({{"a", floats({1, 5})}}, {kA});
  EXPECT_THAT(extent.message(), HasSubstr("input 'a' wants ?x2, the data are 1x5"));
  EXPECT_THAT(error_of_binding({{"a", floats({2})}}, {kA}).hint(), HasSubstr("first axis"));
  error_of_binding({{"a", floats({1, 2, 1})}}, {kA});
  EXPECT_THAT(bound_shapes({{"a", floats({1, 2, 1})}}, {{"a", DType::f32, std::nullopt}}), ElementsAre("a 1x2x1"));
}

TEST(Binding, TellsAFixedBatch) {
  const Error error = error_of_binding({{"a", floats({1, 2})}}, {{"a", DType::f32, Shape{8, 2}}});
  EXPECT_THAT(error.message(), AllOf(HasSubstr("wants 8x2, the data are 1x2"), HasSubstr("batch is fixed at 8")));
  EXPECT_THAT(error.hint(), HasSubstr("batches:"));
}

TEST(Binding, TellsTheLayoutOfImages) {
  const TensorSignature nchw{"a", DType::f32, Shape{-1, 3, 8, 9}};
  EXPECT_THAT(error_of_binding({{"", floats({1, 8, 9, 3})}}, {nchw}).hint(), HasSubstr("layout=nchw"));
  const TensorSignature nhwc{"a", DType::f32, Shape{-1, 8, 9, 3}};
  EXPECT_THAT(error_of_binding({{"", floats({1, 3, 8, 9})}}, {nhwc}).hint(), HasSubstr("layout=nhwc"));
  EXPECT_THAT(error_of_binding({{"", floats({1, 3, 7, 9})}}, {nchw}).hint(), HasSubstr("resize="));
}

TEST(Binding, GivesScalarsAsTheyAre) {
  const TensorSignature rate{"rate", DType::f32, Shape{}};
  EXPECT_THAT(bound_shapes({{"rate", floats({})}}, {rate}), ElementsAre("rate scalar"));
  EXPECT_THAT(bound_shapes({{"rate", floats({1})}}, {rate}), ElementsAre("rate scalar"));
  error_of_binding({{"rate", floats({2})}}, {rate});
}

TEST(Binding, ConvertsNothingThatCouldLose) {
  const Tensor doubles = Tensor::from(std::vector<double>{1, 2}, {1, 2});
  const Error error = error_of_binding({{"a", doubles}}, {kA});
  EXPECT_THAT(error.message(), HasSubstr("input 'a' wants fp32, the data are fp64"));
  EXPECT_THAT(error.hint(), HasSubstr(".astype('float32')"));
  const Tensor bytes = Tensor::from(std::vector<std::uint8_t>{1, 2}, {1, 2});
  EXPECT_THAT(error_of_binding({{"a", bytes}}, {kA}).message(), HasSubstr("uint8"));
  const Tensor longs = Tensor::from(std::vector<std::int64_t>{1, 2}, {1, 2});
  EXPECT_THAT(error_of_binding({{"a", longs}}, {{"a", DType::s32, Shape{-1, 2}}}).hint(), HasSubstr("'int32'"));
}

TEST(Binding, WidensIntegers) {
  const Tensor ints = Tensor::from(std::vector<std::int32_t>{-1, 2}, {1, 2});
  const DataItem item = bind_inputs(item_of({{"ids", ints}}), {{"ids", DType::s64, Shape{-1, -1}}});
  EXPECT_EQ(item.inputs[0].value, Tensor::from(std::vector<std::int64_t>{-1, 2}, {1, 2}));
}

TEST(Binding, LeavesItemsAsTheyAreWhereNobodyTellsWhatTheModelTakes) {
  const DataItem item = bind_inputs(item_of({{"anything", floats({4, 2})}, {"else", floats({4})}}), {});
  ASSERT_EQ(item.inputs.size(), 2u);
  EXPECT_EQ(item.inputs[1].name, "else");
}

TEST(DataItem, CountsSamplesByTheFirstAxis) {
  EXPECT_EQ(item_of({{"rate", floats({})}, {"a", floats({4, 2})}, {"b", floats({4})}}).samples(), 4u);
  EXPECT_EQ(item_of({{"rate", floats({})}}).samples(), 1u);
}

TEST(DataItem, IsOneSampleWhereAStateCountsSomethingElse) {
  EXPECT_EQ(item_of({{"sound", floats({1, 576})}, {"state", floats({2, 1, 128})}}).samples(), 1u);
}

}  // namespace
}  // namespace halftone
