#include "base/strict_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"
#include "base/thrown_error.h"
#include "base/yaml_tree.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

StrictYaml parse(std::string_view text) { return StrictYaml::parse(text, "a.yaml"); }

/// The message of the configuration error that `act` throws.
template <typename Act>
std::string message_of(Act act) {
  const Error error = thrown_error(act);
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  return error.message();
}

constexpr std::string_view kDocument = R"(# a comment
model:
  path: model.bin
  samples: 100
tuning: {max_drop: 0.5, resume: true}
metrics: [top1, top5]
nothing:
words: "two words"
)";

TEST(StrictYaml, ReadsValuesOfEveryKind) {
  const StrictYaml root = parse(kDocument);
  EXPECT_TRUE(root.is_map());
  EXPECT_EQ(root.at("model").at("path").text(), "model.bin");
  EXPECT_EQ(root.at("model").at("samples").integer(), 100);
  EXPECT_EQ(root.at("tuning").at("max_drop").number(), 0.5);
  EXPECT_TRUE(root.at("tuning").at("resume").boolean());
  EXPECT_TRUE(root.at("metrics").is_sequence());
  EXPECT_THAT(root.at("metrics").texts(), ElementsAre("top1", "top5"));
  EXPECT_TRUE(root.at("nothing").is_null());
  EXPECT_TRUE(root.at("words").is_scalar());
  EXPECT_FALSE(root.find("absent").has_value());
}

TEST(StrictYaml, KnowsTheLineOfEveryNode) {
  const StrictYaml root = parse(kDocument);
  EXPECT_EQ(root.line(), 2);
  EXPECT_EQ(root.at("model").at("samples").line(), 4);
  EXPECT_EQ(root.at("tuning").at("max_drop").line(), 5);
  EXPECT_EQ(root.at("metrics").items()[1].line(), 6);
  EXPECT_EQ(root.at("nothing").line(), 7);
  EXPECT_EQ(root.at("words").where(), "a.yaml:8");
}

TEST(StrictYaml, NamesTheNearestOfUnknownKeysAtItsOwnLine) {
  const StrictYaml root = parse("model: x\nquantisation:\n  y: 1\n");
  root.expect_keys({"model", "quantisation"});
  EXPECT_EQ(message_of([&] {
              root.expect_keys({"model", "quantization"});
            }),
            "a.yaml:2: unknown key 'quantisation'; did you mean 'quantization'?");
}

TEST(StrictYaml, SaysWhichKeyIsMissing) {
  EXPECT_EQ(message_of([] { parse("a: 1").at("b"); }), "a.yaml:1: the key 'b' is missing");
}

TEST(StrictYaml, SaysWhatItExpectedAndFound) {
  const StrictYaml root = parse("list: [1]\nmap: {a: 1}\nword: w\nnone: ~\n");
  EXPECT_EQ(message_of([&] { root.at("list").text(); }), "a.yaml:1: expected a single value, found a list");
  EXPECT_EQ(message_of([&] { root.at("map").items(); }), "a.yaml:2: expected a list, found a map");
  EXPECT_EQ(message_of([&] { root.at("word").entries(); }), "a.yaml:3: expected a map, found 'w'");
  EXPECT_EQ(message_of([&] { root.at("word").find("a"); }), "a.yaml:3: expected a map, found 'w'");
  EXPECT_EQ(message_of([&] { root.at("none").text(); }), "a.yaml:4: expected a single value, found nothing");
  EXPECT_EQ(message_of([&] { root.at("none").fail("is odd"); }), "a.yaml:4: is odd");
}

