#include "configuration/problem_list.h"

#include <algorithm>
#include <string_view>

namespace halftone {
namespace {

std::string joined(const std::vector<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "\n") + problem;
  return text;
}

std::string indented(std::string_view lines) {
  std::string text = "\n  ";
  for (const char letter : lines) text += letter == '\n' ? "\n  " : std::string(1, letter);
  return text;
}

}  // namespace

void ProblemList::attempt(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    add(error.message() + (error.hint().empty() ? "" : " (" + error.hint() + ")"));
  }
}

void ProblemList::throw_if_any(const std::string& subject) const {
  if (empty()) return;
  const std::string lines = joined(problems_);
  const auto count = std::count(lines.begin(), lines.end(), '\n') + 1;
  if (count == 1) throw Error(ErrorCode::configuration, lines);
  throw Error(ErrorCode::configuration, subject + " has " + std::to_string(count) + " problems:" + indented(lines));
}

void ProblemList::throw_lines_if_any() const {
  if (!empty()) throw Error(ErrorCode::configuration, joined(problems_));
}

}  // namespace halftone
