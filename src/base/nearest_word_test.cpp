#include "base/nearest_word.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

TEST(NearestWord, IsTheOneWithTheFewestChanges) {
  const std::vector<std::string> words{"minmax", "percentile", "kl", "mse"};
  EXPECT_EQ(nearest_word("minmx", words), "minmax");
  EXPECT_EQ(nearest_word("pecrentil", words), "percentile");
  EXPECT_EQ(nearest_word("mes", words), "mse");
  EXPECT_EQ(nearest_word("k", words), "");
  EXPECT_EQ(nearest_word("kll", words), "kl");
}

TEST(NearestWord, LooksPastUpperCase) {
  EXPECT_EQ(nearest_word("MATMUL", {"Conv", "MatMul"}), "MatMul");
  EXPECT_EQ(nearest_word("int8", {"INT4", "INT8"}), "INT8");
}

TEST(NearestWord, IsNoneWhenMoreThanAThirdWouldChange) {
  EXPECT_EQ(nearest_word("granularity", {"algorithm"}), "");
  EXPECT_EQ(nearest_word("abcdefghi", {"abcdefxyz"}), "abcdefxyz");
  EXPECT_EQ(nearest_word("abcdefghi", {"abcdewxyz"}), "");
}

TEST(NearestWord, IsNoneWhenNothingWouldBeLeft) {
  EXPECT_EQ(nearest_word("xy", {"kl"}), "");
  EXPECT_EQ(nearest_word("", {"a", "kl"}), "");
  EXPECT_EQ(nearest_word("x", {}), "");
}

TEST(NearestWord, IsTheFirstOfEquallyNearOnes) { EXPECT_EQ(nearest_word("int5", {"int4", "int8"}), "int4"); }

TEST(NearestWord, TakesNoTimeForHugeWords) { EXPECT_EQ(nearest_word(std::string(10'000'000, 'x'), {"a", "b"}), ""); }

TEST(Suggest, NamesTheNearestOrAll) {
  EXPECT_EQ(suggest("Cov", {"Conv", "Relu"}), "did you mean 'Conv'?");
  EXPECT_EQ(suggest("Softmax", {"Conv", "Relu"}), "known are: Conv, Relu");
  EXPECT_EQ(suggest("Softmax", {}), "none is known");
}

}  // namespace
}  // namespace halftone
