#include "evaluation/command_words.h"

#include <gmock/gmock.h>

#include "evaluation/expect_error.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CommandWords, ArePartedByBlanks) {
  EXPECT_THAT(split_command("  python judge.py\t{model}\n"), ElementsAre("python", "judge.py", "{model}"));
  EXPECT_THAT(split_command(""), IsEmpty());
}

TEST(CommandWords, KeepBlanksThatAreQuoted) {
  EXPECT_THAT(split_command("run 'a b' \"c  d\" e\\ f"), ElementsAre("run", "a b", "c  d", "e f"));
  EXPECT_THAT(split_command("--x='a b'\"c\" ''"), ElementsAre("--x=a bc", ""));
}

TEST(CommandWords, KeepBackslashesAsAShellDoes) {
  EXPECT_THAT(split_command(R"('a\b' "a\b" "a\"b" "a\\b" a\b)"), ElementsAre("a\\b", "a\\b", "a\"b", "a\\b", "ab"));
}

TEST(CommandWords, KnowNothingElseOfAShell) {
  EXPECT_THAT(split_command("a $HOME *.bin | b > c; d"), ElementsAre("a", "$HOME", "*.bin", "|", "b", ">", "c;", "d"));
}

TEST(CommandWords, RefuseAnOpenQuote) {
  expect_error(ErrorCode::configuration, "a quote that is not closed", [] { split_command("a 'b"); });
}

}  // namespace
}  // namespace halftone
