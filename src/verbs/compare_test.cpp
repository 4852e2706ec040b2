#include <gmock/gmock.h>

#include "verbs/testing/verb_fixture.h"

namespace halftone {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Compare : public testing::VerbFixture {
 protected:
  /// Gives class 1 where the network gives 0, and the reverse.
  std::filesystem::path write_swapped() const {
    return write_variant("swapped.dense", {{"fc2", {0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0}}});
  }
  Result compare(std::vector<std::filesystem::path> others) {
    request_.others = std::move(others);
    return run_compare(context(), config_, request_);
  }
  static std::vector<std::string> ids_of(const std::string& spec, const std::vector<std::int64_t>& labels) {
    const auto source = open_data(spec);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < *source->size(); ++i) {
      if (std::find(labels.begin(), labels.end(), source->label(i)) != labels.end()) ids.push_back(source->id(i));
    }
    return ids;
  }

  CompareRequest request_{{}, 0, 10};
};

TEST_F(Compare, FindsNoDifferenceBetweenAModelAndItself) {
  config_.evaluation.data = write_samples("d.npz", 100, 1);
  const Result result = compare({config_.model.path});
  EXPECT_EQ(result["samples"], 100);
  EXPECT_EQ(result["metrics"]["top1"][0]["value"]["value"], 1.0);
  EXPECT_EQ(result["metrics"]["top1"][1]["delta"]["value"], 0.0);
  EXPECT_TRUE(result["metrics"]["agreement"][0].is_null());
  EXPECT_EQ(result["metrics"]["agreement"][1]["value"]["value"], 1.0);
  EXPECT_EQ(result["outputs"][0]["cosine"][1]["value"], 1.0);
  EXPECT_EQ(result["outputs"][0]["sqnr"][1]["value"], 200.0);
  EXPECT_EQ(result["disagreeing"], Json::array());
  EXPECT_EQ(result["disagreeing_count"], 0);
  EXPECT_EQ(result["ops_changed"], Json::array());
  EXPECT_EQ(result["size_bytes"][0], result["size_bytes"][1]);
  EXPECT_EQ(result["warnings"], Json::array());
}

TEST_F(Compare, ListsTheSamplesOfAnotherClass) {
  const std::string spec = write_samples("d.npz", 90, 1);
  config_.evaluation.data = spec;
  const std::vector<std::string> swapped = ids_of(spec, {0, 1});
  const std::vector<std::string> kept = ids_of(spec, {2});
  ASSERT_GT(swapped.size(), 30u);
  ASSERT_GT(kept.size(), 10u);
  const Result result = compare({write_swapped()});
  EXPECT_EQ(result["disagreeing"], Json(swapped));
  EXPECT_EQ(result["disagreeing_count"], swapped.size());
  const Json& top1 = result["metrics"]["top1"][1];
  EXPECT_NEAR(top1["value"]["value"], static_cast<double>(kept.size()) / 90, 1e-12);
  EXPECT_NEAR(top1["delta"]["value"], -static_cast<double>(swapped.size()) / 90, 1e-12);
  EXPECT_EQ(top1["flips"]["lost"], swapped.size());
  EXPECT_EQ(top1["flips"]["gained"], 0);
  EXPECT_LT(result["outputs"][0]["cosine"][1]["value"], 1.0);
}

TEST_F(Compare, BoundsTheListOfSamples) {
  config_.evaluation.data = write_samples("d.npz", 400, 1);
  const Result result = compare({write_swapped()});
  EXPECT_GT(result["disagreeing_count"], 200);
  EXPECT_EQ(result["disagreeing"].size(), 100u);
}

TEST_F(Compare, TakesAnyNumberOfModels) {
  use_data(write_samples("d.npz", 300, 1));
  quantize();
  const Result result = compare({folder_ / "out.dense", write_swapped()});
  EXPECT_EQ(result["models"].size(), 3u);
  EXPECT_EQ(result["models"][1]["model"], (folder_ / "out.dense").string());
  EXPECT_GT(result["metrics"]["agreement"][1]["value"]["value"], 0.95);
  EXPECT_LT(result["metrics"]["agreement"][2]["value"]["value"], 0.5);
  EXPECT_GT(result["outputs"][0]["sqnr"][1]["value"], 30.0);
  EXPECT_LT(result["outputs"][0]["sqnr"][1]["value"], 60.0);
}

TEST_F(Compare, TellsWhichOpsRunOtherwise) {
  use_data(write_samples("d.npz", 300, 1));
  quantize();
  const Result result = compare({folder_ / "out.dense"});
  const std::string int8 = (folder_ / "out.dense").string();
  EXPECT_EQ(result["ops_changed"],
            Json::parse(R"([{"model": ")" + int8 + R"(", "name": "fc1", "from": "Dense", "to": "Int8Dense"},)" +
                        R"({"model": ")" + int8 + R"(", "name": "fc2", "from": "Dense", "to": "Int8Dense"},)" +
                        R"({"model": ")" + int8 + R"(", "name": "relu", "from": "Relu", "to": null}])"));
  EXPECT_EQ(result["models"][0]["ops"].dump(), R"({"source":"executed","total":3,"low_precision":0,)"
                                               R"("by_type":{"Dense":2,"Relu":1},"added":null})");
  EXPECT_EQ(result["models"][1]["ops"].dump(),
            R"({"source":"executed","total":2,"low_precision":2,"by_type":{"Int8Dense":2},"added":0})");
}

