#include "verbs/signature_match.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Signatures = std::vector<TensorSignature>;

TensorSignature f32(const std::string& name, std::optional<Shape> shape) {
  return {name, DType::f32, std::move(shape)};
}

Signatures shared(const Signatures& first, const Signatures& other) {
  return shared_inputs(first, other, match_signatures(first, other), "other.bin");
}

TEST(SignatureMatch, GoesByNameInAnyOrder) {
  const Signatures first{f32("a", Shape{1}), f32("b", Shape{2})};
  const Signatures other{f32("b", Shape{2}), f32("a", Shape{1})};
  const SignatureMatch match = match_signatures(first, other);
  EXPECT_THAT(match.places, ElementsAre(1u, 0u));
  EXPECT_TRUE(match.renamed.empty());
  EXPECT_EQ(shared(first, other), first);
}

TEST(SignatureMatch, TakesTheRestByPosition) {
  const Signatures first{f32("x", Shape{1}), f32("mask", Shape{2}), f32("y", Shape{3})};
  const Signatures other{f32("mask", Shape{2}), f32("in0", Shape{1}), f32("in1", Shape{3})};
  const SignatureMatch match = match_signatures(first, other);
  EXPECT_THAT(match.places, ElementsAre(1u, 0u, 2u));
  EXPECT_THAT(match.renamed, ElementsAre(0u, 2u));
  EXPECT_EQ(renamed_text(first, other, match), "'x' → 'in0', 'y' → 'in1'");
}

TEST(SignatureMatch, HasNoneWhereOtherNumbersAreLeft) {
  const SignatureMatch match = match_signatures({f32("a", Shape{1}), f32("b", Shape{1})}, {f32("c", Shape{1})});
  EXPECT_THAT(match.places, ElementsAre(std::nullopt, std::nullopt));
  EXPECT_TRUE(match.renamed.empty());
}

TEST(SharedInputs, AreAsPreciseAsEitherModel) {
  const Signatures inputs = shared({f32("x", Shape{-1, 3, -1}), f32("y", std::nullopt)},
                                   {f32("x", Shape{8, -1, -1}), f32("y", Shape{1, -1})});
  EXPECT_EQ(inputs, (Signatures{f32("x", Shape{8, 3, -1}), f32("y", Shape{1, -1})}));
}

TEST(SharedInputs, MustFitEachOther) {
  const Signatures first{f32("x", Shape{-1, 3, 224, 224})};
  for (const Signatures& other :
       {Signatures{f32("x", Shape{-1, 224, 224, 3})}, Signatures{f32("x", Shape{3, 224, 224})},
        Signatures{{"x", DType::u8, Shape{-1, 3, 224, 224}}}, Signatures{}, Signatures{first[0], f32("y", Shape{1})}}) {
    try {
      shared(first, other);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unsupported);
      EXPECT_THAT(error.message(), HasSubstr("'other.bin'"));
      EXPECT_THAT(error.message(), HasSubstr("'x' (fp32 ?x3x224x224)"));
    }
  }
}

}  // namespace
}  // namespace halftone
