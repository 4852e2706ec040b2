#include "halftone/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

TEST(Error, TextHasCodeMessageFramesAndHint) {
  const ErrorContext outer("trial 7 of strategy mse");
  const ErrorContext inner([] { return std::string("quantizing node 'conv_3' (Conv)"); });
  const Error error(ErrorCode::invalid_model, "the weight is missing", "export the model again");
  EXPECT_STREQ(error.what(),
               "invalid_model: the weight is missing\n"
               "  while: quantizing node 'conv_3' (Conv)\n"
               "  while: trial 7 of strategy mse\n"
               "  hint: export the model again");
  EXPECT_THAT(error.context(), ElementsAre("quantizing node 'conv_3' (Conv)", "trial 7 of strategy mse"));
}

TEST(Error, WithoutFramesOrHintIsOneLine) {
  const Error error(ErrorCode::io, "cannot read 'x'");
  EXPECT_STREQ(error.what(), "io: cannot read 'x'");
  EXPECT_EQ(error.message(), "cannot read 'x'");
  EXPECT_TRUE(error.hint().empty());
  EXPECT_THAT(error.where().file_name(), EndsWith("error_test.cpp"));
}

TEST(Error, KeepsItsTextWhenItIsCopiedAndItsFramesAreGone) {
  std::exception_ptr kept;
  try {
    const ErrorContext frame("reading");
    throw Error(ErrorCode::io, "gone");
  } catch (...) {
    kept = std::current_exception();
  }
  try {
    std::rethrow_exception(kept);
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), "io: gone\n  while: reading");
  }
}

TEST(Error, ExitStatusIsThatOfTheCommand) {
  EXPECT_EQ(exit_status(ErrorCode::invalid_argument), 2);
  EXPECT_EQ(exit_status(ErrorCode::configuration), 2);
  EXPECT_EQ(exit_status(ErrorCode::invalid_model), 3);
  EXPECT_EQ(exit_status(ErrorCode::invalid_data), 3);
  EXPECT_EQ(exit_status(ErrorCode::unsupported), 3);
  EXPECT_EQ(exit_status(ErrorCode::io), 3);
  EXPECT_EQ(exit_status(ErrorCode::target_not_met), 4);
  EXPECT_EQ(exit_status(ErrorCode::framework_missing), 5);
  EXPECT_EQ(exit_status(ErrorCode::undecided), 6);
  EXPECT_EQ(exit_status(ErrorCode::interrupted), 130);
  EXPECT_EQ(exit_status(ErrorCode::framework), 1);
  EXPECT_EQ(exit_status(ErrorCode::internal), 1);
}

TEST(ErrorCode, HasAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    words.insert(to_string(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(words.size(), 12U);
  EXPECT_EQ(to_string(ErrorCode::framework_missing), "framework_missing");
}

TEST(ErrorContext, DescribesOnlyWhenAnErrorIsMade) {
  int described = 0;
  const ErrorContext frame([&] { return "number " + std::to_string(++described); });
  EXPECT_EQ(described, 0);
  const Error error(ErrorCode::internal, "x");
  EXPECT_EQ(described, 1);
  EXPECT_THAT(error.context(), ElementsAre("number 1"));
}

TEST(ErrorContext, ClosesAtTheEndOfItsBlock) {
  {
    const ErrorContext frame("inside");
    EXPECT_THAT(ErrorContext::open_frames(), ElementsAre("inside"));
  }
  EXPECT_THAT(ErrorContext::open_frames(), IsEmpty());
}

TEST(ErrorContext, BelongsToItsThread) {
  const ErrorContext frame("here");
  std::vector<std::string> elsewhere{"not asked"};
  std::thread([&] { elsewhere = ErrorContext::open_frames(); }).join();
  EXPECT_THAT(elsewhere, IsEmpty());
}

TEST(ErrorContext, ThatCannotBeDescribedHidesNothing) {
  const ErrorContext outer("outside");
  const ErrorContext broken([]() -> std::string { throw Error(ErrorCode::internal, "no words"); });
  const Error error(ErrorCode::io, "lost");
  EXPECT_THAT(error.context(), ElementsAre("something that cannot be described: internal: no words", "outside"));
}

}  // namespace
}  // namespace halftone
