#include "report/document/make_document.h"

#include <gmock/gmock.h>

#include "report/report_format.h"

namespace halftone::report {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json estimate(double value, double low, double high) { return {{"value", value}, {"low", low}, {"high", high}}; }

Json quantized() {
  return {{"command", "quantize"},
          {"model", "net.bin"},
          {"approach", "static"},
          {"accuracy",
           {{"top1",
             {{"float", estimate(0.64, 0.6, 0.68)},
              {"value", estimate(0.636, 0.59, 0.67)},
              {"delta", estimate(-0.004, -0.016, 0.008)}}}}},
          {"latency_ms",
           {{"float", {{"min", 5.0}, {"p50", 6.0}, {"p90", 6.5}, {"p99", 8.0}}},
            {"quantized", {{"min", 2.5}, {"p50", 3.0}, {"p90", 3.2}, {"p99", 4.0}}},
            {"ratio", {{"p50", 0.5}, {"low", 0.48}, {"high", 0.52}}}}},
          {"ops",
           {{"total", 10},
            {"quantized", 8},
            {"by_type", {{"Conv", {{"total", 10}, {"quantized", 8}}}}},
            {"float",
             {{{"name", "a"}, {"type", "Conv"}, {"reason", "a rule"}},
              {{"name", "b"}, {"type", "Conv"}, {"reason", "a rule"}}}}}},
          {"size_bytes", {{"before", 4'000}, {"after", 1'000}}}};
}

const Section* section_of(const Document& document, const std::string& id) {
  for (const Section& section : document.sections) {
    if (section.id == id) return &section;
  }
  return nullptr;
}

TEST(QuantizeDocument, AnswersTheThreeQuestions) {
  const Document document = make_document(quantized());
  ASSERT_EQ(document.answers.size(), 3U);
  EXPECT_EQ(document.answers[0].answer, "-0.40 pt top1");
  EXPECT_EQ(document.answers[0].verdict, "no difference found");
  EXPECT_EQ(document.answers[1].answer, "2.00× faster");
  EXPECT_EQ(document.answers[2].answer, "2 of 10 ops");
  EXPECT_EQ(document.answers[2].detail, "a, b: a rule.");
}

TEST(QuantizeDocument, CallsALossThatTheIntervalShowsOne) {
  Json result = quantized();
  result["accuracy"]["top1"]["delta"] = estimate(-0.02, -0.03, -0.01);
  EXPECT_EQ(make_document(result).answers[0].verdict, "a loss");
}

TEST(QuantizeDocument, SaysWhatWasNotMeasured) {
  const Document document = make_document({{"command", "quantize"}, {"accuracy", nullptr}, {"latency_ms", nullptr}});
  EXPECT_EQ(document.answers[0].answer, "Not measured");
  EXPECT_EQ(document.answers[1].answer, "Not measured");
  EXPECT_FALSE(document.overview.has_value());
  EXPECT_EQ(section_of(document, "accuracy"), nullptr);
}

TEST(QuantizeDocument, PutsTheLimitIntoTheCharts) {
  Json result = quantized();
  result["gate"] = {{"accuracy", {{"metric", "top1"}, {"max_drop", "1pt"}, {"limit", 0.63}, {"verdict", "met"}}}};
  const Section* accuracy = section_of(make_document(result), "accuracy");
  const Document document = make_document(result);
  accuracy = section_of(document, "accuracy");
  ASSERT_NE(accuracy, nullptr);
  const Json& change = accuracy->charts.at(0).data["panels"][1];
  EXPECT_NEAR(change["lines"][1]["value"].get<double>(), -1, 1e-9);
  EXPECT_EQ(document.answers[0].verdict, "within the limit");
}

Json trial(int id, const std::string& stage, double top1, double latency, const std::string& verdict) {
  return {{"id", id},
          {"stage", stage},
          {"changes", "everything in int8"},
          {"metrics", {{"top1", estimate(top1, top1 - 0.01, top1 + 0.01)}}},
          {"latency_ms", latency},
          {"latency_ratio", estimate(latency / 6, latency / 6.5, latency / 5.5)},
          {"size_bytes", 1'000},
          {"verdict", verdict},
          {"error", nullptr}};
}

Json tuned() {
  return {
      {"command", "tune"},
      {"model", "net.bin"},
      {"baseline", {{"metrics", {{"top1", estimate(0.64, 0.63, 0.65)}}}, {"latency_ms", 6.0}, {"size_bytes", 4'000}}},
      {"goal",
       {{"criteria",
         {{{"metric", "top1"}, {"max_drop", "0.5pt"}, {"limit", 0.635}, {"higher_is_better", true}, {"weight", 1}}}},
        {"decide", "estimate"},
        {"objective", {{"latency", 1.0}}}}},
      {"trials",
       {trial(0, "float", 0.64, 6, "met"), trial(1, "basic", 0.62, 2, "not_met"),
        trial(2, "fallback", 0.638, 3, "met")}},
      {"best", 2},
      {"target_met", true},
      {"stop_reason", "target met"},
      {"pareto", {0, 1, 2}},
      {"selection",
       {{"how", "fresh_samples"},
        {"samples", 500},
        {"metrics",
         {{"top1",
           {{"float", estimate(0.64, 0.63, 0.65)},
            {"value", estimate(0.637, 0.62, 0.65)},
            {"delta", estimate(-0.003, -0.01, 0.004)}}}}}}}};
}

TEST(TuneDocument, ShowsEachTrialAsAPointAndARow) {
  const Document document = make_document(tuned());
  const Section* trials = section_of(document, "trials");
  ASSERT_NE(trials, nullptr);
  ASSERT_EQ(trials->charts.size(), 2U);
  const Json& points = trials->charts[0].data["points"];
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[0]["kind"], "float");
  EXPECT_EQ(points[1]["kind"], "not_met");
  EXPECT_EQ(points[2]["kind"], "chosen");
  EXPECT_EQ(points[2]["row"], trials->tables.at(0).row_ids.at(2));
  EXPECT_EQ(trials->charts[0].data["lines"][0]["value"], 63.5);
}

TEST(TuneDocument, SaysWhichModelWasChosenAndHowItWasJudged) {
  const Document document = make_document(tuned());
  EXPECT_EQ(document.answers[0].answer, "-0.30 pt top1");
  EXPECT_EQ(document.answers[0].verdict, "target met");
  EXPECT_EQ(document.answers[1].answer, "2.00× faster");
  const Section* accuracy = section_of(document, "accuracy");
  ASSERT_NE(accuracy, nullptr);
  EXPECT_THAT(accuracy->paragraphs, Contains(HasSubstr("judged again on 500 samples")));
}

TEST(TuneDocument, FailsItsCheckWhereNothingMetTheGoal) {
  Json result = tuned();
  result["target_met"] = false;
  result["best"] = nullptr;
  result["trials"][1]["error"] = "the runtime refused the model";
  const Document document = make_document(result);
  EXPECT_EQ(document.checks.at(0).outcome, Check::Outcome::failed);
  EXPECT_EQ(document.checks.back().outcome, Check::Outcome::skipped);
  EXPECT_EQ(document.checks.back().message, "the runtime refused the model");
}

TEST(TuneDocument, BearsTheAbsenceOfEverything) {
  const Document document = make_document({{"command", "tune"}});
  EXPECT_THAT(document.sections, IsEmpty());
  EXPECT_EQ(document.answers.size(), 3U);
}

Json compared() {
  return {{"command", "compare"},
          {"models", {{{"model", "a/net.bin"}}, {{"model", "b/net.bin"}}}},
          {"samples", 10},
          {"metrics", {{"top1", {{{"value", 0.9}}, {{"value", 0.8}, {"delta", estimate(-0.1, -0.2, 0)}}}}}},
          {"outputs", {{{"name", "y"}, {"cosine", {nullptr, estimate(0.99, 0.98, 1)}}, {"sqnr", {nullptr, 30.0}}}}},
          {"disagreeing", {"3", "7"}},
          {"disagreeing_count", 2},
          {"latency_ms", {{{"p50", 2.0}, {"min", 1.0}}, {{"p50", 1.0}, {"ratio", {{"p50", 0.5}}}}}},
          {"ops_changed", {{{"model", "b/net.bin"}, {"name", "a"}, {"from", "Conv"}, {"to", nullptr}}}},
          {"size_bytes", {4'000, 1'000}}};
}

TEST(CompareDocument, HasARowForEachModel) {
  const Document document = make_document(compared());
  ASSERT_TRUE(document.overview.has_value());
  ASSERT_EQ(document.overview->rows.size(), 2U);
  EXPECT_EQ(document.overview->rows[1][0].text, "b/net.bin")
      << "names that are the same are told apart by their folders";
  EXPECT_EQ(document.overview->rows[1][1].text, "80.00 % (-10.00 pt, -20.00 … 0.00)");
  EXPECT_EQ(document.answers[0].answer, "On 80.00 %");
}

Json diagnosed() {
  return {{"command", "diagnose"},
          {"against", "int8.bin"},
          {"model", "net.bin"},
          {"compared", {{"ops", 2}, {"of", 3}}},
          {"ops",
           {{{"name", "worst"}, {"type", "Conv"}, {"added_noise", 0.02}, {"float_range", {-1.0, 2.0}}},
            {{"name", "clean"}, {"added_noise", 0}}}},
          {"output", {{{"name", "y"}, {"sqnr_db", 31.5}}}},
          {"suggestions", {{{"op", "worst"}, {"option", "--set x"}, {"reason", "it adds noise"}}}}};
}

TEST(DiagnoseDocument, RanksOpsAsBars) {
  const Document document = make_document(diagnosed());
  EXPECT_EQ(document.title, "int8.bin");
  EXPECT_EQ(document.answers[0].answer, "31.5 dB");
  EXPECT_EQ(document.answers[1].answer, "worst");
  const Section* error = section_of(document, "error");
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->charts.at(0).data["rows"].size(), 1U);
  EXPECT_EQ(error->tables.at(0).rows.size(), 2U);
}

void collect_places(const Json& json, const Json::json_pointer& at, std::vector<Json::json_pointer>& places) {
  places.push_back(at);
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) collect_places(value, at / key, places);
  } else if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) collect_places(json[i], at / i, places);
  }
}

