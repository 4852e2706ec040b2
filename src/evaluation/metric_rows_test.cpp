#include "halftone/metric_rows.h"

#include <gmock/gmock.h>

#include <vector>

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(MetricRows, KeepRowsOfAnyLengthApart) {
  MetricRows rows;
  EXPECT_TRUE(rows.empty());
  rows.add(std::vector<double>{1, 2});
  rows.add(std::vector<double>{});
  rows.add(std::vector<double>{3});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0], ElementsAre(1, 2));
  EXPECT_THAT(rows[1], IsEmpty());
  EXPECT_THAT(rows[2], ElementsAre(3));
}

TEST(MetricRows, AreAppendedInOrder) {
  MetricRows rows;
  rows.add(std::vector<double>{1});
  MetricRows more;
  more.add(std::vector<double>{2, 3});
  rows.append(more);
  rows.append({});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[1], ElementsAre(2, 3));
}

}  // namespace
}  // namespace halftone
