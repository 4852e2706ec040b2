#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/strict_yaml.h"
#include "base/thrown_error.h"

namespace halftone {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The message of the configuration error that reading `text` throws.
std::string refusal(std::string_view text) {
  const Error error = thrown_error([&] { StrictYaml::parse(text, "a.yaml"); });
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(error.message(), StartsWith("a.yaml:"));
  return error.message();
}

std::string repeated(std::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(YamlLimits, RefuseAKeyGivenTwiceAtItsLine) {
  EXPECT_EQ(refusal("a: 1\nb: 2\na: 3\n"), "a.yaml:3: the key 'a' is given twice");
  EXPECT_EQ(refusal("x:\n  - {b: 1, b: 1}\n"), "a.yaml:2: the key 'b' is given twice");
}

TEST(YamlLimits, RefuseKeysThatAreNoWords) {
  EXPECT_EQ(refusal("a: 1\n? [b]\n: 2\n"), "a.yaml:2: a key must be a word");
  EXPECT_EQ(refusal("~: 1\n"), "a.yaml:1: a key must be a word");
}

TEST(YamlLimits, RefuseAliasesOfUnknownOrEnclosingNodes) {
  EXPECT_THAT(refusal("a: 1\nb: *nobody\n"), StartsWith("a.yaml:2: "));
  EXPECT_EQ(refusal("a: &a\n  - *a\n"), "a.yaml:2: an alias stands inside of the node that it stands for");
  EXPECT_THAT(refusal("&a {b: {c: *a}}\n"), HasSubstr("stands inside"));
  EXPECT_THAT(refusal("a: &a\n  <<: *a\n"), HasSubstr("stands inside"));
}

TEST(YamlLimits, RefuseABillionLaughs) {
  std::string text = "a0: &a0 [" + repeated("ha, ", 9) + "ha]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string one = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(one + ", ", 9) + one + "]\n";
  }
  // a5 stands for a million words: the limit is met in its line, the sixth.
  EXPECT_EQ(refusal(text),
            "a.yaml:6: the document has more than 1,000,000 nodes (aliases count as what they stand for)");
}

TEST(YamlLimits, RefuseMergesThatMultiply) {
  std::string text = "- &base {";
  for (int i = 0; i < 2000; ++i) text += "k" + std::to_string(i) + ": 1, ";
  text += "}\n" + repeated("- {<<: *base}\n", 1000);
  EXPECT_THAT(refusal(text), HasSubstr("1,000,000"));
}

TEST(YamlLimits, RefuseDeepNesting) {
  EXPECT_THAT(refusal(std::string(101, '[') + std::string(101, ']')), HasSubstr("100 deep"));
  EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("100 deep"));
  EXPECT_THAT(refusal(repeated("{a: ", 100'000)), HasSubstr("100 deep"));
  EXPECT_THAT(refusal(repeated("- ", 10'000)), HasSubstr("100 deep"));
  EXPECT_NO_THROW(StrictYaml::parse(std::string(99, '[') + "x" + std::string(99, ']'), "a.yaml"));
}

TEST(YamlLimits, RefuseNestingThroughAliases) {
  std::string text = "- &a0 [x]\n";
  for (int i = 1; i < 200; ++i) text += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_THAT(refusal(text), HasSubstr("100 deep"));
}

TEST(YamlLimits, RefuseBinary) {
  EXPECT_EQ(refusal("a: 1\nb: \0\n"s), "a.yaml:2: not a text file (a byte that is not UTF-8, or a control character)");
  EXPECT_THAT(refusal("\x7F"
                      "ELF\x02\x01"),
              StartsWith("a.yaml:1: not a text file"));
  EXPECT_THAT(refusal("\xFF\xFE"
                      "a\0"s),
              StartsWith("a.yaml:1: not a text file"));
}

TEST(YamlLimits, RefuseBrokenSyntaxWithItsLine) {
  EXPECT_THAT(refusal("a: 1\nb: [1, 2\nc: 3\n"), StartsWith("a.yaml:"));
  for (const std::string_view open : {"a: \"open\n", "a: \"open", "a: 'open\n\n", "a: \"", "- {a: 'open"}) {
    EXPECT_THAT(refusal(open), StartsWith("a.yaml:")) << open;
  }
  EXPECT_THAT(refusal("a: 1\n\tb: 2\n"), StartsWith("a.yaml:"));
  EXPECT_THAT(refusal("a: @x\n"), StartsWith("a.yaml:1: "));
}

TEST(YamlLimits, RefuseASecondDocument) {
  EXPECT_EQ(refusal("a: 1\n---\nb: 2\n"), "a.yaml:2: a second document begins; one file holds one");
}

TEST(YamlLimits, RefuseTags) { EXPECT_THAT(refusal("a: !!python/object x\n"), HasSubstr("has no meaning here")); }

TEST(YamlLimits, AnyChangeOfADocumentIsReadOrRefused) {
  constexpr std::string_view kDocument =
      "a: &a {b: [1, 'x', \"y\\n\"], c: ~}\nd:\n  <<: *a\n  e: |\n    text\n    more\n  ? f\n  : >-\n    g\n";
  std::mt19937 random(7);
  constexpr std::string_view kLetters = "[]{}:,&*!|>'\"%@`?-#\n\t \\<~ab1";
  for (int repeat = 0; repeat < 20'000; ++repeat) {
    std::string text(kDocument);
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < changes; ++i) text[random() % text.size()] = kLetters[random() % kLetters.size()];
    text.resize(text.size() - random() % 20);
    try {
      StrictYaml::parse(text, "a.yaml");
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::configuration) << text;
    }
  }
}

}  // namespace
}  // namespace halftone