TEST_F(Compare, BindsOtherNamesByPositionAndSaysSo) {
  config_.evaluation.data = write_samples("d.npz", 100, 1);
  const Result result = compare({write_variant("o.dense", {{"input", "data"}, {"output", "prob"}})});
  EXPECT_EQ(result["metrics"]["agreement"][1]["value"]["value"], 1.0);
  EXPECT_THAT(warnings_of(result), Contains(HasSubstr("'x' → 'data'")));
  EXPECT_THAT(warnings_of(result), Contains(HasSubstr("'y' → 'prob'")));
}

TEST_F(Compare, WithoutDataMeasuresWhatRandomInputsCanTell) {
  const Result result = compare({write_swapped()});
  EXPECT_EQ(result["random"], true);
  EXPECT_EQ(result["samples"], 32);
  EXPECT_EQ(result["metrics"], Json::object());
  EXPECT_TRUE(result["disagreeing"].is_null());
  EXPECT_TRUE(result["disagreeing_count"].is_null());
  EXPECT_LT(result["outputs"][0]["cosine"][1]["value"], 1.0);
  EXPECT_THAT(warnings_of(result), Contains(HasSubstr("inputs are random")));
}

TEST_F(Compare, MeasuresLatencyInPairsWithTheFirst) {
  request_.runs = 8;
  const Result result = compare({write_swapped(), write_network("o.dense")});
  ASSERT_EQ(result["latency_ms"].size(), 3u);
  EXPECT_EQ(result["latency_ms"][0], result["latency_ms"][1]["first"]);
  for (const std::size_t other : {1u, 2u}) {
    EXPECT_EQ(result["latency_ms"][other]["pairs"], 8);
    EXPECT_GT(result["latency_ms"][other]["ratio"]["p50"], 0.0);
  }
  request_.runs = 0;
  EXPECT_TRUE(compare({write_swapped()})["latency_ms"].is_null());
}

TEST_F(Compare, DoesWithoutLabels) {
  config_.evaluation.data = write_samples("d.npz", 60, 1, 0, false);
  const Result result = compare({write_swapped()});
  EXPECT_FALSE(result["metrics"].contains("top1"));
  EXPECT_LT(result["metrics"]["agreement"][1]["value"]["value"], 0.6);
  config_.evaluation.metrics = {"top1"};
  EXPECT_EQ(error_of([&] { compare({write_swapped()}); }).code(), ErrorCode::invalid_data);
  config_.evaluation.labels = "float";
  EXPECT_EQ(compare({write_swapped()})["metrics"]["top1"][1]["value"], result["metrics"]["agreement"][1]["value"]);
}

TEST_F(Compare, LeavesOutSamplesThatHoldNoNumbers) {
  use_data(write_samples("d.npz", 300, 1, 0, false));
  quantize();
  Json broken = Json::parse(R"({"fault": "nan"})");
  broken["quantized"] = {{"x", {{"scale", 1.0 / 255}, {"zero_point", 0}}},
                         {"r", {{"scale", 1.0 / 255}, {"zero_point", 0}}}};
  const auto path = write_variant("broken.dense", broken);
  config_.evaluation.data.clear();
  const Result result = compare({path});
  EXPECT_EQ(result["outputs"][0]["left_out"][1], 32);
  EXPECT_TRUE(result["outputs"][0]["cosine"][1].is_null());
  EXPECT_THAT(warnings_of(result), Contains(HasSubstr("32 of 32 samples")));
}

TEST_F(Compare, NamesModelAndSampleWhereAMetricCannotJudge) {
  Json broken = Json::parse(R"({"fault": "nan", "quantized": {}})");
  config_.evaluation.data = write_samples("d.npz", 60, 1);
  const Error error = error_of([&] { compare({write_variant("broken.dense", broken)}); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_THAT(error.context(), Contains(HasSubstr("broken.dense")));
  EXPECT_THAT(error.context(), Contains(HasSubstr("sample '")));
}

TEST_F(Compare, RefusesModelsThatCannotTakeTheSameInputs) {
  config_.evaluation.data = write_samples("d.npz", 60, 1);
  const Error error = error_of([&] {
    compare({write_variant("b1.dense", {{"batch", 1}}), write_variant("b2.dense", {{"batch", 2}})});
  });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_THAT(error.message(), HasSubstr("b2.dense"));
}

TEST_F(Compare, StopsWhereTheFirstModelMissesItsExpectation) {
  config_.evaluation.data = write_samples("d.npz", 60, 1);
  config_.evaluation.expect = "top1=0.5±0.1";
  EXPECT_EQ(error_of([&] { compare({write_swapped()}); }).code(), ErrorCode::invalid_data);
  config_.evaluation.expect = "top1=1±0";
  EXPECT_NO_THROW(compare({write_swapped()}));
}

TEST_F(Compare, NeedsASecondModel) {
  EXPECT_EQ(error_of([&] { compare({}); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { compare({folder_ / "missing.dense"}); }).code(), ErrorCode::io);
}

}  // namespace
}  // namespace halftone
