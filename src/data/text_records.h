#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace halftone {

/// How a file of texts is parted into records and fields.
enum class TextFormat {
  lines,  ///< a record a line, of one field
  tsv,    ///< fields parted by tabs; quotes mean nothing (IANA text/tab-separated-values)
  csv,    ///< fields parted by commas, quoted where they hold commas, quotes or line ends (RFC 4180)
};

/// Reads records one after another.
class RecordReader {
 public:
  /// `text` begins with the record of that line; `name` is the file in messages. Both have to outlive the reader.
  RecordReader(std::string_view text, TextFormat format, const std::string& name, std::size_t line)
      : rest_(text), format_(format), name_(name), line_(line) {}

  bool done() const { return rest_.empty(); }
  /// What is not read yet.
  std::string_view rest() const { return rest_; }
  /// Line at which the next record begins, from 1.
  std::size_t line() const { return line_; }
  /// Fields of the next record, of which there has to be one. Throws invalid_data: a quote without its end, or with
  /// something after it.
  std::vector<std::string> next();

 private:
  std::string quoted_field();
  void end_line();
  [[noreturn]] void fail(std::size_t line, const std::string& message) const;

  std::string_view rest_;
  TextFormat format_;
  const std::string& name_;
  std::size_t line_;
};

/// The records of a mapped file. Blank ones are left out; a byte order mark is no text. Only where each record begins
/// is kept in memory.
class TextRecords {
 public:
  /// The format follows from the name: .tsv, .csv, else lines. Throws io, and invalid_data naming FILE:LINE: bytes that
  /// are not UTF-8, what RecordReader throws, a record with other than the first one's number of fields, no record.
  explicit TextRecords(const std::filesystem::path& path);

  TextFormat format() const { return format_; }
  const std::string& name() const { return name_; }
  std::size_t size() const { return places_.size(); }
  /// Number of fields of every record.
  std::size_t columns() const { return columns_; }
  std::vector<std::string> fields(std::size_t index) const;
  /// Line at which a record begins, from 1.
  std::size_t line(std::size_t index) const { return places_.at(index).line; }
  /// Hash of the file.
  std::string sha256() const;

 private:
  struct Place {
    std::size_t offset;
    std::size_t line;
  };

  void require_utf8() const;
  void find_places();

  std::shared_ptr<const MappedFile> file_;
  std::string name_;
  TextFormat format_;
  std::string_view text_;
  std::size_t columns_ = 0;
  std::vector<Place> places_;
};

}  // namespace halftone
