#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "configuration/option_value.h"
#include "style.h"
#include "verbs/verbs.h"

namespace halftone::cli {

/// All that was typed, resolved: the configuration, and what concerns one verb alone.
struct Request {
  Config config;
  std::filesystem::path output;
  std::filesystem::path result_file;
  std::filesystem::path report_file;  ///< a page about the result; empty: none
  bool no_report = false;
  std::optional<std::filesystem::path> against;
  std::optional<std::filesystem::path> preview;
  std::string spec;
  EvaluateRequest evaluate;
  BenchmarkRequest benchmark;
  CompareRequest compare;
  InspectRequest inspect;
  InitRequest init;
  TuneRequest tune;
  RecoverRequest recover;
  ReportRequest report;
  ImportRequest import_capability;
  bool isolate = false;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
};

/// An option of one verb that is no key of the configuration.
struct VerbOption {
  std::vector<std::string> flags;
  std::string placeholder;
  std::string help;
  std::function<void(Request&, const OptionValue&)> set;
};

/// What stands after a verb without a flag.
enum class Operand { none, model, models, spec, result, results, capability_file };

/// One verb: what its help teaches, what may be typed after it, and what it calls.
struct Verb {
  std::string name;
  std::string summary;  ///< for the list of verbs
  std::string answer;   ///< what it is good for, a few sentences
  Operand operand = Operand::model;
  std::string usage;                  ///< what follows the verb's name
  std::vector<std::string> examples;  ///< "{model}" stands for a file's name
  std::vector<std::string> keys;      ///< configuration keys offered as options, beside those of every verb
  std::vector<VerbOption> options;
  std::vector<std::pair<int, std::string>> statuses;     ///< exit statuses beside those of every verb
  std::string (*operands_help)(const Style&) = nullptr;  ///< explains what MODEL or SPEC may be
  std::function<void(Request&)> complete;                ///< fills in and checks what the options left; may be empty
  std::function<Result(const VerbContext&, const Request&)> run;

  /// Works on a model, so that the configuration concerns it. A result brings its own.
  bool takes_configuration() const {
    return operand == Operand::model || operand == Operand::models || operand == Operand::spec;
  }
};

/// Every verb, in the order of the help.
const std::vector<Verb>& verb_table();
/// The verb of that name, or null.
const Verb* find_verb(const std::string& name);

/// Options that the design knows and this version has not.
const std::vector<std::string>& unavailable_flags();

// The verbs by group, a file each.
std::vector<Verb> reading_verbs();     ///< backends, inspect, data
std::vector<Verb> planning_verbs();    ///< query, plan, import-capability
std::vector<Verb> quantizing_verbs();  ///< quantize, init, recover, convert
std::vector<Verb> tuning_verbs();      ///< tune
std::vector<Verb> measuring_verbs();   ///< evaluate, benchmark, compare, diagnose
std::vector<Verb> reporting_verbs();   ///< report

}  // namespace halftone::cli
