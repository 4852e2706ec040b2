#include "output.h"

#include <gmock/gmock.h>

namespace halftone::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Output, ErrorsSayWhatWhereAndWhatToDo) {
  const ErrorContext outer("loading model.bin");
  const ErrorContext inner("reading node 'conv_3'");
  const Error error(ErrorCode::invalid_model, "the weight is missing", "export the model again");
  EXPECT_EQ(error_text(error, {}),
            "error: the weight is missing\n"
            "  while reading node 'conv_3'\n"
            "  while loading model.bin\n"
            "hint: export the model again\n");
  const Json json = error_json(error);
  EXPECT_EQ(json["error"]["code"], "invalid_model");
  EXPECT_EQ(json["error"]["message"], "the weight is missing");
  EXPECT_EQ(json["error"]["context"].size(), 2u);
  EXPECT_EQ(json["error"]["hint"], "export the model again");
}

TEST(Output, DefectsAskForAReport) {
  EXPECT_THAT(error_text(Error(ErrorCode::internal, "x"), {}), HasSubstr("report it"));
  EXPECT_THAT(error_text(Error(ErrorCode::io, "x"), {}), Not(HasSubstr("report it")));
}

TEST(Output, LinesOfAMessageStayButEscapesDoNot) {
  EXPECT_EQ(error_text(Error(ErrorCode::configuration, "two problems:\n  a\x1b[2J"), {}),
            "error: two problems:\n  a?[2J\n");
}

TEST(Output, JsonIsValidWhateverTheBytes) {
  const std::string text = json_text(Json{{"name", "\xff"}});
  EXPECT_TRUE(Json::accept(text));
  EXPECT_TRUE(text.ends_with("}\n"));
}

}  // namespace
}  // namespace halftone::cli
