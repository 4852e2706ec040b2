#include "data/held_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::HasSubstr;

/// Three samples of one number.
class Numbers : public DataSource {
 public:
  std::string spec() const override { return "three numbers"; }
  std::optional<std::size_t> size() const override { return 3; }
  DataItem item(std::size_t index) const override {
    return {id(index), {{"x", Tensor::from<float>({static_cast<float>(index)}, {1})}}, {}};
  }
  std::string id(std::size_t index) const override { return std::to_string(index); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }
  std::string fingerprint() const override { return "numbers"; }
};

TEST(HeldData, IsOpenedBySpecForAsLongAsItIsHeld) {
  std::string spec;
  std::vector<TensorSignature> seen;
  {
    const HeldData held([&](const std::vector<TensorSignature>& signatures) {
      seen = signatures;
      return std::make_unique<Numbers>();
    });
    spec = held.spec();
    const auto source = open_data(spec, {{"x", DType::f32, Shape{-1}}});
    EXPECT_EQ(source->size(), 3);
    EXPECT_EQ(source->spec(), "three numbers");
    EXPECT_EQ(seen.front().name, "x");
  }
  try {
    open_data(spec);
    FAIL() << "data that nobody holds were opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::configuration);
    EXPECT_THAT(error.message(), HasSubstr(spec));
  }
}

TEST(HeldData, HasASpecOfItsOwn) {
  const auto open = [](const std::vector<TensorSignature>&) { return std::make_unique<Numbers>(); };
  const HeldData a(open), b(open);
  EXPECT_NE(a.spec(), b.spec());
}

}  // namespace
}  // namespace halftone
