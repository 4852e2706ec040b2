#include "data/vocabulary.h"

#include <gmock/gmock.h>

#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::HasSubstr;

Vocabulary load(const std::string& name, const std::string& content) {
  const TemporaryFolder folder;
  return Vocabulary::load(folder.write(name, content));
}

Error load_error(const std::string& name, const std::string& content) {
  return error_of([&] { load(name, content); });
}

TEST(Vocabulary, NumbersLinesFromZero) {
  const Vocabulary vocabulary = load("vocab.txt", "[PAD]\r\n[UNK]\r\n\r\nthe \nfox");
  EXPECT_EQ(vocabulary.find("[PAD]"), 0);
  EXPECT_EQ(vocabulary.find("the"), 3) << "an empty line counts";
  EXPECT_EQ(vocabulary.find("fox"), 4);
  EXPECT_EQ(vocabulary.find("dog"), std::nullopt);
  EXPECT_EQ(vocabulary.find(""), std::nullopt);
  EXPECT_EQ(vocabulary.longest(), 5u);
}

TEST(Vocabulary, ReadsJsonAsListOrMap) {
  const Vocabulary list = load("vocab.json", R"(["<pad>", "<unk>", "caf\u00e9"])");
  EXPECT_EQ(list.find("café"), 2);
  const Vocabulary map = load("vocab.JSON", R"({"café": 7, "<unk>": 100, "<pad>": 3})");
  EXPECT_EQ(map.find("café"), 7);
  EXPECT_EQ(map.special().unknown, 100);
  EXPECT_EQ(map.special().padding, 3);
}

TEST(Vocabulary, FindsSpecialTokensInEitherSpelling) {
  const SpecialTokens square = load("v.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n").special();
  EXPECT_EQ(square.padding, 0);
  EXPECT_EQ(square.unknown, 1);
  EXPECT_EQ(square.beginning, 2);
  EXPECT_EQ(square.separator, 3);
  const SpecialTokens angled = load("v.txt", "<cls>\n<pad>\n<unk>\n").special();
  EXPECT_EQ(angled.beginning, 0);
  EXPECT_EQ(angled.padding, 1);
  EXPECT_EQ(angled.unknown, 2);
  EXPECT_EQ(angled.separator, std::nullopt);
}

TEST(Vocabulary, LetsTheLastOfEqualTokensCount) { EXPECT_EQ(load("v.txt", "<unk>\na\nb\na\n").find("a"), 3); }

TEST(Vocabulary, NamesATokenWithCapitals) {
  EXPECT_EQ(load("v.txt", "[UNK]\n<S>\n[CLS]\nfox\nß\n").capital_token(), std::nullopt);
  EXPECT_EQ(load("v.txt", "[UNK]\nfox\nÉté\nFox\n").capital_token(), "Été");
}

TEST(Vocabulary, RefusesOneWithoutUnknownToken) {
  const Error error = load_error("words.txt", "the\nfox\n");
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.message(), HasSubstr("words.txt"));
  EXPECT_THAT(error.message(), HasSubstr("[UNK] or <unk>"));
}

TEST(Vocabulary, RefusesWhatHoldsNoTokens) {
  EXPECT_THAT(load_error("v.txt", "").message(), HasSubstr("has no tokens"));
  EXPECT_THAT(load_error("v.json", "[]").message(), HasSubstr("has no tokens"));
  EXPECT_EQ(error_of([] { Vocabulary::load("/nonexistent/vocab.txt"); }).code(), ErrorCode::io);
}

TEST(Vocabulary, RefusesJsonOfAnotherForm) {
  EXPECT_THAT(load_error("v.json", "[\"a\"").message(), HasSubstr("is not valid JSON"));
  EXPECT_THAT(load_error("v.json", "\"a\"").message(), HasSubstr("neither a list nor a map"));
  EXPECT_THAT(load_error("v.json", "[\"<unk>\", 3]").message(), HasSubstr("at position 1 is no token"));
  EXPECT_THAT(load_error("v.json", R"({"<unk>": "0"})").message(), HasSubstr("'<unk>' is no whole number"));
  const Error settings = load_error("tokenizer.json", R"({"model": {"vocab": {"[UNK]": 0}}})");
  EXPECT_THAT(settings.hint(), HasSubstr("its vocabulary alone"));
  for (const char* id : {"-1", "2147483648", "18446744073709551615"}) {
    EXPECT_THAT(load_error("v.json", "{\"<unk>\": " + std::string(id) + "}").message(), HasSubstr("out of range"))
        << id;
  }
  EXPECT_EQ(load("v.json", R"({"<unk>": 2147483647})").special().unknown, 2147483647);
}

}  // namespace
}  // namespace halftone
