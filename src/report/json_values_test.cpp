#include "report/json_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

namespace halftone {
namespace {

TEST(JsonValues, NumbersThatJsonCannotSayAreNull) {
  EXPECT_EQ(json_of(std::nan("")).dump(), "null");
  EXPECT_EQ(json_of(std::numeric_limits<double>::infinity()).dump(), "null");
  EXPECT_EQ(json_of(0.25).dump(), "0.25");
}

TEST(JsonValues, AnEstimateKeepsItsOrderAndOpenEnds) {
  const Estimate estimate{0.5, 0.25, std::numeric_limits<double>::infinity()};
  EXPECT_EQ(json_of(estimate).dump(), R"({"value":0.5,"low":0.25,"high":null})");
}

TEST(JsonValues, UnknownExtentsAreNullAndAnUnknownRankIsNull) {
  EXPECT_EQ(json_of(TensorSignature{"x", DType::u8, Shape{-1, 3}}).dump(),
            R"({"name":"x","dtype":"uint8","shape":[null,3]})");
  EXPECT_EQ(json_of(TensorSignature{"x", DType::f32, std::nullopt}).dump(),
            R"({"name":"x","dtype":"fp32","shape":null})");
}

TEST(JsonValues, AScalarHasAnEmptyShape) {
  EXPECT_EQ(json_of(TensorSignature{"s", DType::s64, Shape{}}).dump(), R"({"name":"s","dtype":"int64","shape":[]})");
}

TEST(JsonValues, ScalesLoseNoBit) {
  for (const float value : {0.1F, 1.0F / 3, 1e-38F, 3.4e38F}) {
    EXPECT_EQ(std::strtof(hexadecimal(value).c_str(), nullptr), value);
  }
  EXPECT_EQ(hexadecimal(0.1875F), "0x1.8p-3");
}

TEST(JsonValues, ParametersHaveOneEntryAChannel) {
  const QuantParams params{DType::s8, {0.5F, 0.25F}, {0, 0}, 1};
  EXPECT_EQ(json_of(params).dump(), R"({"dtype":"int8","axis":1,"scale":["0x1p-1","0x1p-2"],"zero_point":[0,0]})");
}

TEST(JsonValues, AChoiceSaysItsSpecsAndItsText) {
  OpChoice choice;
  choice.weight = QuantSpec{DType::s8, Scheme::symmetric, Granularity::per_channel, RangeMethod::minmax};
  const Json json = json_of(choice);
  EXPECT_EQ(json["quant_mode"], "static");
  EXPECT_EQ(json["runs"], "int8");
  EXPECT_EQ(json["weight"]["granularity"], "per_channel");
  EXPECT_EQ(json["activation"]["dtype"], "uint8");
  EXPECT_EQ(json["text"], to_string(choice));
  EXPECT_FALSE(json["weight"].contains("group_size"));
}

TEST(JsonValues, AChoiceWithoutWeightSaysNull) { EXPECT_TRUE(json_of(OpChoice{})["weight"].is_null()); }

}  // namespace
}  // namespace halftone
