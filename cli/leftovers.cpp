#include "leftovers.h"

#include <string>
#include <system_error>

namespace halftone::cli {
namespace fs = std::filesystem;
namespace {

std::set<fs::path> entries_of(const fs::path& folder) {
  std::set<fs::path> entries;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    entries.insert(entry->path());
  }
  return entries;
}

/// As StagingFolder names its folder: a dot, the output's name, and six characters that mkdtemp() chose.
bool is_staging_of(const fs::path& output, const fs::path& entry) {
  constexpr std::size_t kChosen = 6;
  const std::string name = entry.filename().string(), beginning = "." + output.filename().string() + ".";
  std::error_code failed;
  return name.size() == beginning.size() + kChosen && name.starts_with(beginning) && fs::is_directory(entry, failed);
}

/// As OutputFile names a file until it is whole.
bool is_temporary_of(pid_t process, const fs::path& entry) {
  const std::string name = entry.filename().string();
  return name.starts_with(".halftone." + std::to_string(process) + ".") && name.ends_with(".tmp");
}

fs::path folder_of(const fs::path& output) { return output.has_parent_path() ? output.parent_path() : fs::path("."); }

}  // namespace

Leftovers::Leftovers(const std::vector<fs::path>& outputs) {
  for (const fs::path& output : outputs) {
    if (!output.has_filename()) continue;
    folders_.insert(folder_of(output));
    outputs_.push_back(output);
    for (const fs::path& entry : entries_of(folder_of(output))) {
      if (is_staging_of(output, entry)) staging_of_others_.insert(entry);
    }
  }
}

void Leftovers::remove(pid_t process) const {
  std::error_code ignored;
  for (const fs::path& folder : folders_) {
    for (const fs::path& entry : entries_of(folder)) {
      if (is_temporary_of(process, entry)) fs::remove(entry, ignored);
    }
  }
  for (const fs::path& output : outputs_) {
    for (const fs::path& entry : entries_of(folder_of(output))) {
      if (is_staging_of(output, entry) && !staging_of_others_.contains(entry)) fs::remove_all(entry, ignored);
    }
  }
}

}  // namespace halftone::cli
