#include "evaluation/event_file.h"

#include <algorithm>
#include <cmath>
#include <protozero/pbf_writer.hpp>
#include <utility>

#include "evaluation/crc32c.h"
#include "halftone/error.h"
#include "tensor/little_endian.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;

// Numbers of the fields.
namespace event {
constexpr protozero::pbf_tag_type kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5;
}
namespace summary {
constexpr protozero::pbf_tag_type kValue = 1;
}
namespace value {
constexpr protozero::pbf_tag_type kTag = 1, kSimpleValue = 2, kHistogram = 5;
}
namespace histogram {
constexpr protozero::pbf_tag_type kMin = 1, kMax = 2, kCount = 3, kSum = 4, kSumSquares = 5, kLimits = 6, kCounts = 7;
}

constexpr std::string_view kVersion = "brain.Event:2";
constexpr std::uint32_t kMaskDelta = 0xA282EAD8;

// A checksum of data that hold their own checksums would be weak: it is rotated, and a constant added.
std::uint32_t masked(std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + kMaskDelta; }

fs::path free_path(const fs::path& folder, double seconds) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(ErrorCode::io, "cannot make folder '" + folder.string() + "': " + failed.message());
  // TensorBoard knows its files by this name, and takes those of one folder together.
  const std::string name = "events.out.tfevents." + std::to_string(static_cast<std::int64_t>(seconds)) + ".halftone";
  fs::path path = folder / name;
  for (int number = 2; fs::exists(path, failed); ++number) path = folder / (name + "." + std::to_string(number));
  return path;
}

}  // namespace

EventHistogram histogram_of(std::span<const float> values, std::size_t buckets) {
  EventHistogram result;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    result.min = result.count == 0 ? value : std::min(result.min, double{value});
    result.max = result.count == 0 ? value : std::max(result.max, double{value});
    ++result.count;
    result.sum += value;
    result.sum_squares += double{value} * value;
  }
  const double width = (result.max - result.min) / static_cast<double>(buckets);
  result.counts.resize(width > 0 ? buckets : 1);
  for (std::size_t i = 0; i + 1 < result.counts.size(); ++i) {
    result.limits.push_back(result.min + width * static_cast<double>(i + 1));
  }
  result.limits.push_back(result.max);
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    const double place = width > 0 ? (value - result.min) / width : 0;
    ++result.counts[std::min(static_cast<std::size_t>(place), result.counts.size() - 1)];
  }
  return result;
}

EventFile::EventFile(const fs::path& folder, Clock clock)
    : clock_(std::move(clock)), path_(free_path(folder, clock_())), file_(path_) {
  std::string text;
  protozero::pbf_writer writer(text);
  writer.add_double(event::kWallTime, clock_());
  writer.add_string(event::kFileVersion, kVersion.data(), kVersion.size());
  write_record(text);
}

void EventFile::add_scalar(std::string_view tag, std::int64_t step, double number) {
  std::string text;
  protozero::pbf_writer writer(text);
  writer.add_string(value::kTag, tag.data(), tag.size());
  writer.add_float(value::kSimpleValue, static_cast<float>(number));
  write_summary(step, text);
}

void EventFile::add_histogram(std::string_view tag, std::int64_t step, const EventHistogram& shown) {
  std::string counted;
  protozero::pbf_writer fields(counted);
  fields.add_double(histogram::kMin, shown.min);
  fields.add_double(histogram::kMax, shown.max);
  fields.add_double(histogram::kCount, shown.count);
  fields.add_double(histogram::kSum, shown.sum);
  fields.add_double(histogram::kSumSquares, shown.sum_squares);
  fields.add_packed_double(histogram::kLimits, shown.limits.begin(), shown.limits.end());
  fields.add_packed_double(histogram::kCounts, shown.counts.begin(), shown.counts.end());
  std::string text;
  protozero::pbf_writer writer(text);
  writer.add_string(value::kTag, tag.data(), tag.size());
  writer.add_message(value::kHistogram, counted);
  write_summary(step, text);
}

void EventFile::write_summary(std::int64_t step, const std::string& shown) {
  std::string values;
  protozero::pbf_writer(values).add_message(summary::kValue, shown);
  std::string text;
  protozero::pbf_writer writer(text);
  writer.add_double(event::kWallTime, clock_());
  writer.add_int64(event::kStep, step);
  writer.add_message(event::kSummary, values);
  write_record(text);
}

void EventFile::write_record(const std::string& text) {
  std::string head;
  append_little_endian(head, static_cast<std::uint64_t>(text.size()));
  append_little_endian(head, masked(crc32c(head)));
  std::string tail;
  append_little_endian(tail, masked(crc32c(text)));
  for (const std::string_view piece : {std::string_view(head), std::string_view(text), std::string_view(tail)}) {
    file_.write(piece);
  }
}

}  // namespace halftone