TEST(StrictYaml, AListMayNotBeEmptyUnlessItMay) {
  const StrictYaml root = parse("empty: []\nnone:\none: x\ntwo: [a, b]\n");
  EXPECT_EQ(message_of([&] { root.at("empty").items(); }), "a.yaml:1: the list is empty");
  EXPECT_EQ(message_of([&] { root.at("none").items(); }), "a.yaml:2: expected a list, found nothing");
  EXPECT_THAT(root.at("empty").items_or_none(), IsEmpty());
  EXPECT_THAT(root.at("none").items_or_none(), IsEmpty());
  EXPECT_THAT(root.at("one").texts(), ElementsAre("x"));
  EXPECT_EQ(root.at("two").items_or_none().size(), 2U);
}

TEST(StrictYaml, ReadsWholeIntegersOnly) {
  EXPECT_EQ(parse("-9223372036854775808").integer(), INT64_MIN);
  EXPECT_EQ(parse("+7").integer(), 7);
  for (const std::string bad : {"9223372036854775808", "1.0", "1e3", "12x", "0x10", "+-1", "one", "1_000"}) {
    EXPECT_EQ(message_of([&] { parse(bad).integer(); }),
              "a.yaml:1: expected an integer of 64 bits, found '" + bad + "'");
  }
}

TEST(StrictYaml, ReadsWholeFiniteNumbersOnly) {
  EXPECT_EQ(parse("-1.5e-3").number(), -1.5e-3);
  EXPECT_EQ(parse("100").number(), 100.0);
  EXPECT_EQ(parse(".5").number(), 0.5);
  for (const std::string bad : {"0.5pt", "1%", "inf", "nan", ".inf", "1e999", "1,5"}) {
    EXPECT_EQ(message_of([&] { parse(bad).number(); }), "a.yaml:1: expected a finite number, found '" + bad + "'");
  }
}

TEST(StrictYaml, ReadsTrueAndFalseOnly) {
  EXPECT_TRUE(parse("true").boolean());
  EXPECT_FALSE(parse("false").boolean());
  for (const std::string bad : {"yes", "True", "1", "on"}) {
    EXPECT_EQ(message_of([&] { parse(bad).boolean(); }), "a.yaml:1: expected true or false, found '" + bad + "'");
  }
}

TEST(StrictYaml, TakesOneOfTheKnownWords) {
  EXPECT_EQ(parse("kl").word({"minmax", "kl"}), "kl");
  EXPECT_EQ(message_of([] {
              parse("minmx").word({"minmax", "kl"});
            }),
            "a.yaml:1: unknown word 'minmx'; did you mean 'minmax'?");
}

TEST(StrictYaml, KeepsTheOrderOfTheFile) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : parse("z: 1\na: 2\nm: 3\n").entries()) keys.push_back(key + value.text());
  EXPECT_THAT(keys, ElementsAre("z1", "a2", "m3"));
}

TEST(StrictYaml, ResolvesAliases) {
  const StrictYaml root = parse("base: &base {a: 1}\ncopy: *base\nword: &w x\nsame: *w\n");
  EXPECT_EQ(root.at("copy").at("a").integer(), 1);
  EXPECT_EQ(root.at("copy").line(), 1);
  EXPECT_EQ(root.at("same").text(), "x");
}

TEST(StrictYaml, MergesAMapUnderItsOwnKeys) {
  const StrictYaml root = parse("base: &base {a: 1, b: 2}\nderived:\n  <<: *base\n  b: 3\n  c: 4\n");
  const StrictYaml derived = root.at("derived");
  EXPECT_EQ(derived.at("a").integer(), 1);
  EXPECT_EQ(derived.at("b").integer(), 3);
  EXPECT_EQ(derived.entries().size(), 3U);
  EXPECT_NO_THROW(derived.expect_keys({"a", "b", "c"}));
}

TEST(StrictYaml, MergesAListOfMapsTheFirstBeforeTheLater) {
  const StrictYaml root = parse("- &x {a: 1}\n- &y {a: 2, b: 2}\n- {<<: [*x, *y], c: 3}\n");
  const StrictYaml merged = root.items()[2];
  EXPECT_EQ(merged.at("a").integer(), 1);
  EXPECT_EQ(merged.at("b").integer(), 2);
  EXPECT_EQ(merged.at("c").integer(), 3);
}

