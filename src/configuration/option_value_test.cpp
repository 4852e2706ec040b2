#include "configuration/option_value.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(exit_status(error.code()), 2);
    return error.message();
  }
  return "nothing was thrown";
}

TEST(OptionValue, TakesTypedTextAsItIs) {
  EXPECT_EQ(OptionValue("@spec.yaml", "--calib").text(), "@spec.yaml");
  EXPECT_EQ(OptionValue("images:a b,crop=224", "--calib").text(), "images:a b,crop=224");
}

TEST(OptionValue, ReadsListsTypedWithCommasOrAsYaml) {
  EXPECT_THAT(OptionValue("top1, top5", "--metrics").texts(), ElementsAre("top1", "top5"));
  EXPECT_THAT(OptionValue("[top1, top5]", "--metrics").texts(), ElementsAre("top1", "top5"));
  EXPECT_THAT(message_of([] { OptionValue("top1,,top5", "--metrics").texts(); }), HasSubstr("--metrics: "));
}

TEST(OptionValue, CountsAreWholeAndNotNegative) {
  EXPECT_EQ(OptionValue("18446744073709551615", "--seed").count(), 18446744073709551615u);
  for (const char* wrong : {"-1", "1.5", "", "abc", "18446744073709551616", "0x10", " 1"}) {
    EXPECT_THAT(message_of([&] { OptionValue(wrong, "--seed").count(); }), HasSubstr("--seed: expected a whole number"))
        << wrong;
  }
}

TEST(OptionValue, NumbersAreFinite) {
  EXPECT_DOUBLE_EQ(OptionValue("1.5", "--min-speedup").number(), 1.5);
  for (const char* wrong : {"nan", "inf", "1e999", "1,5", ""}) {
    EXPECT_THAT(message_of([&] { OptionValue(wrong, "--x").number(); }), HasSubstr("finite number")) << wrong;
  }
}

TEST(OptionValue, NamesTheLineOfTheFile) {
  const StrictYaml yaml = StrictYaml::parse("a: 1\nb: x\n", "c.yaml");
  EXPECT_THAT(message_of([&] { OptionValue(yaml.at("b")).count(); }), HasSubstr("c.yaml:2: expected a whole number"));
}

TEST(OptionValue, SuggestsTheNearestWord) {
  EXPECT_THAT(message_of([] { OptionValue("vni", "--target").word({"avx2", "vnni"}); }), HasSubstr("'vnni'"));
}

}  // namespace
}  // namespace halftone
