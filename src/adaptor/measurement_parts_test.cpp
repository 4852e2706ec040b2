#include "adaptor/measurement_parts.h"

#include <gmock/gmock.h>

#include <array>

namespace halftone {
namespace {

using ::testing::ElementsAre;

Measurement of_samples(const std::vector<std::string>& ids) {
  Measurement measurement;
  measurement.ids = ids;
  measurement.classes = 3;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto number = static_cast<double>(i);
    measurement.labels.push_back(static_cast<std::int64_t>(i));
    measurement.scores["top1"].push_back(number);
    measurement.rows["f1"].add(std::array{number, number + 1});
  }
  return measurement;
}

TEST(MeasurementParts, AreCutAndPutTogetherAgain) {
  const Measurement whole = of_samples({"a", "b", "c"});
  Measurement first = first_samples(whole, 2);
  EXPECT_THAT(first.ids, ElementsAre("a", "b"));
  EXPECT_THAT(first.scores.at("top1"), ElementsAre(0, 1));
  EXPECT_EQ(first.rows.at("f1").size(), 2U);
  append(first, of_samples({"d"}));
  EXPECT_THAT(first.ids, ElementsAre("a", "b", "d"));
  EXPECT_THAT(first.labels, ElementsAre(0, 1, 0));
  EXPECT_THAT(first.scores.at("top1"), ElementsAre(0, 1, 0));
  EXPECT_EQ(first.rows.at("f1").size(), 3U);
}

TEST(MeasurementParts, FewerSamplesThanAskedForAreAllOfThem) {
  EXPECT_EQ(first_samples(of_samples({"a"}), 5).samples(), 1U);
}

TEST(MeasurementParts, ValuesOfAllSamplesAreThoseOfNoPart) {
  Measurement whole = of_samples({"a", "b"});
  whole.values["map_coco"] = 0.5;
  EXPECT_EQ(first_samples(whole, 2).values.at("map_coco"), 0.5);
  EXPECT_TRUE(first_samples(whole, 1).values.empty());
  Measurement joined;
  append(joined, whole);
  EXPECT_EQ(joined.values.at("map_coco"), 0.5);
  append(joined, {});
  EXPECT_EQ(joined.values.at("map_coco"), 0.5);
  append(joined, whole);
  EXPECT_TRUE(joined.values.empty()) << "what two parts are worth together, neither number tells";
  EXPECT_EQ(joined.samples(), 4U);
}

TEST(MeasurementParts, ValuesWithoutSamplesAreNotCut) {
  Measurement values;
  values.values["top1"] = 0.5;
  EXPECT_EQ(first_samples(values, 0).values.at("top1"), 0.5);
}

}  // namespace
}  // namespace halftone
