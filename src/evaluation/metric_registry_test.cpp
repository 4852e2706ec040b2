#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// The same score for every sample.
class Constant : public MeanMetric {
 public:
  Constant(std::string name, double score) : name_(std::move(name)), score_(score) {}
  std::string name() const override { return name_; }
  Truth truth() const override { return Truth::label; }
  bool higher_is_better() const override { return true; }
  double score(const MetricSample&) const override { return score_; }

 private:
  std::string name_;
  double score_;
};

MetricFactory constant(const std::string& name, double score) {
  return [=] { return std::make_unique<Constant>(name, score); };
}

double score_of(const std::string& name) { return make_metric(name)->as_mean()->score({}); }

TEST(MetricRegistry, KnowsMetricsOfTheCallingProgram) {
  add_metric("always_half", constant("always_half", 0.5));
  EXPECT_EQ(score_of("always_half"), 0.5);
  EXPECT_THAT(metric_names(), Contains("always_half"));
}

TEST(MetricRegistry, GivesANameTwiceOnlyWhereThatIsMeant) {
  add_metric("changing", constant("changing", 1));
  EXPECT_THROW(add_metric("changing", constant("changing", 2)), Error);
  EXPECT_EQ(score_of("changing"), 1);
  add_metric("changing", constant("changing", 2), /*replace=*/true);
  EXPECT_EQ(score_of("changing"), 2);
}

TEST(MetricRegistry, KeepsBuiltInNames) {
  EXPECT_THROW(add_metric("top1", constant("top1", 0), /*replace=*/true), Error);
  EXPECT_THROW(add_metric("top17", constant("top17", 0)), Error);
  EXPECT_THROW(add_metric("", constant("", 0)), Error);
  EXPECT_THROW(add_metric("nothing", {}), Error);
}

TEST(MetricRegistry, NamesTheNearestOfAll) {
  add_metric("word_error_rate", constant("word_error_rate", 0));
  try {
    make_metric("word_eror_rate");
    FAIL() << "an unknown metric was made";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.hint(), HasSubstr("word_error_rate"));
  }
}

}  // namespace
}  // namespace halftone
