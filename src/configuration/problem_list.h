#pragma once

#include <functional>
#include <string>
#include <vector>

#include "halftone/error.h"

namespace halftone {

/// Gathers everything that is wrong with what a user wrote, so that it is said at once.
class ProblemList {
 public:
  /// A problem in one or more lines.
  void add(std::string problem) { problems_.push_back(std::move(problem)); }
  /// Does the work; an Error it throws becomes a problem, with its hint in brackets.
  void attempt(const std::function<void()>& work);
  bool empty() const { return problems_.empty(); }
  /// Throws `configuration` when there is a problem: alone as it is, several under "SUBJECT has N problems:".
  void throw_if_any(const std::string& subject) const;
  /// Throws `configuration` when there is a problem: all of them, a line each, for another list to take in.
  void throw_lines_if_any() const;

 private:
  std::vector<std::string> problems_;
};

}  // namespace halftone
