#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <random>

#include "calibration/range_methods.h"
#include "halftone/error.h"

namespace halftone {
namespace {

QuantSpec u8(RangeMethod method) { return {.dtype = DType::u8, .scheme = Scheme::asymmetric, .range_method = method}; }
QuantSpec s8(RangeMethod method) { return {.dtype = DType::s8, .scheme = Scheme::symmetric, .range_method = method}; }

constexpr RangeMethod kAllMethods[] = {RangeMethod::minmax, RangeMethod::percentile, RangeMethod::kl, RangeMethod::mse};

TensorStatistics statistics_of(const std::vector<float>& values, bool with_histogram = true) {
  StatisticsObserver observer(with_histogram);
  observer.observe(values);
  return observer.statistics();
}

std::vector<float> normal_values(std::size_t count, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

std::vector<float> relu(std::vector<float> values) {
  for (float& value : values) value = std::max(value, 0.0F);
  return values;
}

std::vector<float> laplacian_values(std::size_t count) {
  std::mt19937 random(3);
  std::exponential_distribution<float> exponential;
  std::vector<float> values(count);
  for (float& value : values) value = random() % 2 == 0 ? exponential(random) : -exponential(random);
  return values;
}

/// Where outliers lie.
enum class Sides { above, below, both };

/// N(0, 1) with every thousandth value 30 from zero, or `spread` about it.
std::vector<float> with_outliers(std::size_t count, Sides sides, unsigned seed = 1, float spread = 0) {
  std::vector<float> values = normal_values(count, seed);
  for (std::size_t i = 0; i < count; i += 1000) {
    const float magnitude = 30 + spread * values[i];
    values[i] = sides == Sides::above || (sides == Sides::both && i % 2000 == 0) ? magnitude : -magnitude;
  }
  return values;
}

/// What quantizing with the chosen range really costs.
double squared_error(const std::vector<float>& values, const Range& range, const QuantSpec& spec) {
  const QuantParams params = params_from_range(range, spec);
  const Shape shape{static_cast<std::int64_t>(values.size())};
  const std::vector<float> back = dequantize(quantize(values, shape, params), params);
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += std::pow(double{back[i]} - values[i], 2);
  return sum / static_cast<double>(values.size());
}

std::vector<std::vector<float>> tensors() {
  std::vector<float> mixed = normal_values(20'000);
  for (float& value : mixed) value = value < 0 ? value * 0.05F : value * value;
  std::vector<float> clip = relu(normal_values(20'000, 4));
  for (float& value : clip) value = std::min(6 * value, 6.0F);
  std::vector<float> shifted = normal_values(20'000, 5);
  for (float& value : shifted) value += 10;
  std::vector<float> negative = shifted;
  for (float& value : negative) value = -value;
  std::vector<float> pixels(20'000);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i * i % 256) / 255.0F;
  return {normal_values(20'000),
          relu(normal_values(20'000)),
          laplacian_values(20'000),
          with_outliers(20'000, Sides::above),
          with_outliers(20'000, Sides::both),
          mixed,
          clip,
          shifted,
          negative,
          pixels,
          {0, 0, 0},
          {5},
          {-5},
          {0, 1},
          {-1, 1},
          {1e38F, -1e38F, 0, 1},
          {FLT_MAX, -FLT_MAX},
          {1e-45F, -1e-45F, 0},
          {1e-38F, 2e-38F},
          std::vector<float>(100, 3.0F)};
}

TEST(ChooseRange, KeepsZeroAndStaysWithinTheExtremesForEveryMethod) {
  for (const std::vector<float>& values : tensors()) {
    const TensorStatistics statistics = statistics_of(values);
    for (const RangeMethod method : kAllMethods) {
      for (QuantSpec spec : {u8(method), s8(method)}) {
        for (const DType dtype : {spec.dtype, DType::s4, DType::s16}) {
          spec.dtype = dtype;
          const Range range = choose_range(statistics, spec);
          EXPECT_LE(range.low, 0);
          EXPECT_GE(range.high, 0);
          EXPECT_GE(range.low, std::min(statistics.min, 0.0F));
          EXPECT_LE(range.high, std::max(statistics.max, 0.0F));
          EXPECT_TRUE(statistics.min == statistics.max || range.low < range.high || method == RangeMethod::percentile)
              << to_string(method) << ' ' << statistics.min << ' ' << statistics.max;
          EXPECT_NO_THROW(params_from_range(range, spec));
          EXPECT_EQ(range, choose_range(statistics, spec)) << "deterministic";
        }
      }
    }
  }
}

TEST(ChooseRange, NeedsValuesAndAHistogram) {
  for (const RangeMethod method : kAllMethods) {
    try {
      choose_range({}, u8(method));
      ADD_FAILURE() << to_string(method);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_data);
    }
    if (method == RangeMethod::minmax) continue;
    try {
      choose_range(statistics_of({1, 2}, false), u8(method));
      ADD_FAILURE() << to_string(method);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    }
  }
}

TEST(MinmaxRange, IsTheExtremesWidenedToZero) {
  EXPECT_EQ(choose_range(statistics_of({-1, 2}, false), u8(RangeMethod::minmax)), (Range{-1, 2}));
  EXPECT_EQ(choose_range(statistics_of({1, 2}, false), u8(RangeMethod::minmax)), (Range{0, 2}));
  EXPECT_EQ(choose_range(statistics_of({-3, -2}, false), u8(RangeMethod::minmax)), (Range{-3, 0}));
}

TEST(PercentileRange, IsTheExtremesForFewValues) {
  const std::vector<float> values = with_outliers(199'999, Sides::both);
  EXPECT_EQ(choose_range(statistics_of(values), u8(RangeMethod::percentile)), (Range{-30, 30}));
}

TEST(PercentileRange, CutsFiveInAMillionAtEitherEnd) {
  std::vector<float> values = normal_values(1'000'000);
  values[10] = 1000;
  values[20] = -50;
  std::vector<float> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const TensorStatistics statistics = statistics_of(values);
  const Range range = choose_range(statistics, u8(RangeMethod::percentile));
  const float width = std::ldexp(1.0F, statistics.histogram.exponent);
  EXPECT_NEAR(range.low, sorted[5], width);
  EXPECT_NEAR(range.high, sorted[999'994], width);
}

TEST(PercentileRange, GoesBetweenTheEdgesOfABin) {
  // One bin of width 2^-11 holds 1,000,000 of 2,000,000 values: the tenth from below lies 10^-5 into it.
  std::vector<float> values(1'000'000, 1.0F);
  values.resize(2'000'000, -1.0F);
  const Range range = choose_range(statistics_of(values), u8(RangeMethod::percentile));
  EXPECT_FLOAT_EQ(range.low, -1.0F + std::ldexp(1e-5F, -11));
  EXPECT_EQ(range.high, 1);
}

/// The larger end of a symmetric range.
float extreme_of(const Range& range) { return std::max(-range.low, range.high); }

TEST(KlRange, ClipsFarOutliersOfOneInAThousand) {
  for (const std::size_t count : {100'000, 1'000'000}) {
    for (const unsigned seed : {1U, 2U, 3U}) {
      const TensorStatistics clean = statistics_of(normal_values(count, seed));
      for (const Sides sides : {Sides::above, Sides::below, Sides::both}) {
        const TensorStatistics statistics = statistics_of(with_outliers(count, sides, seed));
        const Range asymmetric = choose_range(statistics, u8(RangeMethod::kl));
        EXPECT_LT(asymmetric.high, 8);
        EXPECT_GT(asymmetric.low, -8);
        EXPECT_NEAR(asymmetric.high, choose_range(clean, u8(RangeMethod::kl)).high, 0.3) << count << ' ' << seed;
        EXPECT_NEAR(asymmetric.low, choose_range(clean, u8(RangeMethod::kl)).low, 0.3) << count << ' ' << seed;
        const float symmetric = extreme_of(choose_range(statistics, s8(RangeMethod::kl)));
        EXPECT_LT(symmetric, 8);
        EXPECT_NEAR(symmetric, extreme_of(choose_range(clean, s8(RangeMethod::kl))), 0.3) << count << ' ' << seed;
      }
    }
  }
}

TEST(KlRange, ClipsFarOutliersThatAreNotAllTheSame) {
  for (const float spread : {0.1F, 1.0F, 4.0F}) {
    for (const std::size_t count : {2'000, 100'000}) {
      const TensorStatistics statistics = statistics_of(with_outliers(count, Sides::both, 4, spread));
      EXPECT_LT(extreme_of(choose_range(statistics, u8(RangeMethod::kl))), 8) << spread;
      EXPECT_LT(extreme_of(choose_range(statistics, s8(RangeMethod::kl))), 8) << spread;
    }
  }
}

TEST(KlRange, KeepsFarValuesThatAreMany) {
  std::vector<float> values = normal_values(100'000);
  for (std::size_t i = 0; i < values.size(); i += 100) values[i] = 30;
  EXPECT_EQ(choose_range(statistics_of(values), u8(RangeMethod::kl)).high, 30);
  EXPECT_EQ(choose_range(statistics_of(values), s8(RangeMethod::kl)).high, 30);
}

TEST(KlRange, KeepsWholeNumbersAsItDoesOthers) {
  std::vector<float> values = normal_values(1'000'000);
  const float smooth = choose_range(statistics_of(values), s8(RangeMethod::kl)).high;
  for (float& value : values) value = std::round(20 * value);
  EXPECT_NEAR(choose_range(statistics_of(values), s8(RangeMethod::kl)).high / 20, smooth, 0.5);
  EXPECT_NEAR(choose_range(statistics_of(values), u8(RangeMethod::kl)).high / 20, smooth, 0.5);
}

TEST(KlRange, LosesHardlyMoreThanTheExtremesWhereThereAreNoOutliers) {
  for (const std::vector<float>& values : {normal_values(200'000), relu(normal_values(200'000)),
                                           laplacian_values(200'000), relu(laplacian_values(200'000))}) {
    const TensorStatistics statistics = statistics_of(values);
    for (const auto spec_of : {u8, s8}) {
      const QuantSpec spec = spec_of(RangeMethod::kl);
      const double of_kl = squared_error(values, choose_range(statistics, spec), spec);
      const Range extremes = choose_range(statistics, spec_of(RangeMethod::minmax));
      EXPECT_LE(of_kl, 1.1 * squared_error(values, extremes, spec));
    }
  }
}

TEST(KlRange, KeepsWhatHasNoTail) {
  std::mt19937 random(6);
  std::uniform_real_distribution<float> uniform(-1, 3);
  std::vector<float> values(100'000);
  for (float& value : values) value = uniform(random);
  const TensorStatistics statistics = statistics_of(values);
  EXPECT_LT(choose_range(statistics, u8(RangeMethod::kl)).low, -0.95F);
  EXPECT_GT(choose_range(statistics, u8(RangeMethod::kl)).high, 2.95F);
  EXPECT_GT(choose_range(statistics, s8(RangeMethod::kl)).high, 2.95F);
}

TEST(KlRange, KeepsTheUpperBoundOfAClipAndIgnoresTheSpikeAtZero) {
  std::vector<float> clip = relu(normal_values(100'000));
  for (float& value : clip) value = std::min(6 * value, 6.0F);
  EXPECT_EQ(choose_range(statistics_of(clip), u8(RangeMethod::kl)), (Range{0, 6}));
  EXPECT_EQ(choose_range(statistics_of(clip), s8(RangeMethod::kl)).high, 6);
  const Range of_relu = choose_range(statistics_of(relu(normal_values(100'000))), u8(RangeMethod::kl));
  EXPECT_EQ(of_relu.low, 0);
  EXPECT_GT(of_relu.high, 3);
}

TEST(KlRange, KeepsAllOfATypeWithMoreLevelsThanBins) {
  const TensorStatistics statistics = statistics_of(with_outliers(10'000, Sides::above));
  QuantSpec spec = u8(RangeMethod::kl);
  spec.dtype = DType::u16;
  EXPECT_EQ(choose_range(statistics, spec).high, 30);
}

TEST(MseRange, CostsNoMoreThanTheExtremesByItsOwnMeasure) {
  for (const std::vector<float>& values : tensors()) {
    const TensorStatistics statistics = statistics_of(values);
    for (QuantSpec spec : {u8(RangeMethod::mse), s8(RangeMethod::mse)}) {
      for (const DType dtype : {spec.dtype, DType::s4}) {
        spec.dtype = dtype;
        const Range range = choose_range(statistics, spec);
        EXPECT_LE(
            expected_squared_error(statistics, spec, range.low, range.high),
            expected_squared_error(statistics, spec, std::min(statistics.min, 0.0F), std::max(statistics.max, 0.0F)));
      }
    }
  }
}

TEST(MseRange, ExpectsTheErrorThatQuantizingHas) {
  for (const std::vector<float>& values :
       {normal_values(50'000), relu(normal_values(50'000)), laplacian_values(50'000)}) {
    const TensorStatistics statistics = statistics_of(values);
    for (const QuantSpec& spec : {u8(RangeMethod::mse), s8(RangeMethod::mse)}) {
      for (const float high : {1.0F, 2.0F, 3.0F, statistics.max}) {
        const Range range{std::max(-high, std::min(statistics.min, 0.0F)), high};
        const double actual = squared_error(values, range, spec);
        EXPECT_NEAR(expected_squared_error(statistics, spec, range.low, range.high), actual, 0.05 * actual) << high;
      }
    }
  }
}

TEST(MseRange, IsHardlyWorseThanTheBestOfAllRangesTried) {
  for (const std::vector<float>& values : {normal_values(20'000), relu(normal_values(20'000)), laplacian_values(20'000),
                                           with_outliers(20'000, Sides::both)}) {
    const TensorStatistics statistics = statistics_of(values);
    for (const QuantSpec& spec : {u8(RangeMethod::mse), s8(RangeMethod::mse)}) {
      double best = INFINITY;
      for (int low = 0; low <= 25; ++low) {
        for (int high = 1; high <= 25; ++high) {
          const Range range{std::min(statistics.min, 0.0F) * static_cast<float>(low) / 25,
                            statistics.max * static_cast<float>(high) / 25};
          best = std::min(best, squared_error(values, range, spec));
        }
      }
      EXPECT_LE(squared_error(values, choose_range(statistics, spec), spec), 1.03 * best);
    }
  }
}

TEST(KlRange, HardlyDependsOnTheNumberOfValues) {
  for (const std::size_t count : {5'000, 50'000, 500'000}) {
    const std::vector<float> values = normal_values(count);
    const TensorStatistics statistics = statistics_of(values);
    for (const QuantSpec& spec : {u8(RangeMethod::kl), s8(RangeMethod::kl)}) {
      const Range range = choose_range(statistics, spec);
      EXPECT_GE(range.high, std::min(3.6F, statistics.max)) << count;
      EXPECT_LE(squared_error(values, range, spec),
                1.5 * squared_error(values, choose_range(statistics, u8(RangeMethod::minmax)), spec));
    }
  }
}

TEST(MseRange, ClipsGaussianValuesWhereTheoryDoes) {
  // Least squared error of a uniform quantizer of 2^4 levels for N(0, 1): step 0.335, ends at 16 / 2 steps = 2.68 (Max,
  // "Quantizing for Minimum Distortion", 1960, table II); levels here begin half a step further in.
  QuantSpec spec = s8(RangeMethod::mse);
  spec.dtype = DType::s4;
  EXPECT_NEAR(choose_range(statistics_of(normal_values(1'000'000)), spec).high, 2.5, 0.15);
}

TEST(MseRange, TakesTheZerosOfAReluForExact) {
  // With nine zeros for each other value the best clipping stays what it is without them.
  std::vector<float> values = normal_values(50'000);
  for (float& value : values) value = std::abs(value);
  const float without = choose_range(statistics_of(values), u8(RangeMethod::mse)).high;
  values.resize(500'000, 0.0F);
  EXPECT_NEAR(choose_range(statistics_of(values), u8(RangeMethod::mse)).high, without, 0.01F);
}

}  // namespace
}  // namespace halftone
