#include "verbs/comparison_report.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

ContenderScores scores(const std::map<std::string, std::vector<double>>& by_metric, std::size_t samples) {
  ContenderScores made;
  for (std::size_t i = 0; i < samples; ++i) made.measured.ids.push_back("s" + std::to_string(i));
  made.measured.scores = by_metric;
  return made;
}

TEST(ComparisonReport, HasAnEntryForEachModel) {
  const std::vector<ContenderScores> all{scores({{"top1", {1, 1, 0, 0}}}, 4),
                                         scores({{"top1", {1, 0, 1, 0}}, {"agreement", {1, 0, 0, 1}}}, 4)};
  const Json json = metrics_json({{"top1", "agreement"}, false}, all, 0.95);
  EXPECT_EQ(json["top1"][0]["value"]["value"], 0.5);
  EXPECT_TRUE(json["top1"][0]["delta"].is_null());
  EXPECT_EQ(json["top1"][1]["delta"]["value"], 0.0);
  EXPECT_EQ(json["top1"][1]["flips"].dump(), R"({"lost":1,"gained":1})");
  EXPECT_TRUE(json["agreement"][0].is_null());
  EXPECT_EQ(json["agreement"][1]["value"]["value"], 0.5);
}

TEST(ComparisonReport, ListsSamplesOnWhichAnyModelDisagrees) {
  const std::vector<ContenderScores> all{scores({}, 4), scores({{"agreement", {1, 0, 1, 1}}}, 4),
                                         scores({{"agreement", {1, 1, 1, 0}}}, 4)};
  EXPECT_EQ(disagreeing_json(all).dump(), R"({"disagreeing":["s1","s3"],"disagreeing_count":2})");
}

TEST(ComparisonReport, KnowsNoDisagreementWhereItWasNotMeasured) {
  EXPECT_EQ(disagreeing_json({scores({}, 2), scores({{"cosine", {1, 1}}}, 2)}).dump(),
            R"({"disagreeing":null,"disagreeing_count":null})");
}

TEST(ComparisonReport, SaysNothingOfOutputsThatWereNotCompared) {
  std::vector<ContenderScores> all{scores({}, 2), scores({}, 2)};
  all[1].outputs = {{{0.5, 1.0}, {20, 40}, 0}, {{}, {}, 2}};
  const Json json = outputs_json({{"y", DType::f32, {}}, {"z", DType::f32, {}}}, all, 0.95);
  EXPECT_TRUE(json[0]["cosine"][0].is_null());
  EXPECT_EQ(json[0]["cosine"][1]["value"], 0.75);
  EXPECT_EQ(json[0]["sqnr"][1]["value"], 30.0);
  EXPECT_TRUE(json[1]["cosine"][1].is_null());
  EXPECT_EQ(json[1]["left_out"].dump(), "[null,2]");
}

TEST(ComparisonReport, NamesOpsThatChanged) {
  const OpDifference difference{{{"conv", "Conv", "QLinearConv"}, {"relu", "Relu", std::nullopt}}, 0};
  EXPECT_EQ(ops_changed_json("b.bin", difference).dump(),
            R"([{"model":"b.bin","name":"conv","from":"Conv","to":"QLinearConv"},)"
            R"({"model":"b.bin","name":"relu","from":"Relu","to":null}])");
}

}  // namespace
}  // namespace halftone
