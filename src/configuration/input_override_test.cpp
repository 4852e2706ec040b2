#include "configuration/input_override.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::HasSubstr;

TEST(InputOverride, ReadsShapeAndType) {
  const InputOverride input = parse_input_override("data=1x3x224x224:uint8");
  EXPECT_EQ(input.name, "data");
  EXPECT_EQ(input.shape, (Shape{1, 3, 224, 224}));
  EXPECT_EQ(input.dtype, DType::u8);
  EXPECT_FALSE(parse_input_override("data=8").dtype.has_value());
  EXPECT_EQ(parse_input_override("t=scalar:int64").shape, Shape{});
}

TEST(InputOverride, NamesMayHoldColonsAndEqualSigns) {
  EXPECT_EQ(parse_input_override("x:0=1x2").name, "x:0");
  EXPECT_EQ(parse_input_override("a=b=1x2").name, "a=b");
}

TEST(InputOverride, RefusesWhatIsNone) {
  for (const char* text :
       {"", "data", "=1x2", "data=", "data=1x", "data=x1", "data=0x2", "data=-1x3", "data=1x?", "data=1x2:", "data=1,2",
        "data=9223372036854775807x9223372036854775807", "data=99999999999999999999"}) {
    EXPECT_THROW(parse_input_override(text), Error) << text;
  }
}

TEST(InputOverride, SuggestsTheNearestType) {
  try {
    parse_input_override("data=1x2:unit8");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.hint(), HasSubstr("uint8"));
  }
}

TEST(InputOverride, TheLastWordAboutAnInputHolds) {
  Config config;
  set_inputs(config, OptionValue("a=1x2", "--input"));
  set_inputs(config, OptionValue("b=3", "--input"));
  set_inputs(config, OptionValue("a=4x2", "--input"));
  ASSERT_EQ(config.model.inputs.size(), 2u);
  EXPECT_EQ(config.model.inputs[1].name, "a");
  EXPECT_EQ(config.model.inputs[1].shape, (Shape{4, 2}));
}

TEST(InputOverride, MapsOfTheFileTakeTextOrLists) {
  Config config;
  set_inputs(config, OptionValue(StrictYaml::parse("{a: 1x2:int64, b: [3, 4]}", "f")));
  ASSERT_EQ(config.model.inputs.size(), 2u);
  EXPECT_EQ(config.model.inputs[0].dtype, DType::s64);
  EXPECT_EQ(config.model.inputs[1].shape, (Shape{3, 4}));
}

}  // namespace
}  // namespace halftone
