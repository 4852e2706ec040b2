#include "base/file.h"
#include "calibration/channel_sums.h"
#include "calibration/table_format.h"
#include "halftone/calibration.h"
#include "halftone/error.h"

namespace halftone {
namespace {

void require_same(const std::string& a, const std::string& b, const std::string& what) {
  if (a == b) return;
  throw Error(ErrorCode::invalid_argument,
              "calibration tables of different " + what + " cannot be merged: " + a + " and " + b,
              "merge only parts of one calibration");
}

}  // namespace

void CalibrationTable::merge_with(const CalibrationTable& other) {
  require_same(model_sha256, other.model_sha256, "models");
  require_same(data_sha256, other.data_sha256, "data");
  CalibrationTable merged = *this;
  merged.samples += other.samples;
  for (const auto& [name, statistics] : other.tensors) {
    const ErrorContext context([&name] { return "merging the statistics of tensor '" + name + "'"; });
    const auto [place, is_new] = merged.tensors.try_emplace(name, statistics);
    if (!is_new) place->second = merge(place->second, statistics);
  }
  for (const auto& [name, sums] : other.channels) add(merged.channels[name], sums);
  *this = std::move(merged);
}

void CalibrationTable::save(const std::filesystem::path& path) const { write_file(path, encode_table(*this)); }

CalibrationTable CalibrationTable::load(const std::filesystem::path& path) {
  const ErrorContext context([&path] { return "reading the calibration table " + path.string(); });
  return decode_table(MappedFile::open(path)->text());
}

}  // namespace halftone
