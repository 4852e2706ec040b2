#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <random>

#include "base/file.h"
#include "base/sha256.h"
#include "calibration/table_format.h"
#include "halftone/error.h"

namespace halftone {
namespace {

TensorStatistics random_statistics(unsigned seed, std::size_t count, bool with_histogram = true) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  StatisticsObserver observer(with_histogram);
  observer.observe(values);
  return observer.statistics();
}

CalibrationTable example_table() {
  CalibrationTable table;
  table.samples = 100;
  table.model_sha256 = std::string(64, 'a');
  table.data_sha256 = std::string(64, 'b');
  table.tensors["conv/out:0"] = random_statistics(1, 5000);
  table.tensors["x"] = random_statistics(2, 10);
  table.tensors["extremes only"] = random_statistics(3, 10, false);
  table.tensors["nothing"] = {};
  table.tensors[""].nan = 7;
  return table;
}

/// The bytes with a hash that fits.
std::string sealed(std::string content) { return content + sha256_of(content); }
std::string content_of(const CalibrationTable& table) {
  std::string bytes = encode_table(table);
  bytes.resize(bytes.size() - 64);
  return bytes;
}

void expect_refused(const std::string& bytes, const std::string& what) {
  try {
    decode_table(bytes);
    ADD_FAILURE() << "accepted: " << what;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_data) << what;
  }
}

TEST(CalibrationTable, ComesBackFromItsFileAsItWas) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / ("halftone_table_test." + std::to_string(getpid()) + ".calib");
  const CalibrationTable table = example_table();
  table.save(path);
  EXPECT_EQ(CalibrationTable::load(path), table);
  const std::string first = read_file(path);
  CalibrationTable::load(path).save(path);
  EXPECT_EQ(read_file(path), first);
  std::filesystem::remove(path);
}

TEST(CalibrationTable, HasTheFormatItDocuments) {
  CalibrationTable table;
  table.samples = 0x0102;
  table.model_sha256 = "m";
  table.data_sha256 = "dd";
  TensorStatistics& statistics = table.tensors["t"];
  statistics.count = 300;
  statistics.min = statistics.max = 1;
  statistics.histogram = {-23, 1 << 23, {300}};
  table.channels["t"] = {{5, -1}, 300, false};
  const std::string expected =
      std::string("HTCALIB\0", 8) + std::string("\2\0\0\0", 4) + std::string("\2\1\0\0\0\0\0\0", 8) +
      std::string("\1\0\0\0m", 5) + std::string("\2\0\0\0dd", 6) + std::string("\1\0\0\0\0\0\0\0", 8) +
      std::string("\1\0\0\0t", 5) + std::string("\x2C\1\0\0\0\0\0\0", 8) + std::string(16, '\0') +
      std::string("\0\0\x80\x3F\0\0\x80\x3F", 8) + std::string("\1\0\0\0", 4) + std::string("\xE9\xFF\xFF\xFF", 4) +
      std::string("\0\0\x80\0\0\0\0\0", 8) + std::string("\xAC\2", 2) + std::string("\1\0\0\0\0\0\0\0", 8) +
      std::string("\1\0\0\0t", 5) + std::string("\x2C\1\0\0\0\0\0\0", 8) + std::string("\0\2\0\0\0", 5) +
      std::string("\5\0\0\0\0\0\0\0", 8) + std::string(8, '\xFF');
  EXPECT_EQ(encode_table(table), sealed(expected));
  EXPECT_EQ(decode_table(sealed(expected)), table);
}

TEST(CalibrationTable, IsRefusedWhenCutAnywhere) {
  CalibrationTable table = example_table();
  table.tensors.erase("conv/out:0");
  const std::string bytes = encode_table(table);
  const std::string content = content_of(table);
  for (std::size_t size = 0; size < content.size(); size += size < 400 ? 1 : 97) {
    expect_refused(bytes.substr(0, size), "first " + std::to_string(size) + " bytes");
    expect_refused(sealed(content.substr(0, size)), "first " + std::to_string(size) + " bytes with a hash");
  }
  expect_refused(bytes + "x", "one byte more");
  expect_refused(sealed(content + "x"), "one byte more with a hash");
}

TEST(CalibrationTable, IsRefusedWhenAnyByteIsChanged) {
  const std::string bytes = encode_table(example_table());
  for (std::size_t place = 0; place < bytes.size(); place += 31) {
    std::string changed = bytes;
    changed[place] = static_cast<char>(changed[place] ^ 0x10);
    expect_refused(changed, "byte " + std::to_string(place));
  }
}

TEST(CalibrationTable, OfHostileContentEndsInAnErrorOrAValidTable) {
  CalibrationTable table = example_table();
  table.tensors.erase("conv/out:0");
  const std::string content = content_of(table);
  std::mt19937 random(41);
  for (int i = 0; i < 3000; ++i) {
    std::string changed = content;
    for (int k = 0; k < 3; ++k) changed[12 + random() % (300 - 12)] = static_cast<char>(random());
    try {
      const CalibrationTable read = decode_table(sealed(changed));
      EXPECT_EQ(encode_table(read), sealed(changed));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_data);
    }
  }
}

