#include "evaluation/event_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <limits>

#include "evaluation/crc32c.h"
#include "tensor/little_endian.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

TEST(Crc32c, IsThatOfTheStandard) {
  // RFC 3720, appendix B.4, and the check value of the catalogue of CRC algorithms.
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(""), 0U);
}

class EventFileTest : public testing::Test {
 protected:
  void TearDown() override { fs::remove_all(folder_); }
  EventFile open() const {
    return EventFile(folder_, [] { return 1700000000.5; });
  }
  // One a process: tests run side by side.
  fs::path folder_ = fs::path(testing::TempDir()) / ("halftone_events." + std::to_string(getpid())) / "run";
};

TEST_F(EventFileTest, FramesItsRecords) {
  EventFile file = open();
  file.add_scalar("top1", 3, 0.5);
  file.commit();
  const std::string bytes = read_file(file.path());
  // Version: wall_time (9 bytes) and a string of 13; scalar: wall_time, step 3, and the summary.
  const auto first = read_little_endian<std::uint64_t>(bytes, 0);
  EXPECT_EQ(first, 9U + 2 + 13);
  EXPECT_THAT(bytes.substr(12, first), EndsWith("brain.Event:2"));
  const std::size_t second = 12 + first + 4;
  const auto length = read_little_endian<std::uint64_t>(bytes, second);
  // Summary.Value: tag (2 + 4), simple_value (5) = 11; in value (2 + 11), in summary (2 + 13); 9 + 2 before.
  EXPECT_EQ(length, 9U + 2 + 15);
  EXPECT_EQ(bytes.size(), second + 12 + length + 4);
  EXPECT_THAT(bytes.substr(second), HasSubstr("top1"));
}

TEST_F(EventFileTest, GivesTheSameBytesAtTheSameTime) {
  std::vector<std::string> bytes;
  for (int turn = 0; turn < 2; ++turn) {
    EventFile file = open();
    file.add_histogram("weight/w", 0, histogram_of(std::vector<float>{1, 2, 3}, 2));
    file.commit();
    bytes.push_back(read_file(file.path()));
    EXPECT_EQ(file.path().filename(),
              turn == 0 ? "events.out.tfevents.1700000000.halftone" : "events.out.tfevents.1700000000.halftone.2");
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST_F(EventFileTest, IsNotThereBeforeItIsWhole) {
  const EventFile file = open();
  EXPECT_FALSE(fs::exists(file.path()));
}

TEST(EventHistogram, CountsIntoEqualBuckets) {
  const EventHistogram shown = histogram_of(std::vector<float>{0, 1, 1.5F, 4, INFINITY, NAN}, 4);
  EXPECT_THAT(shown.limits, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(shown.counts, ElementsAre(1, 2, 0, 1)) << "the largest value belongs to the last bucket";
  EXPECT_EQ(shown.count, 4);
  EXPECT_EQ(shown.sum, 6.5);
  EXPECT_EQ(shown.sum_squares, 1 + 2.25 + 16);
}

TEST(EventHistogram, HasOneBucketWhereAllValuesAreEqual) {
  const EventHistogram shown = histogram_of(std::vector<float>{7, 7}, 64);
  EXPECT_THAT(shown.limits, ElementsAre(7));
  EXPECT_THAT(shown.counts, ElementsAre(2));
}

}  // namespace
}  // namespace halftone
