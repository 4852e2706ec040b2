#include "conformance/documented_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "base/file.h"

namespace halftone::conformance {
namespace {

constexpr const char* kEnd = "<!-- end of the conformance table -->";

std::string row_without_decibels(const ConformanceTrial& trial) {
  std::string executed;
  for (const std::string& type : trial.executed) executed += (executed.empty() ? "" : " ") + type;
  return "| " + trial.op_type + " | " + trial.variant + " | " + trial.weights() + " | " +
         std::string(to_string(*trial.claim)) + " | " + executed + " |";
}

/// What ran of one op with one kind of activations and weights, of all its models.
struct Summary {
  int models = 0, in_low_precision = 0;
  double least_decibels = 1e9;
};

std::string table_on_request(const std::vector<ConformanceTrial>& trials, bool with_decibels) {
  std::vector<std::pair<std::string, Summary>> rows;
  for (const ConformanceTrial& trial : trials) {
    if (!trial.beside_others || !trial.offered()) continue;
    const std::string key = trial.op_type + " | " + trial.activations() + trial.weights();
    auto row = std::ranges::find(rows, key, &std::pair<std::string, Summary>::first);
    if (row == rows.end()) row = rows.insert(row, {key, {}});
    ++row->second.models;
    row->second.in_low_precision += trial.ran_in_low_precision() ? 1 : 0;
    row->second.least_decibels = std::min(row->second.least_decibels, trial.sqnr_db);
  }
  if (rows.empty()) return "";
  std::ostringstream text;
  text << "\nOn request:\n\n| op | activations × weights | models | ran in low precision |"
       << (with_decibels ? " largest error, dB |" : "") << "\n|---|---|---|---|" << (with_decibels ? "---|" : "")
       << "\n";
  for (const auto& [key, row] : rows) {
    text << "| " << key << " | " << row.models << " | " << row.in_low_precision << " |";
    if (with_decibels) text << " " << std::fixed << std::setprecision(1) << row.least_decibels << " |";
    text << "\n";
  }
  return text.str();
}

std::string table(const std::vector<ConformanceTrial>& trials, bool with_decibels) {
  std::ostringstream text;
  text << "| op | variant | weights | file says | what ran (* in low precision) |"
       << (with_decibels ? " error, dB |" : "") << "\n|---|---|---|---|---|" << (with_decibels ? "---|" : "") << "\n";
  for (const ConformanceTrial& trial : trials) {
    if (!trial.offered() || trial.beside_others) continue;
    text << row_without_decibels(trial);
    if (with_decibels) text << " " << std::fixed << std::setprecision(1) << trial.sqnr_db << " |";
    text << "\n";
  }
  return text.str() + table_on_request(trials, with_decibels);
}

// The last cell of each row is the error.
std::string without_last_cells(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('|')) {
      result += line + "\n";
      continue;
    }
    line.pop_back();
    result += line.substr(0, line.rfind('|') + 1) + "\n";
  }
  return result;
}

/// The words of each row's last cell, what ran, sorted: the runtime orders ops that do not depend on each other by
/// chance.
std::string in_any_order(const std::string& table) {
  std::istringstream lines(table);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t last = line.ends_with(" |") ? line.rfind('|', line.size() - 2) : std::string::npos;
    if (last == std::string::npos) {
      result += line + "\n";
      continue;
    }
    std::istringstream cell(line.substr(last + 1, line.size() - last - 2));
    std::multiset<std::string> words;
    for (std::string word; cell >> word;) words.insert(word);
    result += line.substr(0, last + 1);
    for (const std::string& word : words) result.append(" ").append(word);
    result += " |\n";
  }
  return result;
}

std::string without_decibels(const std::string& table) { return in_any_order(without_last_cells(table)); }

bool is_update() { return std::getenv("HALFTONE_UPDATE_DOCS") != nullptr; }

/// A table of a page: where its mark begins, and what lies between that and the end.
struct Place {
  std::size_t start, first, last;
};

/// The place of a mark; with any version of the framework where the page is to be written anew.
std::optional<Place> find_table(const std::filesystem::path& page, const std::string& text, const std::string& begin) {
  const std::string any_version = begin.substr(0, begin.find(" with ") + 6);
  const std::size_t start = text.find(is_update() ? any_version : begin);
  if (start == std::string::npos) {
    EXPECT_NE(text.find(any_version), std::string::npos) << page << " has no place for '" << begin << "'";
    std::cout << page << " has its table for another version than " << begin << "; it is not compared\n";
    return std::nullopt;
  }
  const std::size_t first = text.find('\n', start) + 1, last = text.find(kEnd, first);
  EXPECT_NE(last, std::string::npos) << page;
  if (last == std::string::npos) return std::nullopt;
  return Place{start, first, last};
}

/// `comparable` keeps of a table what must be the same on every machine.
bool expect_table(const std::filesystem::path& page, const std::string& mark, const std::string& table,
                  std::string (*comparable)(const std::string&)) {
  const std::string text = read_file(page), begin = "<!-- " + mark + " -->\n";
  const auto place = find_table(page, text, begin);
  if (!place) return false;
  if (is_update()) {
    write_file(page, text.substr(0, place->start) + begin + table + text.substr(place->last));
    return true;
  }
  EXPECT_EQ(comparable(text.substr(place->first, place->last - place->first)), comparable(table))
      << page << " is stale; HALFTONE_UPDATE_DOCS=1 conformance_suite_test writes it anew";
  return true;
}

}  // namespace

std::string documented_table(const std::vector<ConformanceTrial>& trials) { return table(trials, true); }

std::string table_of_absences(const std::vector<ConformanceTrial>& trials) {
  std::string text = "| op | variant | quantized all the same, this runs (* in low precision) |\n|---|---|---|\n";
  for (const ConformanceTrial& trial : trials) {
    if (!trial.forced) continue;
    std::string executed = trial.failure.empty() ? "" : "refused";
    for (const std::string& type : trial.executed) executed += (executed.empty() ? "" : " ") + type;
    text += "| " + trial.op_type + " | " + trial.variant + " | " + executed + " |\n";
  }
  return text;
}

bool expect_documented(const std::filesystem::path& page, const std::string& mark,
                       const std::vector<ConformanceTrial>& trials) {
  return expect_table(page, "conformance of " + mark, documented_table(trials), without_decibels);
}

bool expect_absences_documented(const std::filesystem::path& page, const std::string& mark,
                                const std::vector<ConformanceTrial>& trials) {
  return expect_table(page, "absences of " + mark, table_of_absences(trials), in_any_order);
}

}  // namespace halftone::conformance