TEST(CalibrationTable, IsRefusedWhenItContradictsItself) {
  const auto with = [](const auto& change) {
    CalibrationTable table;
    table.tensors["t"] = random_statistics(5, 100);
    change(table.tensors["t"]);
    return encode_table(table);
  };
  EXPECT_NO_THROW(decode_table(with([](TensorStatistics&) {})));
  expect_refused(with([](TensorStatistics& s) { ++s.count; }), "count");
  expect_refused(with([](TensorStatistics& s) { s.max += 1; }), "max");
  expect_refused(with([](TensorStatistics& s) { s.min = -s.max * 0 + s.max + 1; }), "order");
  expect_refused(with([](TensorStatistics& s) { s.min = std::numeric_limits<float>::quiet_NaN(); }), "NaN");
  expect_refused(with([](TensorStatistics& s) { ++s.histogram.exponent; }), "exponent");
  expect_refused(with([](TensorStatistics& s) { ++s.histogram.first; }), "first");
  expect_refused(with([](TensorStatistics& s) { s.histogram.counts.push_back(0); }), "bins");
  expect_refused(with([](TensorStatistics& s) { s.histogram.counts[0] = ~std::uint64_t{0}; }), "overflow");
  expect_refused(with([](TensorStatistics& s) { s.histogram.counts.resize(9000); }), "too many bins");
}

TEST(CalibrationTable, OfAnotherVersionSaysSo) {
  std::string content = content_of(example_table());
  content[8] = 9;
  try {
    decode_table(sealed(content));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_data);
    EXPECT_NE(error.message().find("version is 9"), std::string::npos) << error.message();
  }
}

TEST(CalibrationTable, ThatIsMissingIsAnIoError) {
  try {
    CalibrationTable::load("/nonexistent/table.calib");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
  }
}

TEST(CalibrationTable, MergesPartsInAnyOrder) {
  CalibrationTable a = example_table();
  CalibrationTable b = example_table();
  b.samples = 20;
  b.tensors["conv/out:0"] = random_statistics(8, 3000);
  b.tensors["only in b"] = random_statistics(9, 30);
  CalibrationTable ab = a;
  ab.merge_with(b);
  CalibrationTable ba = b;
  ba.merge_with(a);
  EXPECT_EQ(ab, ba);
  EXPECT_EQ(ab.samples, 120U);
  EXPECT_EQ(ab.tensors.at("conv/out:0"), merge(a.tensors.at("conv/out:0"), b.tensors.at("conv/out:0")));
  EXPECT_EQ(ab.tensors.count("only in b"), 1U);
}

/// Values of one tensor in one sample: as many as the sample pleases, and sometimes larger than all before.
std::vector<float> sample_values(unsigned tensor, unsigned sample) {
  std::mt19937 random(1000 * tensor + sample);
  std::normal_distribution<float> normal(0, std::ldexp(1.0F, static_cast<int>(random() % 12)));
  std::vector<float> values(tensor == 2 ? 20'000 : 1 + random() % 700);
  for (float& value : values) {
    value = tensor == 0 ? normal(random) : tensor == 1 ? std::max(normal(random), 0.0F) : std::round(normal(random));
  }
  return values;
}

/// What one worker makes of its samples.
CalibrationTable table_of(const std::vector<unsigned>& samples) {
  CalibrationTable table;
  table.samples = samples.size();
  for (unsigned tensor = 0; tensor < 3; ++tensor) {
    StatisticsObserver observer;
    for (const unsigned sample : samples) observer.observe(sample_values(tensor, sample));
    table.tensors["tensor " + std::to_string(tensor)] = observer.statistics();
  }
  return table;
}

std::string saved(const CalibrationTable& table) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / ("halftone_table_test." + std::to_string(getpid()) + ".part");
  table.save(path);
  std::string bytes = read_file(path);
  std::filesystem::remove(path);
  return bytes;
}

TEST(CalibrationTable, IsTheSameFileForAnyOrderPartitionAndMerge) {
  std::vector<unsigned> samples(24);
  std::iota(samples.begin(), samples.end(), 0U);
  const std::string expected = saved(table_of(samples));
  std::mt19937 random(43);
  for (int i = 0; i < 12; ++i) {
    std::shuffle(samples.begin(), samples.end(), random);
    std::vector<std::vector<unsigned>> shares(1 + random() % 6);
    for (const unsigned sample : samples) shares[random() % shares.size()].push_back(sample);
    std::vector<CalibrationTable> parts;
    for (const std::vector<unsigned>& share : shares) parts.push_back(table_of(share));
    while (parts.size() > 1) {
      // Any two of them, either way round.
      std::shuffle(parts.begin(), parts.end(), random);
      parts[0].merge_with(parts.back());
      parts.pop_back();
    }
    EXPECT_TRUE(saved(parts[0]) == expected) << "partition " << i;
  }
}

TEST(CalibrationTable, RefusesPartsOfAnotherCalibrationAndStaysAsItWas) {
  const auto expect_error = [](const CalibrationTable& other) {
    CalibrationTable table = example_table();
    try {
      table.merge_with(other);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    }
    EXPECT_EQ(table, example_table());
  };
  CalibrationTable other = example_table();
  other.model_sha256 = "other";
  expect_error(other);
  other = example_table();
  other.data_sha256 = "other";
  expect_error(other);
  other = example_table();
  other.tensors["x"] = random_statistics(2, 10, false);
  expect_error(other);
}

}  // namespace
}  // namespace halftone
