#include "data/text_records.h"

#include <gmock/gmock.h>

#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Fields of all records of a file with that content.
std::vector<std::vector<std::string>> records_of(const std::string& name, const std::string& content) {
  const TemporaryFolder folder;
  const TextRecords records(folder.write(name, content));
  std::vector<std::vector<std::string>> all;
  for (std::size_t i = 0; i < records.size(); ++i) all.push_back(records.fields(i));
  return all;
}

std::vector<std::size_t> lines_of(const std::string& name, const std::string& content) {
  const TemporaryFolder folder;
  const TextRecords records(folder.write(name, content));
  std::vector<std::size_t> lines;
  for (std::size_t i = 0; i < records.size(); ++i) lines.push_back(records.line(i));
  return lines;
}

std::string refusal(const std::string& name, const std::string& content) {
  const Error error = error_of([&] { records_of(name, content); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  return error.message();
}

TEST(TextRecords, ReadsOneTextALine) {
  EXPECT_THAT(records_of("a.txt", "one, two\n\"three\"\tfour \r\nfive"),
              ElementsAre(ElementsAre("one, two"), ElementsAre("\"three\"\tfour "), ElementsAre("five")));
  EXPECT_THAT(records_of("LICENSE", "a,b\n"), ElementsAre(ElementsAre("a,b")));
}

TEST(TextRecords, LeavesBlankLinesOutButCountsThem) {
  EXPECT_THAT(lines_of("a.txt", "\n = A =\n \t\n\r\nb\n\n"), ElementsAre(2, 5));
  EXPECT_THAT(lines_of("a.tsv", "x\t1\n\ny\t2\n"), ElementsAre(1, 3));
}

TEST(TextRecords, TakesQuotesInTsvForText) {
  EXPECT_THAT(records_of("a.tsv", "\"Then he\t1\nsaid \"a\"\t2\r\n\t3\n"),
              ElementsAre(ElementsAre("\"Then he", "1"), ElementsAre("said \"a\"", "2"), ElementsAre("", "3")));
}

TEST(TextRecords, ReadsQuotedFieldsOfCsv) {
  EXPECT_THAT(records_of("a.CSV", "\"a, b\",1\r\n\"say \"\"hi\"\"\",2\n,\"\"\n5\" disc,3"),
              ElementsAre(ElementsAre("a, b", "1"), ElementsAre("say \"hi\"", "2"), ElementsAre("", ""),
                          ElementsAre("5\" disc", "3")));
}

TEST(TextRecords, ReadsCsvFieldsOfSeveralLines) {
  const std::string content = "\"one\ntwo\r\nthree\",1\nfour,2\n";
  EXPECT_THAT(records_of("a.csv", content),
              ElementsAre(ElementsAre("one\ntwo\r\nthree", "1"), ElementsAre("four", "2")));
  EXPECT_THAT(lines_of("a.csv", content), ElementsAre(1, 4));
}

TEST(TextRecords, ReadsAnEmptyLastField) {
  EXPECT_THAT(records_of("a.csv", "a,\nb,"), ElementsAre(ElementsAre("a", ""), ElementsAre("b", "")));
  EXPECT_THAT(records_of("a.tsv", "a\t\r\nb\t"), ElementsAre(ElementsAre("a", ""), ElementsAre("b", "")));
}

TEST(TextRecords, TakesAByteOrderMarkForNoText) {
  EXPECT_THAT(records_of("a.tsv", "\xEF\xBB\xBFtext\tlabel\n"), ElementsAre(ElementsAre("text", "label")));
}

TEST(TextRecords, NamesTheLineThatIsNotUtf8) {
  EXPECT_THAT(refusal("a.txt", "gut\n\nsch\xF6n\n"), HasSubstr("a.txt:3: byte 0xF6 is not UTF-8"));
  EXPECT_THAT(refusal("a.txt",
                      "\xFF\xFE"
                      "a\n"),
              HasSubstr("a.txt:1: byte 0xFF"));
  EXPECT_THAT(refusal("a.txt", "\xED\xA0\x80"), HasSubstr("a.txt:1: ")) << "half of a surrogate pair";
  EXPECT_THAT(refusal("a.txt", "\xC0\x80"), HasSubstr("a.txt:1: ")) << "a longer form than needed";
  EXPECT_THAT(refusal("a.txt", "ok \xE2\x82"), HasSubstr("a.txt:1: ")) << "cut off";
  EXPECT_THAT(records_of("a.txt", "\xF4\x8F\xBF\xBF"), ElementsAre(ElementsAre("\xF4\x8F\xBF\xBF")));
}

TEST(TextRecords, NamesTheLineOfOtherWidth) {
  EXPECT_THAT(refusal("a.csv", "good,1\nnot, bad,0\n"),
              HasSubstr("a.csv:2: the number of fields is 3, in line 1 it is 2"));
  EXPECT_THAT(refusal("a.tsv", "a\tb\n\nc\n"), HasSubstr("a.tsv:3: the number of fields is 1"));
}

TEST(TextRecords, NamesTheLineOfAQuoteThatDoesNotFit) {
  EXPECT_THAT(refusal("a.csv", "a,1\n\"b,2\nc,3\n"), HasSubstr("a.csv:2: a quote is opened here and never closed"));
  EXPECT_THAT(refusal("a.csv", "\"a\nb\"c,1\n"), HasSubstr("a.csv:2: something follows a closing quote"));
}

TEST(TextRecords, RefusesAFileWithoutText) {
  EXPECT_THAT(refusal("a.txt", ""), HasSubstr("is empty"));
  EXPECT_THAT(refusal("a.txt", "\n  \n"), HasSubstr("is empty"));
  EXPECT_EQ(error_of([] { TextRecords("/nonexistent/a.txt"); }).code(), ErrorCode::io);
}

}  // namespace
}  // namespace halftone
