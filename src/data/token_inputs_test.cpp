#include "data/token_inputs.h"

#include <gmock/gmock.h>

#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TensorSignature input(std::string name, DType dtype = DType::s64, Shape shape = {-1, -1}) {
  return {std::move(name), dtype, std::move(shape)};
}

std::vector<TokenRole> roles_of(const std::vector<TensorSignature>& signatures) {
  std::vector<TokenRole> roles;
  for (const TokenInput& found : token_inputs(signatures).inputs) roles.push_back(found.role);
  return roles;
}

std::string refusal(const std::vector<TensorSignature>& signatures) {
  const Error error = error_of([&] { token_inputs(signatures); });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_THAT(error.hint(), HasSubstr("input_ids, attention_mask and token_type_ids"));
  return error.message();
}

TEST(TokenInputs, KnowsTheUsualNamesInAnyOrder) {
  EXPECT_THAT(roles_of({input("token_type_ids"), input("input_ids"), input("attention_mask")}),
              ElementsAre(TokenRole::types, TokenRole::ids, TokenRole::mask));
  EXPECT_THAT(roles_of({input("input_ids"), input("input_mask"), input("segment_ids")}),
              ElementsAre(TokenRole::ids, TokenRole::mask, TokenRole::types));
}

TEST(TokenInputs, GivesTheIdsToTheOnlyOtherInput) {
  EXPECT_THAT(roles_of({input("ids")}), ElementsAre(TokenRole::ids));
  EXPECT_THAT(roles_of({input("attention_mask"), input("x")}), ElementsAre(TokenRole::mask, TokenRole::ids));
}

TEST(TokenInputs, TakesLengthAndTypeFromTheModel) {
  const TokenInputs found = token_inputs({input("input_ids", DType::s32, {-1, 40}), input("attention_mask")});
  EXPECT_EQ(found.length, 40u);
  EXPECT_EQ(found.inputs[0].dtype, DType::s32);
  EXPECT_EQ(found.inputs[1].dtype, DType::s64);
  EXPECT_EQ(token_inputs({input("ids")}).length, std::nullopt);
  EXPECT_EQ(token_inputs({{"ids", DType::s64, std::nullopt}}).length, std::nullopt);
}

TEST(TokenInputs, RefusesInputsItCannotTell) {
  EXPECT_THAT(refusal({input("a"), input("b")}), HasSubstr("'b' may take the token ids, and so may 'a'"));
  EXPECT_THAT(refusal({input("input_ids"), input("pixels")}), HasSubstr("'pixels'"));
  EXPECT_THAT(refusal({input("attention_mask")}), HasSubstr("none of the model's inputs takes token ids"));
}

TEST(TokenInputs, RefusesOtherTypesAndShapes) {
  EXPECT_THAT(refusal({input("x", DType::f32)}), HasSubstr("'x' takes fp32"));
  EXPECT_THAT(refusal({input("x", DType::s64, {-1, 3, 224, 224})}), HasSubstr("?x3x224x224"));
  EXPECT_THAT(refusal({input("x", DType::s64, {40})}), HasSubstr("not [samples, tokens]"));
  EXPECT_THAT(refusal({input("input_ids", DType::s64, {1, 40}), input("attention_mask", DType::s64, {1, 50})}),
              HasSubstr("takes 50 tokens, and one before it 40"));
}

TEST(TokenInputs, MakesArraysOfOneSample) {
  const TokenSequence sequence{{2, 11, 3, 21, 3, 0}, {0, 0, 0, 1, 1, 0}, 5};
  const NamedTensors arrays = to_tensors(
      sequence,
      {{"m", TokenRole::mask, DType::s32}, {"i", TokenRole::ids, DType::s64}, {"t", TokenRole::types, DType::s64}});
  ASSERT_EQ(arrays.size(), 3u);
  EXPECT_EQ(arrays[0].name, "m");
  EXPECT_THAT(arrays[0].value.values<std::int32_t>(), ElementsAre(1, 1, 1, 1, 1, 0));
  EXPECT_THAT(arrays[1].value.values<std::int64_t>(), ElementsAre(2, 11, 3, 21, 3, 0));
  EXPECT_THAT(arrays[2].value.values<std::int64_t>(), ElementsAre(0, 0, 0, 1, 1, 0));
  EXPECT_EQ(arrays[2].value.shape(), (Shape{1, 6}));
}

TEST(TokenInputs, KnowsWhichInputsMayBeConstant) {
  EXPECT_TRUE(marks_tokens("attention_mask"));
  EXPECT_TRUE(marks_tokens("token_type_ids"));
  EXPECT_FALSE(marks_tokens("input_ids"));
  EXPECT_FALSE(marks_tokens("image"));
}

}  // namespace
}  // namespace halftone
