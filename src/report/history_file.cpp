#include "report/history_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "halftone/error.h"
#include "report/trial_record.h"

namespace halftone {
namespace {

constexpr int kVersion = 1;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& doing) {
  throw Error(ErrorCode::io, "cannot " + doing + " the history '" + path.string() + "': " + std::strerror(errno));
}

Json json_of(const HistoryHeader& header) {
  return {{"halftone_history", kVersion},
          {"prepared_sha256", header.prepared_sha256},
          {"space_sha256", header.space_sha256},
          {"calibration_sha256", header.calibration_sha256},
          {"evaluation_sha256", header.evaluation_sha256},
          {"judgement", header.judgement}};
}

[[noreturn]] void fail_line(const std::filesystem::path& path, std::size_t line, const std::string& problem) {
  throw Error(ErrorCode::invalid_data, path.string() + ":" + std::to_string(line) + ": " + problem,
              "the file may have been edited, or be of another version of halftone");
}

HistoryHeader parse_header(const std::filesystem::path& path, const Json& line) {
  if (!line.is_object() || !line.contains("halftone_history")) fail_line(path, 1, "no history begins like this");
  if (line["halftone_history"] != Json(kVersion)) fail_line(path, 1, "a history of another version");
  HistoryHeader header;
  const auto text = [&](const char* key) {
    const auto found = line.find(key);
    if (found == line.end() || !found->is_string()) fail_line(path, 1, std::string("no '") + key + "'");
    return found->get<std::string>();
  };
  header.prepared_sha256 = text("prepared_sha256");
  header.space_sha256 = text("space_sha256");
  header.calibration_sha256 = text("calibration_sha256");
  header.evaluation_sha256 = text("evaluation_sha256");
  header.judgement = text("judgement");
  return header;
}

void add_line(const std::filesystem::path& path, std::size_t number, const Json& line, const TuningSpace& space,
              HistoryRecord& record) {
  const ErrorContext frame([&] { return path.string() + ":" + std::to_string(number); });
  if (line.contains("sensitivity") && line.contains("values")) {
    const std::string key =
        line["sensitivity"].get<std::string>() + "\n" + config_id(parse_units(line.at("units"), space));
    for (const auto& [unit, value] : line["values"].items()) record.sensitivities[key][unit] = value.get<double>();
    return;
  }
  record.trials.add(parse_trial_line(line, space));
}

}  // namespace

std::string sensitivity_key(Sensitivity measure, const TuneConfig& config) {
  return std::string(to_string(measure)) + "\n" + config_id(config);
}

HistoryRecord read_history(const std::filesystem::path& path, const TuningSpace& space) {
  const std::string text = read_file(path);
  HistoryRecord record;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    ++number;
    const Json line = Json::parse(text.substr(begin, end - begin), nullptr, /*allow_exceptions=*/false);
    if (!line.is_object()) fail_line(path, number, "not a line of a history");
    if (number == 1) {
      record.header = parse_header(path, line);
      if (record.header.space_sha256 != space_sha256(space)) break;  // its trials cannot be told
    } else {
      add_line(path, number, line, space, record);
    }
    begin = end + 1;
    record.whole_bytes = begin;
  }
  if (number == 0) fail_line(path, 1, "no whole line of a history");
  return record;
}

void require_same_search(const HistoryHeader& found, const HistoryHeader& wanted, const std::filesystem::path& path) {
  using Part = std::pair<const char*, std::string HistoryHeader::*>;
  constexpr std::array<Part, 5> kParts{
      {{"model", &HistoryHeader::prepared_sha256},
       {"space of choices (backend, target, approach or rules)", &HistoryHeader::space_sha256},
       {"calibration data", &HistoryHeader::calibration_sha256},
       {"evaluation data", &HistoryHeader::evaluation_sha256},
       {"way of judging (metrics, labels, max_drop, weights, decide, confidence, fresh_samples or effort thorough)",
        &HistoryHeader::judgement}}};
  for (const auto& [name, member] : kParts) {
    if (found.*member == wanted.*member) continue;
    throw Error(ErrorCode::configuration,
                "the history '" + path.string() + "' is of another search: the " + name + " is another",
                "give the same model, data and options, or begin anew without --resume");
  }
}

HistoryFile::HistoryFile(const std::filesystem::path& path, const HistoryHeader& header) : path_(path) {
  open(O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
  write(json_of(header));
}

HistoryFile::HistoryFile(const std::filesystem::path& path, const HistoryRecord& record)
    : path_(path), whole_bytes_(record.whole_bytes) {
  open(O_WRONLY | O_CLOEXEC);
  if (ftruncate(descriptor_, static_cast<off_t>(whole_bytes_)) != 0) fail(path_, "cut");
}

HistoryFile::~HistoryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void HistoryFile::open(int flags) {
  descriptor_ = ::open(path_.c_str(), flags, 0666);
  if (descriptor_ < 0) fail(path_, "write");
}

void HistoryFile::write(const Json& line) {
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  const std::scoped_lock lock(mutex_);
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote =
        pwrite(descriptor_, text.data() + done, text.size() - done, static_cast<off_t>(whole_bytes_ + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      const int problem = errno;
      // Half a line stays off the file; if even that fails, readers leave it out.
      const int ignored = ftruncate(descriptor_, static_cast<off_t>(whole_bytes_));
      static_cast<void>(ignored);
      errno = problem;
      fail(path_, "write");
    }
    done += static_cast<std::size_t>(wrote);
  }
  if (fdatasync(descriptor_) != 0) fail(path_, "flush");
  whole_bytes_ += text.size();
}

}  // namespace halftone
