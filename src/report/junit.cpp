#include "report/junit.h"

#include <algorithm>

#include "report/markup.h"
#include "report/number_text.h"

namespace halftone::report {
namespace {

using Outcome = Check::Outcome;

std::string attribute(const std::string& name, std::string_view value) {
  std::string text = escaped_markup(value);
  std::ranges::replace(text, '\n', ' ');
  return " " + name + "=\"" + text + "\"";
}

std::size_t count_of(const Document& document, Outcome outcome) {
  return static_cast<std::size_t>(std::ranges::count(document.checks, outcome, &Check::outcome));
}

std::string counts(std::size_t tests, std::size_t failures, std::size_t errors, std::size_t skipped) {
  return attribute("tests", std::to_string(tests)) + attribute("failures", std::to_string(failures)) +
         attribute("errors", std::to_string(errors)) + attribute("skipped", std::to_string(skipped));
}

std::string case_text(const Document& document, const Check& check) {
  const std::string begin = "    <testcase" +
                            attribute("classname", "halftone." + document.command + "." + document.title) +
                            attribute("name", check.name) + attribute("time", "0");
  const std::string message = attribute("message", check.message);
  const std::string content = escaped_markup(check.message);
  switch (check.outcome) {
    case Outcome::failed:
      return begin + ">\n      <failure" + attribute("type", check.kind) + message + ">" + content +
             "</failure>\n    </testcase>\n";
    case Outcome::broken:
      return begin + ">\n      <error" + attribute("type", check.kind) + message + ">" + content +
             "</error>\n    </testcase>\n";
    case Outcome::skipped:
      return begin + ">\n      <skipped" + message + "/>\n    </testcase>\n";
    default:
      if (check.message.empty()) return begin + "/>\n";
      return begin + ">\n      <system-out>" + content + "</system-out>\n    </testcase>\n";
  }
}

std::string suite_text(const Document& document) {
  std::string text = "  <testsuite" + attribute("name", "halftone " + document.command + " " + document.title) +
                     counts(document.checks.size(), count_of(document, Outcome::failed),
                            count_of(document, Outcome::broken), count_of(document, Outcome::skipped)) +
                     attribute("time", fixed(document.seconds, 3));
  // A suite's time has no zone.
  if (document.started.size() >= 19) text += attribute("timestamp", document.started.substr(0, 19));
  text += ">\n";
  for (const Check& check : document.checks) text += case_text(document, check);
  std::string said;
  for (const std::string& warning : document.warnings) said += "warning: " + warning + "\n";
  if (!said.empty()) text += "    <system-out>" + escaped_markup(said) + "</system-out>\n";
  return text + "  </testsuite>\n";
}

}  // namespace

std::string junit(const std::vector<Document>& documents) {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  double seconds = 0;
  std::string suites;
  for (const Document& document : documents) {
    tests += document.checks.size();
    failures += count_of(document, Outcome::failed);
    errors += count_of(document, Outcome::broken);
    skipped += count_of(document, Outcome::skipped);
    seconds += document.seconds;
    suites += suite_text(document);
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "halftone") +
         counts(tests, failures, errors, skipped) + attribute("time", fixed(seconds, 3)) + ">\n" + suites +
         "</testsuites>\n";
}

}  // namespace halftone::report
