#include "verb.h"

namespace halftone::cli {
namespace {

std::vector<VerbOption> report_options() {
  return {
      {{"--format"},
       "html|md|junit",
       "A page, a comment for a pull request, or test suites for continuous integration (default: by FILE's ending "
       ".html, .md or .xml)",
       [](Request& request, const OptionValue& value) {
         request.report.format = value.word({"html", "md", "junit"});
       }},
      {{"-o", "--output"},
       "FILE",
       "Where the report goes; - is standard output (default: beside the only RESULT, with the format's ending)",
       [](Request& request, const OptionValue& value) { request.report.output = value.text(); }},
  };
}

Verb report_verb() {
  Verb verb;
  verb.name = "report";
  verb.summary = "the report of any results: a page, a comment, test suites";
  verb.answer =
      "What did these runs find? Makes one page with charts and tables that needs no network, a short text for a pull "
      "request, or JUnit test suites in which every gate is a test case, from what `quantize` wrote beside its model "
      "or "
      "any verb printed with --json.";
  verb.operand = Operand::results;
  verb.usage = "RESULT… [--format html|md|junit] [-o FILE]";
  verb.examples = {"halftone report int8-{model}.halftone.json",
                   "halftone report evaluated.json benchmarked.json -o report.html",
                   "halftone report int8-{model}.halftone.json --format md -o -",
                   "halftone report evaluated.json --format junit -o gates.xml"};
  verb.options = report_options();
  verb.run = [](const VerbContext& context, const Request& request) { return run_report(context, request.report); };
  return verb;
}

}  // namespace

std::vector<Verb> reporting_verbs() { return {report_verb()}; }

}  // namespace halftone::cli
