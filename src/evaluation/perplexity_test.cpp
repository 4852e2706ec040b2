#include <gtest/gtest.h>

#include <cmath>

#include "evaluation/expect_error.h"
#include "evaluation/metric_fixture.h"

namespace halftone {
namespace {

float log_of(double probability) { return static_cast<float>(std::log(probability)); }

// D. Jurafsky, J. H. Martin, "Speech and Language Processing", section 3.3: digits that are all as likely have a
// perplexity of 10.
TEST(Perplexity, OfTenEquallyLikelyTokensIsTen) {
  MetricFixture fixture("perplexity");
  fixture.targeted(floats(std::vector<float>(30, 2.5F), {3, 10}), longs({4, 0, 9}, {3}));
  EXPECT_NEAR(fixture.value(), 10, 1e-12);
}

// By hand: tokens of probability 1/2, 1/4 and 1/8 have (2 · 4 · 8)^(1/3) = 4.
TEST(Perplexity, IsTheGeometricMeanOfInverseProbabilities) {
  MetricFixture fixture("perplexity");
  fixture.targeted(floats({log_of(0.5), log_of(0.5), log_of(0.75), log_of(0.25)}, {2, 2}), longs({0, 1}, {2}));
  fixture.targeted(floats({log_of(0.875), log_of(0.125)}, {1, 2}), longs({1}, {1}));
  EXPECT_NEAR(fixture.value(), 4, 1e-6);
  EXPECT_NEAR(fixture.value({1, 0}), std::sqrt(8), 1e-6);
}

TEST(Perplexity, PassesOverPadding) {
  MetricFixture fixture("perplexity");
  fixture.targeted(floats({0, 0, 5, 1, 100, -100}, {3, 2}), longs({0, -100, -1}, {3}));
  EXPECT_NEAR(fixture.value(), 2, 1e-12);
}

TEST(Perplexity, OfLargeLogitsIsFinite) {
  MetricFixture fixture("perplexity");
  fixture.targeted(floats({10'000, 10'000}, {1, 2}), longs({1}, {1}));
  EXPECT_NEAR(fixture.value(), 2, 1e-12);
}

TEST(Perplexity, RefusesWhatDoesNotFit) {
  expect_error(ErrorCode::invalid_data, "first output is 3x10, its target has 2 tokens", [] {
    MetricFixture("perplexity").targeted(floats(std::vector<float>(30), {3, 10}), longs({1, 2}, {2}));
  });
  expect_error(ErrorCode::invalid_data, "token 10 is not one of the 10", [] {
    MetricFixture("perplexity").targeted(floats(std::vector<float>(10), {1, 10}), longs({10}, {1}));
  });
  expect_error(ErrorCode::invalid_data, "where whole numbers are expected", [] {
    MetricFixture("perplexity").targeted(floats({1, 2}, {1, 2}), floats({0.5F}, {1}));
  });
  expect_error(ErrorCode::invalid_data, "no target token", [] {
    MetricFixture fixture("perplexity");
    fixture.targeted(floats({1, 2}, {1, 2}), longs({-1}, {1})).value();
  });
  EXPECT_FALSE(make_metric("perplexity")->higher_is_better());
}

}  // namespace
}  // namespace halftone