TEST(MakeDocument, BearsAnotherKindOfValueAnywhere) {
  const std::vector<Json> kinds{
      nullptr, true, -1, 1e308, "text", Json::array(), Json::object(), {1, "a", nullptr}, {{"value", "x"}}};
  for (const Json& result : {quantized(), tuned(), compared(), diagnosed()}) {
    std::vector<Json::json_pointer> places;
    collect_places(result, Json::json_pointer(), places);
    for (const Json::json_pointer& place : places) {
      if (place.empty() || place.to_string() == "/command") continue;
      for (const Json& kind : kinds) {
        Json changed = result;
        changed[place] = kind;
        EXPECT_NO_THROW(make_report({changed}, ReportFormat::md)) << place << " " << kind.dump();
        EXPECT_NO_THROW(make_document(changed)) << place << " " << kind.dump();
      }
    }
  }
}

TEST(PlainDocument, ShowsTheValuesOfAnyOtherResult) {
  const Document document =
      make_document({{"command", "convert"}, {"model", "net.bin"}, {"format", "pairs"}, {"size", {{"after", 12}}}});
  const Section* values = section_of(document, "values");
  ASSERT_NE(values, nullptr);
  ASSERT_EQ(values->tables.at(0).rows.size(), 2U);
  EXPECT_EQ(values->tables.at(0).rows[1][0].text, "size.after");
}

}  // namespace
}  // namespace halftone::report
