#include "verbs/output_files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <utility>
#include <vector>

#include "base/file.h"
#include "halftone/error.h"

namespace halftone {
namespace fs = std::filesystem;
namespace {

fs::path parent_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

fs::path resolved(const fs::path& path) {
  std::error_code ignored;
  const fs::path canonical = fs::weakly_canonical(path, ignored);
  return canonical.empty() ? fs::absolute(path) : canonical;
}

void require_file_place(const fs::path& path) {
  std::error_code ignored;
  if (path.empty()) throw Error(ErrorCode::invalid_argument, "no output file was named", "name it with -o OUT");
  if (fs::is_directory(path, ignored)) {
    throw Error(ErrorCode::invalid_argument, "'" + path.string() + "' is a folder", "name a file in it");
  }
  if (fs::is_directory(parent_of(path), ignored)) return;
  throw Error(ErrorCode::io, "there is no folder '" + parent_of(path).string() + "' for '" + path.string() + "'",
              "make the folder first");
}

/// Files moved to their final places, put back unless all went well.
class Moves {
 public:
  ~Moves() {
    std::error_code ignored;
    for (const auto& [from, to] : done_) fs::rename(to, from, ignored);
  }
  void move(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) throw Error(ErrorCode::io, "cannot write '" + to.string() + "': " + error.message());
    done_.emplace_back(from, to);
  }
  void keep() { done_.clear(); }

 private:
  std::vector<std::pair<fs::path, fs::path>> done_;
};

/// Texts at their final places, removed unless all went well.
class Written {
 public:
  ~Written() {
    std::error_code ignored;
    for (const fs::path& file : files_) fs::remove(file, ignored);
  }
  void add(const fs::path& file) { files_.push_back(file); }
  void keep() { files_.clear(); }

 private:
  std::vector<fs::path> files_;
};

}  // namespace

void require_writable(const fs::path& source, const fs::path& output) {
  require_file_place(output);
  if (resolved(output) != resolved(source)) return;
  throw Error(ErrorCode::invalid_argument, "'" + output.string() + "' is the model that is read",
              "give the output another name");
}

void require_writable(const fs::path& source, const fs::path& output, const fs::path& result_file) {
  require_writable(source, output);
  require_file_place(result_file);
  const fs::path result = resolved(result_file);
  if (result == resolved(output) || result == resolved(source)) {
    throw Error(ErrorCode::invalid_argument,
                "the result cannot be written to '" + result_file.string() + "', which is a model",
                "give it another name (--save-result)");
  }
}

void require_writable(const fs::path& source, const fs::path& output, const fs::path& result_file,
                      const fs::path& report_file) {
  require_writable(source, output, result_file);
  if (report_file.empty()) return;
  require_file_place(report_file);
  const fs::path report = resolved(report_file);
  if (report != resolved(output) && report != resolved(source) && report != resolved(result_file)) return;
  throw Error(ErrorCode::invalid_argument,
              "the report cannot be written to '" + report_file.string() + "', which is the model or the result",
              "give it another name (--report)");
}

StagingFolder::StagingFolder(const fs::path& output) : output_(output) {
  std::string name = (parent_of(output) / ("." + output.filename().string() + ".XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) {
    throw Error(ErrorCode::io, "cannot write in '" + parent_of(output).string() + "': " + std::strerror(errno));
  }
  folder_ = name;
}

StagingFolder::~StagingFolder() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::uintmax_t StagingFolder::size_bytes() const {
  std::uintmax_t bytes = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

void StagingFolder::publish(const std::vector<StagedText>& texts) {
  std::deque<OutputFile> files;
  for (const StagedText& text : texts) files.emplace_back(text.file).write(text.text);
  Written written;
  publish([&] {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      files[i].commit();
      written.add(texts[i].file);
    }
    written.keep();
  });
}

void StagingFolder::publish() {
  publish([] {});
}

void StagingFolder::publish(const std::function<void()>& before_it_counts) {
  std::vector<fs::path> staged;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) staged.push_back(entry.path());
  Moves moves;
  for (const fs::path& path : staged) moves.move(path, parent_of(output_) / path.filename());
  before_it_counts();
  moves.keep();
}

}  // namespace halftone
