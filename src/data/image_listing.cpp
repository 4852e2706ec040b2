#include "data/image_listing.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <string_view>
#include <system_error>

#include "base/file.h"
#include "halftone/error.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;

bool is_image(const fs::directory_entry& entry) {
  std::string extension = entry.path().extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char letter) { return std::tolower(letter); });
  std::error_code ignored;
  return (extension == ".jpg" || extension == ".jpeg" || extension == ".png") && entry.is_regular_file(ignored);
}

/// Entries of a folder (Iterator: of the folder alone, or of all below it), sorted by path.
template <typename Iterator>
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  Iterator entry(folder, error);
  for (const Iterator end; !error && entry != end; entry.increment(error)) entries.push_back(*entry);
  if (error) throw Error(ErrorCode::io, "cannot list '" + folder.string() + "': " + error.message());
  std::ranges::sort(entries);
  return entries;
}

ImageFile image_file(const fs::directory_entry& entry, const fs::path& folder) {
  std::error_code error;
  const std::uintmax_t bytes = entry.file_size(error);
  return {entry.path().lexically_relative(folder).generic_string(), entry.path(), error ? 0 : bytes, std::nullopt};
}

void require_any(const std::vector<ImageFile>& files, const fs::path& folder, const std::string& hint) {
  if (!files.empty()) return;
  throw Error(ErrorCode::invalid_data, "no .jpg, .jpeg or .png file in '" + folder.string() + "'", hint);
}

/// Fields of one line of a CSV table; an unclosed quote ends with the line.
std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool doubled = quoted && line.substr(i, 2) == "\"\"";
    if (doubled)
      fields.back() += line[i++];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      fields.emplace_back();
    else
      fields.back() += line[i];
  }
  return fields;
}

std::optional<std::int64_t> parse_label(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  std::int64_t label = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), label);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return label;
}

std::map<std::string, std::int64_t> read_label_table(const fs::path& table) {
  const std::string content = read_file(table);
  std::string_view rest = content;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  std::map<std::string, std::int64_t> labels;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const std::vector<std::string> fields = csv_fields(line);
    const std::optional<std::int64_t> label = fields.size() < 2 ? std::nullopt : parse_label(fields[1]);
    if (!label && number == 1 && fields.size() > 1) continue;
    const std::string where = table.string() + ":" + std::to_string(number) + ": ";
    if (!label) {
      throw Error(ErrorCode::invalid_data, where + "'" + std::string(line.substr(0, 200)) + "' is no 'file,label'",
                  "the first column is the file name, the second a whole number");
    }
    if (!labels.emplace(fields[0], *label).second) {
      throw Error(ErrorCode::invalid_data, where + "'" + fields[0] + "' is named twice");
    }
  }
  return labels;
}

}  // namespace

std::vector<ImageFile> list_images(const fs::path& folder) {
  std::vector<ImageFile> files;
  bool has_folders = false;
  for (const fs::directory_entry& entry : entries_of<fs::directory_iterator>(folder)) {
    std::error_code ignored;
    has_folders = has_folders || entry.is_directory(ignored);
    if (is_image(entry)) files.push_back(image_file(entry, folder));
  }
  require_any(files, folder, has_folders ? "where sub-folders are the classes, add labels=folder" : "");
  return files;
}

std::vector<ImageFile> list_image_classes(const fs::path& folder) {
  std::vector<ImageFile> files;
  std::int64_t label = 0;
  for (const fs::directory_entry& entry : entries_of<fs::directory_iterator>(folder)) {
    std::error_code ignored;
    if (is_image(entry)) {
      throw Error(ErrorCode::invalid_data, "'" + entry.path().string() + "' lies in no sub-folder and so has no label",
                  "with labels=folder each image lies in the folder of its class");
    }
    if (!entry.is_directory(ignored) || entry.path().filename().string().starts_with('.')) continue;
    for (const fs::directory_entry& image : entries_of<fs::recursive_directory_iterator>(entry.path())) {
      if (!is_image(image)) continue;
      files.push_back(image_file(image, folder));
      files.back().label = label;
    }
    ++label;
  }
  require_any(files, folder, "with labels=folder images lie in sub-folders, one a class");
  return files;
}

void assign_labels(std::vector<ImageFile>& files, const fs::path& table) {
  std::map<std::string, std::int64_t> labels = read_label_table(table);
  const ImageFile* unlabelled = nullptr;
  std::size_t unlabelled_count = 0;
  for (ImageFile& file : files) {
    if (const auto found = labels.extract(file.id)) {
      file.label = found.mapped();
      continue;
    }
    if (unlabelled == nullptr) unlabelled = &file;
    ++unlabelled_count;
  }
  if (!labels.empty()) {
    throw Error(ErrorCode::invalid_data,
                "'" + table.string() + "' names " + std::to_string(labels.size()) +
                    " image(s) that are not there, first '" + labels.begin()->first + "'",
                "names are those of the files in the folder of images");
  }
  if (unlabelled == nullptr) return;
  throw Error(ErrorCode::invalid_data,
              std::to_string(unlabelled_count) + " image(s) have no label in '" + table.string() + "', first '" +
                  unlabelled->id + "'",
              "add them to the table, or leave out labels=");
}

}  // namespace halftone
