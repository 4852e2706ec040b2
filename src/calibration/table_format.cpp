#include "calibration/table_format.h"

#include <bit>
#include <cmath>
#include <concepts>
#include <type_traits>

#include "base/sha256.h"
#include "calibration/bin_grid.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::string_view kMagic("HTCALIB\0", 8);
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHashDigits = 64;

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::invalid_data, "not a calibration table: " + message, "delete the file and calibrate again");
}

class ByteWriter {
 public:
  void raw(std::string_view bytes) { bytes_ += bytes; }
  void number(std::integral auto value) {
    auto rest = static_cast<std::make_unsigned_t<decltype(value)>>(value);
    for (std::size_t i = 0; i < sizeof(value); ++i) {
      bytes_.push_back(static_cast<char>(rest & 0xFF));
      rest = static_cast<decltype(rest)>(static_cast<std::uint64_t>(rest) >> 8);
    }
  }
  void real(float value) { number(std::bit_cast<std::uint32_t>(value)); }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    raw(value);
  }
  void count(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }
  std::string take() { return std::move(bytes_); }
  std::string_view written() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Reads what ByteWriter wrote; never beyond the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view raw(std::size_t size) {
    if (size > rest_.size()) fail("it ends in the middle");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  template <std::integral T>
  T number() {
    std::uint64_t value = 0;
    int shift = 0;
    for (const char byte : raw(sizeof(T))) {
      value |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
      shift += 8;
    }
    return static_cast<T>(value);
  }
  float real() { return std::bit_cast<float>(number<std::uint32_t>()); }
  std::string text() { return std::string(raw(number<std::uint32_t>())); }
  std::uint64_t count() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = number<std::uint8_t>();
      const std::uint64_t part = byte & 0x7F;
      if (part << shift >> shift != part || (byte == 0 && shift > 0)) break;
      value |= part << shift;
      if (byte < 0x80) return value;
    }
    fail("a count is not spelled as it should be");
  }
  std::size_t remaining() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

void write_statistics(const TensorStatistics& statistics, ByteWriter& writer) {
  writer.number(statistics.count);
  writer.number(statistics.nan);
  writer.number(statistics.inf);
  writer.real(statistics.min);
  writer.real(statistics.max);
  const Histogram& histogram = statistics.histogram;
  writer.number(static_cast<std::uint32_t>(histogram.counts.size()));
  if (histogram.counts.empty()) return;
  writer.number(static_cast<std::int32_t>(histogram.exponent));
  writer.number(histogram.first);
  for (const std::uint64_t count : histogram.counts) writer.count(count);
}

Histogram read_histogram(ByteReader& reader) {
  Histogram histogram;
  const auto bins = reader.number<std::uint32_t>();
  // A count has a byte at least: memory stays within the size of the file.
  if (bins > Histogram::kMaxBins || bins > reader.remaining()) fail("a histogram has too many bins");
  if (bins == 0) return histogram;
  histogram.exponent = reader.number<std::int32_t>();
  histogram.first = reader.number<std::int64_t>();
  histogram.counts.reserve(bins);
  for (std::uint32_t i = 0; i < bins; ++i) histogram.counts.push_back(reader.count());
  return histogram;
}

void require_consistent(const TensorStatistics& statistics) {
  if (!std::isfinite(statistics.min) || !std::isfinite(statistics.max) || statistics.min > statistics.max) {
    fail("extremes are not finite or not in order");
  }
  const Histogram& histogram = statistics.histogram;
  if (histogram.counts.empty()) return;
  const BinGrid grid = bin_grid(statistics.min, statistics.max);
  const bool on_grid = histogram.exponent == grid.exponent && histogram.first == grid.first &&
                       static_cast<std::int64_t>(histogram.counts.size()) == grid.size();
  if (!on_grid) fail("a histogram does not belong to its extremes");
  std::uint64_t total = 0;
  bool overflow = false;
  for (const std::uint64_t count : histogram.counts) overflow |= __builtin_add_overflow(total, count, &total);
  if (overflow || total != statistics.count || histogram.counts.front() == 0 || histogram.counts.back() == 0) {
    fail("a histogram's counts do not add up");
  }
}

