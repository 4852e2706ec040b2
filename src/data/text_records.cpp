#include "data/text_records.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "base/sha256.h"
#include "data/unicode.h"
#include "halftone/error.h"

namespace halftone {
namespace {

TextFormat format_of(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char letter) { return std::tolower(letter); });
  if (extension == ".tsv") return TextFormat::tsv;
  return extension == ".csv" ? TextFormat::csv : TextFormat::lines;
}

char separator_of(TextFormat format) { return format == TextFormat::tsv ? '\t' : ','; }

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_blank(const std::vector<std::string>& fields) {
  return fields.size() == 1 && fields.front().find_first_not_of(" \t\r") == std::string::npos;
}

std::size_t line_count(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

std::string hex_of(char byte) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "0x%02X", static_cast<unsigned>(static_cast<unsigned char>(byte)));
  return text.data();
}

}  // namespace

std::vector<std::string> RecordReader::next() {
  std::vector<std::string> fields;
  while (true) {
    if (format_ == TextFormat::csv && rest_.starts_with('"')) {
      fields.push_back(quoted_field());
    } else {
      const std::string_view line = rest_.substr(0, rest_.find('\n'));
      const std::size_t end = format_ == TextFormat::lines ? line.size() : line.find(separator_of(format_));
      const std::string_view field = line.substr(0, end);
      fields.emplace_back(field.size() == line.size() ? without_return(field) : field);
      rest_.remove_prefix(field.size());
    }
    if (rest_.empty() || rest_.front() == '\n') break;
    rest_.remove_prefix(1);
    // A file may end with a separator: an empty field follows.
  }
  end_line();
  return fields;
}

/// Leaves the rest at a separator, a line feed, or the end.
std::string RecordReader::quoted_field() {
  const std::size_t begin = line_;
  std::string field;
  rest_.remove_prefix(1);
  while (true) {
    const std::size_t quote = rest_.find('"');
    if (quote == std::string_view::npos) fail(begin, "a quote is opened here and never closed");
    field += rest_.substr(0, quote);
    line_ += line_count(rest_.substr(0, quote));
    rest_.remove_prefix(quote + 1);
    if (!rest_.starts_with('"')) break;
    field += '"';
    rest_.remove_prefix(1);
  }
  if (rest_.starts_with("\r\n") || rest_ == "\r") rest_.remove_prefix(1);
  if (!rest_.empty() && rest_.front() != '\n' && rest_.front() != separator_of(format_)) {
    fail(line_, "something follows a closing quote");
  }
  return field;
}

void RecordReader::end_line() {
  if (rest_.empty()) return;
  rest_.remove_prefix(1);
  ++line_;
}

void RecordReader::fail(std::size_t line, const std::string& message) const {
  throw Error(
      ErrorCode::invalid_data, name_ + ":" + std::to_string(line) + ": " + message,
      "a field that holds a comma, a quote or a line end is quoted whole, its quotes doubled: \"say \"\"a\"\"\"");
}

TextRecords::TextRecords(const std::filesystem::path& path)
    : file_(MappedFile::open(path)), name_(path.string()), format_(format_of(path)), text_(file_->text()) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  require_utf8();
  find_places();
  if (places_.empty()) throw Error(ErrorCode::invalid_data, "'" + name_ + "' is empty: there is no text in it");
}

void TextRecords::require_utf8() const {
  const std::size_t offset = find_malformed_utf8(text_);
  if (offset == std::string_view::npos) return;
  const std::size_t line = line_count(text_.substr(0, offset)) + 1;
  throw Error(ErrorCode::invalid_data,
              name_ + ":" + std::to_string(line) + ": byte " + hex_of(text_[offset]) + " is not UTF-8",
              "convert the file, e.g. with iconv -f latin1 -t utf-8");
}

void TextRecords::find_places() {
  RecordReader reader(text_, format_, name_, 1);
  while (!reader.done()) {
    const Place place{text_.size() - reader.rest().size(), reader.line()};
    const std::vector<std::string> fields = reader.next();
    if (is_blank(fields)) continue;
    if (places_.empty()) columns_ = fields.size();
    if (fields.size() != columns_) {
      throw Error(ErrorCode::invalid_data,
                  name_ + ":" + std::to_string(place.line) + ": the number of fields is " +
                      std::to_string(fields.size()) + ", in line " + std::to_string(line(0)) + " it is " +
                      std::to_string(columns_),
                  format_ == TextFormat::csv ? "quote texts that hold commas: \"a, b\""
                                             : "a text cannot hold a tab in a .tsv; use a .csv with quotes");
    }
    places_.push_back(place);
  }
}

std::vector<std::string> TextRecords::fields(std::size_t index) const {
  const Place& place = places_.at(index);
  return RecordReader(text_.substr(place.offset), format_, name_, place.line).next();
}

std::string TextRecords::sha256() const { return sha256_of(file_->text()); }

}  // namespace halftone
