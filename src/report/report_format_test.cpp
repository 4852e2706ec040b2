#include "report/report_format.h"

#include <gmock/gmock.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Json evaluated(const std::string& verdict) {
  return {{"command", "evaluate"},
          {"model", "models/int8.bin"},
          {"started", "2026-01-31T09:30:00Z"},
          {"config", {{"tuning", {{"accuracy", {{"confidence", 0.95}}}}}}},
          {"samples", 400},
          {"metrics", {{"top1", {{"value", 0.6}, {"low", 0.55}, {"high", 0.65}}}}},
          {"against",
           {{"model", "models/float.bin"},
            {"metrics", {{"top1", {{"value", 0.61}, {"delta", {{"value", -0.01}, {"low", -0.02}, {"high", 0.0}}}}}}},
            {"flips", {{"lost", 7}, {"gained", 3}}}}},
          {"gate",
           {{"decide", "estimate"},
            {"confidence", 0.95},
            {"accuracy", {{"metric", "top1"}, {"max_drop", "0.5pt"}, {"limit", 0.605}, {"verdict", verdict}}}}},
          {"verdict", verdict},
          {"samples_needed", verdict == "undecided" ? Json(9000) : Json(nullptr)},
          {"seconds", 12.5},
          {"warnings", Json::array({"the data look odd"})}};
}

TEST(ReportFormat, IsReadByItsName) {
  EXPECT_EQ(parse_report_format("junit"), ReportFormat::junit);
  EXPECT_THROW(parse_report_format("pdf"), Error);
}

TEST(Junit, HasACaseForEachGate) {
  const std::string xml = make_report({evaluated("met")}, ReportFormat::junit);
  EXPECT_THAT(xml, HasSubstr("<testsuites name=\"halftone\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""));
  EXPECT_THAT(xml, HasSubstr("timestamp=\"2026-01-31T09:30:00\""));
  EXPECT_THAT(xml, HasSubstr("name=\"top1: loses at most 0.5pt\""));
  EXPECT_THAT(xml, Not(HasSubstr("<failure")));
}

TEST(Junit, FailsWhatIsNotMetAndTellsWhy) {
  const std::string xml = make_report({evaluated("not_met")}, ReportFormat::junit);
  EXPECT_THAT(xml,
              AllOf(HasSubstr("failures=\"1\""), HasSubstr("<failure type=\"not_met\" message=\"changes by -1.00 pt "
                                                           "(-2.00 … 0.00) to 60.00 %; the limit is 60.50 %\"")));
}

TEST(Junit, FailsWhatIsUndecidedSinceTheCommandDoes) {
  const std::string xml = make_report({evaluated("undecided")}, ReportFormat::junit);
  EXPECT_THAT(xml, AllOf(HasSubstr("type=\"undecided\""), HasSubstr("about 9,000 samples would tell")));
}

TEST(Junit, SkipsWhereNoGateWasAskedFor) {
  Json result = evaluated("met");
  result["gate"] = nullptr;
  EXPECT_THAT(make_report({result}, ReportFormat::junit),
              AllOf(HasSubstr("skipped=\"1\""), HasSubstr("<skipped message=")));
}

TEST(Junit, HoldsSeveralResultsAsSuites) {
  const std::string xml = make_report({evaluated("met"), evaluated("not_met")}, ReportFormat::junit);
  EXPECT_THAT(xml, HasSubstr("<testsuites name=\"halftone\" tests=\"2\" failures=\"1\""));
}

TEST(Junit, TellsAnErrorAsOne) {
  const Json error{{"error", {{"code", "io"}, {"message", "no such file"}, {"context", Json::array()}, {"hint", ""}}}};
  EXPECT_THAT(make_report({error}, ReportFormat::junit), HasSubstr("<error type=\"io\" message=\"no such file\""));
}

TEST(MarkdownReport, HasTheAnswerTheTableAndTheWarnings) {
  const std::string text = make_report({evaluated("not_met")}, ReportFormat::md);
  EXPECT_THAT(text, HasSubstr("### int8.bin\n"));
  EXPECT_THAT(text, HasSubstr("❌ Still accurate? **-1.00 pt top1**, beyond the limit"));
  EXPECT_THAT(text, HasSubstr("| top1 | 61.00 % | 60.00 % | 55.00 … 65.00 | -1.00 pt | -2.00 … 0.00 |"));
  EXPECT_THAT(text, HasSubstr("> ⚠️ the data look odd"));
}

TEST(HtmlReport, HoldsTextsOfTheResultAsTextAlone) {
  Json result = evaluated("met");
  result["model"] = "</title><script>alert(1)</script>{{script}}.bin";
  result["warnings"] = {"<img src=x onerror=alert(1)>", "{{data}}"};
  const std::string html = make_report({result}, ReportFormat::html);
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, HasSubstr("<li>{{data}}</li>"));
}

TEST(HtmlReport, AllowsItsOwnScriptAloneAndFetchesNothing) {
  const std::string html = make_report({evaluated("met")}, ReportFormat::html);
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, HasSubstr("script-src 'sha256-"));
  EXPECT_THAT(html, Not(HasSubstr("src=\"http")));
}

TEST(HtmlReport, HasATableForEachChart) {
  const std::string html = make_report({evaluated("met")}, ReportFormat::html);
  EXPECT_THAT(html, HasSubstr("<figure class=\"chart intervals\" id=\"r1-chart-1\">"));
  EXPECT_THAT(html, AllOf(HasSubstr("href=\"#r1-accuracy-table\""), HasSubstr("<table id=\"r1-accuracy-table\"")));
}

TEST(HtmlReport, IsTheSameForTheSameResult) {
  EXPECT_EQ(make_report({evaluated("met")}, ReportFormat::html), make_report({evaluated("met")}, ReportFormat::html));
}

TEST(Report, RefusesWhatIsNoResult) {
  EXPECT_THROW(make_report({Json::object()}, ReportFormat::html), Error);
  EXPECT_THROW(make_report({Json::array()}, ReportFormat::md), Error);
}

}  // namespace
}  // namespace halftone