TEST(StrictYaml, MergesThroughSeveralLevels) {
  const StrictYaml root = parse("- &x {a: 1}\n- &y {<<: *x, b: 2}\n- {<<: *y}\n");
  EXPECT_EQ(root.items()[2].at("a").integer(), 1);
}

TEST(StrictYaml, MergesMapsOnly) {
  EXPECT_EQ(message_of([] { parse("a: 1\n<<: [1]\n"); }), "a.yaml:2: '<<' takes a map or a list of maps");
}

TEST(StrictYaml, TakesAQuotedMergeKeyForAWord) { EXPECT_EQ(parse("\"<<\": 1").at("<<").integer(), 1); }

TEST(StrictYaml, OfAnEmptyFileIsNothing) {
  EXPECT_TRUE(parse("").is_null());
  EXPECT_TRUE(parse("# only a comment\n").is_null());
  EXPECT_EQ(parse("").line(), 1);
}

TEST(StrictYaml, MayEndWithOrWithoutMarksAndNewlines) {
  for (const std::string_view text : {"a: 1", "a: 1\n", "---\na: 1\n...\n", "a: 1\n...", "a: 1\n\n# end", "a: 1\r\n"}) {
    EXPECT_EQ(parse(text).at("a").integer(), 1) << text;
  }
  EXPECT_EQ(parse("a: |\n  x\n").at("a").text(), "x\n");
  EXPECT_EQ(parse("a: |+\n  x\n").at("a").text(), "x\n");
  EXPECT_EQ(parse("a: |-\n  x").at("a").text(), "x");
}

TEST(StrictYaml, IsLoadedFromAFile) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / ("strict_yaml." + std::to_string(getpid()) + ".yaml");
  write_file(path, "a: 1\nb: [\n");
  EXPECT_EQ(message_of([&] { StrictYaml::load(path); }).find(path.string() + ":"), 0U);
  write_file(path, "a: 1\n");
  EXPECT_EQ(StrictYaml::load(path).at("a").integer(), 1);
  std::filesystem::remove(path);
  EXPECT_EQ(thrown_error([&] { StrictYaml::load(path); }).code(), ErrorCode::io);
}

TEST(StrictYaml, KnowsTheLineOfAKeyWhoseValueIsAnAlias) {
  const StrictYaml yaml = parse("a: &x [1]\n\nb: *x\n");
  EXPECT_EQ(yaml.at("b").line(), 1);
  EXPECT_EQ(yaml.key_line("b"), 3);
  EXPECT_EQ(yaml.key_line("c"), 1);
}

TEST(StrictYaml, LetsTheLastOfSeveralKeysCountInFilesOfOthers) {
  std::vector<RepeatedKey> repeated;
  const StrictYaml yaml = StrictYaml::parse("a: 1\nb: 2\na: 3\n", "theirs", repeated);
  EXPECT_EQ(yaml.at("a").text(), "3");
  EXPECT_EQ(yaml.entries().size(), 2u);
  ASSERT_EQ(repeated.size(), 1u);
  EXPECT_EQ(repeated[0].key, "a");
  EXPECT_EQ(repeated[0].line, 3);
}

TEST(StrictYaml, NamesTheNearestAnchorOfAnUnknownAlias) {
  EXPECT_EQ(message_of([] { parse("a: &first 1\nb: [*frist]\n"); }),
            "a.yaml:2: the alias '*frist' stands for no anchor before it; did you mean 'first'?");
}

TEST(StrictYaml, SaysWhereALineIsIndentedByATab) {
  EXPECT_NE(message_of([] { parse("a:\n  b: 1\n\tc: 2\n"); }).find("the line is indented by a tab"), std::string::npos);
}

}  // namespace
}  // namespace halftone