TensorStatistics read_statistics(ByteReader& reader) {
  TensorStatistics statistics;
  statistics.count = reader.number<std::uint64_t>();
  statistics.nan = reader.number<std::uint64_t>();
  statistics.inf = reader.number<std::uint64_t>();
  statistics.min = reader.real();
  statistics.max = reader.real();
  statistics.histogram = read_histogram(reader);
  require_consistent(statistics);
  return statistics;
}

void write_channels(const ChannelSums& sums, ByteWriter& writer) {
  writer.number(sums.count);
  writer.number(static_cast<std::uint8_t>(sums.beyond_range ? 1 : 0));
  writer.number(static_cast<std::uint32_t>(sums.units.size()));
  for (const std::int64_t units : sums.units) writer.number(units);
}

ChannelSums read_channels(ByteReader& reader) {
  ChannelSums sums;
  sums.count = reader.number<std::uint64_t>();
  sums.beyond_range = reader.number<std::uint8_t>() != 0;
  const auto channels = reader.number<std::uint32_t>();
  if (channels > reader.remaining() / sizeof(std::int64_t)) fail("a tensor has too many channels");
  sums.units.reserve(channels);
  for (std::uint32_t i = 0; i < channels; ++i) sums.units.push_back(reader.number<std::int64_t>());
  return sums;
}

/// Reads a number of named entries, in the order of their names.
template <typename Value>
std::map<std::string, Value> read_entries(ByteReader& reader, Value (*read)(ByteReader&)) {
  std::map<std::string, Value> entries;
  const auto count = reader.number<std::uint64_t>();
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string name = reader.text();
    const ErrorContext context([&name] { return "reading the statistics of tensor '" + name + "'"; });
    if (!entries.empty() && name <= entries.rbegin()->first) fail("its tensors are not in order");
    Value value = read(reader);
    entries.emplace_hint(entries.end(), name, std::move(value));
  }
  return entries;
}

/// What lies between magic and hash.
ByteReader checked_content(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) fail("it does not begin as one");
  if (bytes.size() < kMagic.size() + sizeof(kVersion) + kHashDigits) fail("it ends in the middle");
  const auto version = ByteReader(bytes.substr(kMagic.size())).number<std::uint32_t>();
  if (version != kVersion) {
    fail("its version is " + std::to_string(version) + ", this program reads version " + std::to_string(kVersion));
  }
  const std::string_view content = bytes.substr(0, bytes.size() - kHashDigits);
  if (sha256_of(content) != bytes.substr(content.size())) fail("it is cut off or was changed");
  return ByteReader(content.substr(kMagic.size() + sizeof(kVersion)));
}

}  // namespace

std::string encode_table(const CalibrationTable& table) {
  ByteWriter writer;
  writer.raw(kMagic);
  writer.number(kVersion);
  writer.number(table.samples);
  writer.text(table.model_sha256);
  writer.text(table.data_sha256);
  writer.number(static_cast<std::uint64_t>(table.tensors.size()));
  for (const auto& [name, statistics] : table.tensors) {
    writer.text(name);
    write_statistics(statistics, writer);
  }
  writer.number(static_cast<std::uint64_t>(table.channels.size()));
  for (const auto& [name, sums] : table.channels) {
    writer.text(name);
    write_channels(sums, writer);
  }
  writer.raw(sha256_of(writer.written()));
  return writer.take();
}

CalibrationTable decode_table(std::string_view bytes) {
  ByteReader reader = checked_content(bytes);
  CalibrationTable table;
  table.samples = reader.number<std::uint64_t>();
  table.model_sha256 = reader.text();
  table.data_sha256 = reader.text();
  table.tensors = read_entries(reader, read_statistics);
  table.channels = read_entries(reader, read_channels);
  if (reader.remaining() > 0) fail("there is something behind its end");
  return table;
}

}  // namespace halftone
