#include "conformance/documented_table.h"

#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "base/file.h"

namespace halftone::conformance {
namespace {

constexpr const char* kEnd = "<!-- end of the conformance table -->";

std::string row_without_decibels(const Trial& trial) {
  std::string executed;
  for (const std::string& type : trial.executed) executed += (executed.empty() ? "" : " ") + type;
  return "| " + trial.op_type + " | " + trial.variant + " | " + trial.weights() + " | " +
         std::string(to_string(*trial.claim)) + " | " + executed + " |";
}

std::string table(const std::vector<Trial>& trials, bool with_decibels) {
  std::ostringstream text;
  text << "| op | variant | weights | file says | what ran (* in low precision) |"
       << (with_decibels ? " error, dB |" : "") << "\n|---|---|---|---|---|" << (with_decibels ? "---|" : "") << "\n";
  for (const Trial& trial : trials) {
    if (!trial.offered()) continue;
    text << row_without_decibels(trial);
    if (with_decibels) text << " " << std::fixed << std::setprecision(1) << trial.sqnr_db << " |";
    text << "\n";
  }
  return text.str();
}

// The last cell of each row is the error.
std::string without_last_cells(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    line.pop_back();
    result += line.substr(0, line.rfind('|') + 1) + "\n";
  }
  return result;
}

}  // namespace

std::string documented_table(const std::vector<Trial>& trials) { return table(trials, true); }

bool expect_documented(const std::filesystem::path& page, const std::string& mark, const std::vector<Trial>& trials) {
  const std::string text = read_file(page);
  const std::string begin = "<!-- conformance of " + mark + " -->\n";
  const bool update = std::getenv("HALFTONE_UPDATE_DOCS") != nullptr;
  const std::string any_version = begin.substr(0, begin.find(" with ") + 6);
  const std::size_t start = text.find(update ? any_version : begin);
  if (start == std::string::npos) {
    EXPECT_NE(text.find(any_version), std::string::npos)
        << page << " has no table of " << mark << ", nor a mark for one";
    std::cout << page << " has its table for another version than " << mark << "; it is not compared\n";
    return false;
  }
  const std::size_t first = text.find('\n', start) + 1, last = text.find(kEnd, first);
  EXPECT_NE(last, std::string::npos) << page;
  if (last == std::string::npos) return false;
  if (update) {
    write_file(page, text.substr(0, start) + begin + documented_table(trials) + text.substr(last));
    return true;
  }
  EXPECT_EQ(without_last_cells(text.substr(first, last - first)), table(trials, false))
      << page << " is stale; HALFTONE_UPDATE_DOCS=1 conformance_test writes it anew";
  return true;
}

}  // namespace halftone::conformance
