#include "data/text_columns.h"

#include <gmock/gmock.h>

#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kPairs = "score\tfirst text\tsecond\n3\ta\tb\n-1\tc\td\n";

/// Columns and labels of a .tsv read with those options.
struct Chosen {
  Chosen(const std::string& content, const std::string& options, const std::string& name = "a.tsv") {
    const TemporaryFolder folder;
    const DataSpec spec = DataSpec::parse("text:" + folder.write(name, content) + options);
    const TextRecords records(spec.main());
    columns = text_columns(spec, records);
    labels = text_labels(records, columns);
  }
  TextColumns columns;
  std::vector<std::int64_t> labels;
};

Error refusal(const std::string& content, const std::string& options, const std::string& name = "a.tsv") {
  return error_of([&] { Chosen(content, options, name); });
}

TEST(TextColumns, TakesTheFirstColumnThatIsNotTheLabel) {
  EXPECT_THAT(Chosen("a\t1\n", "").columns.texts, ElementsAre(0));
  EXPECT_THAT(Chosen("a\t1\n", ",label=1").columns.texts, ElementsAre(0));
  EXPECT_THAT(Chosen("1\ta\n", ",label=0").columns.texts, ElementsAre(1));
  EXPECT_THAT(Chosen("a line\n", "", "a.txt").columns.texts, ElementsAre(0));
}

TEST(TextColumns, TakesTheFirstLineForAHeaderWhereAColumnIsNamed) {
  const Chosen named(kPairs, ",columns=first text+second,label=score");
  EXPECT_TRUE(named.columns.has_header);
  EXPECT_THAT(named.columns.texts, ElementsAre(1, 2));
  EXPECT_EQ(named.columns.label, 0u);
  EXPECT_THAT(named.labels, ElementsAre(3, -1));
  EXPECT_TRUE(Chosen(kPairs, ",columns=1,label=score").columns.has_header);
  EXPECT_TRUE(Chosen(kPairs, ",columns=1+second,label=0").columns.has_header);
}

TEST(TextColumns, TakesTheFirstLineForASampleOtherwise) {
  EXPECT_FALSE(Chosen("a\t1\nb\t0\n", ",columns=0,label=1").columns.has_header);
  EXPECT_THAT(Chosen("a\t 1 \nb\t0\n", ",label=1").labels, ElementsAre(1, 0));
  EXPECT_FALSE(Chosen(kPairs, "").columns.has_header);
  EXPECT_THAT(Chosen(kPairs, ",header=yes,columns=1,label=0").labels, ElementsAre(3, -1));
}

TEST(TextColumns, HasNoLabelsUnlessAsked) { EXPECT_THAT(Chosen("a\t1\n", "").labels, IsEmpty()); }

TEST(TextColumns, NamesTheNearestColumn) {
  const Error error = refusal(kPairs, ",columns=secnd");
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(error.message(), HasSubstr("columns: "));
  EXPECT_THAT(error.message(), HasSubstr("did you mean 'second'?"));
  EXPECT_THAT(refusal(kPairs, ",label=scores").message(), HasSubstr("did you mean 'score'?"));
}

TEST(TextColumns, RefusesColumnsThatAreNotThere) {
  EXPECT_THAT(refusal(kPairs, ",columns=3").message(), HasSubstr("no column 3: it has 3, counted from 0"));
  EXPECT_THAT(refusal(kPairs, ",columns=99999999999999999999999").message(), HasSubstr("no column"));
  EXPECT_THAT(refusal("a\ta\n1\t2\n", ",columns=a").message(), HasSubstr("several columns 'a'"));
  EXPECT_THAT(refusal(kPairs, ",columns=0+1+2").message(), HasSubstr("one column, or the two of a pair"));
  EXPECT_THAT(refusal("1\n2\n", ",label=0").message(), HasSubstr("no column beside it"));
  EXPECT_THAT(refusal(kPairs, ",columns=1+").message(), HasSubstr("columns: "));
}

TEST(TextColumns, RefusesNamesWithoutHeader) {
  EXPECT_THAT(refusal(kPairs, ",header=no,label=score").message(), HasSubstr("label: with header=no 'score'"));
  EXPECT_THAT(refusal(kPairs, ",header=no,columns=second").message(), HasSubstr("columns: with header=no 'second'"));
  EXPECT_THAT(refusal(kPairs, ",header=maybe").message(), HasSubstr("header: "));
}

TEST(TextColumns, RefusesColumnsOfLines) {
  for (const char* option : {",columns=0", ",label=1", ",header=yes"}) {
    EXPECT_THAT(refusal("a\n", option, "a.txt").message(), HasSubstr("is read as lines")) << option;
  }
}

TEST(TextColumns, NamesTheLineOfALabelThatIsNoWholeNumber) {
  const Error score = refusal("a\t1\nb\t3.8\n", ",label=1");
  EXPECT_EQ(score.code(), ErrorCode::invalid_data);
  EXPECT_THAT(score.message(), HasSubstr("a.tsv:2: label '3.8' is no whole number"));
  EXPECT_THAT(score.hint(), HasSubstr("leave out label="));
  EXPECT_THAT(refusal("a\t3.8\n", ",label=1").hint(), HasSubstr("leave out label="));
  EXPECT_THAT(refusal("a\t1\nb\tgood\n", ",label=1").hint(), HasSubstr("as whole numbers"));
  EXPECT_THAT(refusal("text\tlabel\nb\t1\n", ",label=1").hint(), HasSubstr("header=yes"));
  EXPECT_THAT(refusal("a\t\n", ",label=1").message(), HasSubstr("label ''"));
  EXPECT_THAT(refusal("a\t9223372036854775808\n", ",label=1").message(), HasSubstr("no whole number"));
  EXPECT_THAT(refusal("1\t" + std::string(59, 'x') + "éé\n", ",label=1").message(),
              HasSubstr(std::string(59, 'x') + "…'"));
}

}  // namespace
}  // namespace halftone
