#include "verbs/output_comparison.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "halftone/error.h"

namespace halftone {
namespace {

/// Gives its input times a factor as the first output, and constant outputs beside it.
class FactorSession final : public Session {
 public:
  explicit FactorSession(float factor, NamedTensors others = {}) : factor_(factor), others_(std::move(others)) {}
  bool concurrent() const override { return true; }

 private:
  NamedTensors do_run(const NamedTensors& inputs, const TensorObserver&) const override {
    std::vector<float> values = inputs.at(0).value.to_floats();
    for (float& value : values) value *= factor_;
    NamedTensors outputs{{"y", Tensor::from(std::move(values), inputs[0].value.shape())}};
    outputs.insert(outputs.end(), others_.begin(), others_.end());
    return outputs;
  }
  float factor_;
  NamedTensors others_;
};

/// Two items of two samples with three values.
class TwoItems final : public DataSource {
 public:
  std::string spec() const override { return "two"; }
  std::optional<std::size_t> size() const override { return 2; }
  std::string id(std::size_t index) const override { return std::to_string(index); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }
  std::string fingerprint() const override { return "two"; }
  DataItem item(std::size_t index) const override {
    const float base = index == 0 ? 1.0F : -1.0F;
    return {id(index), {{"x", Tensor::from<float>({base, 2, 3, 4, base, 6}, {2, 3})}}, {2, 2}};
  }
};

Contender contender(const std::string& name, std::unique_ptr<Session> session, std::size_t outputs = 1) {
  Contender made{name, std::move(session), {"x"}, {}};
  for (std::size_t i = 0; i < outputs; ++i) made.outputs.emplace_back(i);
  return made;
}

std::vector<ContenderScores> scores_of(const std::vector<Contender>& contenders, const MetricChoice& metrics) {
  const DataLoader data(std::make_shared<TwoItems>(), {{"x", DType::f32, Shape{-1, 3}}}, std::nullopt, 0);
  return compare_outputs(contenders, data, metrics, 2, silent_progress());
}

TEST(OutputComparison, ScoresEverySampleOfEveryItemInOrder) {
  std::vector<Contender> contenders;
  contenders.push_back(contender("a", std::make_unique<FactorSession>(1.0F)));
  contenders.push_back(contender("b", std::make_unique<FactorSession>(1.1F)));
  contenders.push_back(contender("c", std::make_unique<FactorSession>(-1.0F)));
  const auto scores = scores_of(contenders, {{"top1", "agreement"}, false});
  ASSERT_EQ(scores.size(), 3u);
  EXPECT_EQ(scores[0].measured.ids, (std::vector<std::string>{"0#0", "0#1", "1#0", "1#1"}));
  EXPECT_EQ(scores[0].measured.scores.at("top1"), (std::vector<double>{1, 1, 1, 1}));
  EXPECT_FALSE(scores[0].measured.scores.contains("agreement")) << "the first has nothing to agree with";
  EXPECT_EQ(scores[1].measured.scores.at("agreement"), (std::vector<double>{1, 1, 1, 1}));
  EXPECT_EQ(scores[2].measured.scores.at("top1"), (std::vector<double>{0, 0, 0, 0}));
  ASSERT_EQ(scores[1].outputs.at(0).cosine.size(), 4u);
  EXPECT_NEAR(scores[1].outputs[0].cosine[2], 1, 1e-6);
  EXPECT_NEAR(scores[1].outputs[0].sqnr[2], 20, 1e-4) << "a tenth of the signal is 20 dB below it";
  EXPECT_NEAR(scores[2].outputs[0].cosine[0], -1, 1e-6);
}

TEST(OutputComparison, TakesTheClassesOfTheFirstAsLabelsWhereAsked) {
  std::vector<Contender> contenders;
  contenders.push_back(contender("a", std::make_unique<FactorSession>(-1.0F)));
  contenders.push_back(contender("b", std::make_unique<FactorSession>(-2.0F)));
  const auto scores = scores_of(contenders, {{"top1"}, true});
  EXPECT_FALSE(scores[0].measured.scores.contains("top1"));
  EXPECT_EQ(scores[1].measured.scores.at("top1"), (std::vector<double>{1, 1, 1, 1}));
}

TEST(OutputComparison, LeavesOutWhatCannotBeCompared) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor boxes = Tensor::from<float>({1, 2, 3, 4}, {2, 2});
  const Tensor more_boxes = Tensor::from<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  const Tensor holes = Tensor::from<float>({1, nan, 3, 4}, {2, 2});
  const Tensor words = Tensor::from<std::string>({"a", "b"}, {2});
  std::vector<Contender> contenders;
  contenders.push_back(
      contender("a", std::make_unique<FactorSession>(1, NamedTensors{{"n", boxes}, {"h", boxes}, {"s", words}}), 4));
  contenders.push_back(contender(
      "b", std::make_unique<FactorSession>(1, NamedTensors{{"n", more_boxes}, {"h", holes}, {"s", words}}), 4));
  const auto scores = scores_of(contenders, {});
  EXPECT_EQ(scores[1].outputs[0].left_out, 0u);
  EXPECT_EQ(scores[1].outputs[1].left_out, 4u);
  EXPECT_EQ(scores[1].outputs[2].left_out, 2u);
  EXPECT_EQ(scores[1].outputs[2].cosine, (std::vector<double>{1, 1}));
  EXPECT_TRUE(scores[1].outputs[3].cosine.empty()) << "strings";
}

TEST(OutputComparison, NeedsLabelsForMetricsOfLabels) {
  std::vector<Contender> contenders;
  contenders.push_back(contender("a", std::make_unique<FactorSession>(1.0F)));
  contenders.push_back(contender("b", std::make_unique<FactorSession>(1.0F)));
  EXPECT_THROW(scores_of(contenders, {{"top5"}, false}), Error) << "three classes";
}

TEST(RowOfClasses, HasOneLongAxisAtTheMost) {
  const auto is_row = [](const Shape& shape, std::size_t samples) {
    return is_row_of_classes(Tensor::from(std::vector<float>(element_count(shape)), shape), samples);
  };
  EXPECT_TRUE(is_row({4, 10}, 4));
  EXPECT_TRUE(is_row({4, 10, 1, 1}, 4));
  EXPECT_TRUE(is_row({10}, 1));
  EXPECT_TRUE(is_row({4}, 4));
  EXPECT_FALSE(is_row({4, 10, 7, 7}, 4));
  EXPECT_FALSE(is_row({1, 128, 30000}, 1));
}

}  // namespace
}  // namespace halftone
