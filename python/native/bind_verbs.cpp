#include <dlfcn.h>

#include "adaptor/framework_library.h"
#include "cli/command.h"
#include "cli/entry.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/render.h"
#include "cli/tune_view.h"
#include "configuration/option_table.h"
#include "halftone/version.h"
#include "native/adaptor_bridge.h"
#include "native/call_progress.h"
#include "native/errors.h"
#include "native/hooks.h"
#include "native/work_guard.h"
#include "report/report_format.h"
#include "report/trial_record.h"

namespace halftone::python {
namespace fs = std::filesystem;
namespace {

using nb::literals::operator""_a;

/// What Python gives beside the words of a command line; None where it gives nothing.
struct CallParts {
  HeldObject told, stop, judge, postprocess, measurer, q_func;
  std::string judge_text;
  bool shows = false;
};

/// Follows a search on the terminal and in Python.
class CallView final : public TuneView {
 public:
  CallView(cli::TuneLines& lines, CallProgress& progress) : lines_(lines), progress_(progress) {}
  void started(int id, const Proposal& proposal, const TuningGoal& goal, int max_trials) override {
    lines_.started(id, proposal, goal, max_trials);
  }
  void finished(const Trial& trial, bool repeated, const TuningGoal& goal) override {
    lines_.finished(trial, repeated, goal);
    Json told = json_of(trial.measured);
    told["id"] = trial.id;
    told["stage"] = trial.proposal.stage;
    told["changes"] = trial.proposal.changes;
    told["met"] = trial.met;
    told["repeated"] = repeated;
    told["error"] = trial.failed() ? Json(trial.error) : Json(nullptr);
    progress_.tell_trial(told.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

 private:
  cli::TuneLines& lines_;
  CallProgress& progress_;
};

/// The command that stands beside this module; empty where there is none.
fs::path own_command() {
  Dl_info found{};
  if (dladdr(reinterpret_cast<const void*>(&own_command), &found) == 0 || found.dli_fname == nullptr) return {};
  const fs::path folder = fs::weakly_canonical(found.dli_fname).parent_path();
  for (const fs::path& command : {folder / "bin" / "halftone", folder / ".." / ".." / "bin" / "halftone"}) {
    std::error_code ignored;
    if (fs::exists(command, ignored)) return fs::weakly_canonical(command);
  }
  return {};
}

/// Beside the library.
fs::path plugin_folder() {
  Dl_info found{};
  if (dladdr(reinterpret_cast<const void*>(&version), &found) == 0 || found.dli_fname == nullptr) return {};
  return fs::weakly_canonical(found.dli_fname).parent_path() / "halftone" / "plugins";
}

Hooks hooks_of(const CallParts& parts, Measurer* measurer) {
  Hooks hooks;
  if (parts.judge) hooks.judge = judge_function(parts.judge);
  hooks.judge_text = parts.judge_text;
  if (parts.postprocess) hooks.postprocess = postprocess_function(parts.postprocess);
  hooks.measurer = measurer;
  if (parts.q_func) hooks.q_func = training_function(parts.q_func);
  return hooks;
}

/// The result, and what a progress function threw at last.
std::pair<Json, std::exception_ptr> run_request(const cli::Verb& verb, const std::vector<std::string>& words,
                                                const CallParts& parts) {
  cli::Request request = cli::parse_request(verb, {words.begin() + 2, words.end()});
  if (request.isolate) {
    throw Error(ErrorCode::invalid_argument, "a program that calls Halftone cannot isolate the work in a child",
                "start the command halftone with --isolate, or a process of your own");
  }
  const std::unique_ptr<cli::CommandProgress> shown =
      cli::make_progress(parts.shows ? cli::Verbosity::normal : cli::Verbosity::quiet);
  CallProgress progress(*shown, parts.told, parts.stop);
  cli::TuneLines lines(*shown, cli::style_of_errors());
  CallView view(lines, progress);
  const std::unique_ptr<Measurer> measurer = parts.measurer ? make_python_measurer(parts.measurer) : nullptr;
  request.tune.view = &view;
  request.tune.program = own_command();
  const PluginRegistry plugins = PluginRegistry::discover();
  try {
    Json result = verb.run({plugins, progress, words, hooks_of(parts, measurer.get())}, request);
    return {std::move(result), progress.pending()};
  } catch (const Error& error) {
    // Ctrl-C may have reached Python in a function that was told of the end.
    if (error.code() == ErrorCode::interrupted && progress.pending()) std::rethrow_exception(progress.pending());
    throw;
  }
}

/// An interrupted search has a result all the same: Python's KeyboardInterrupt takes it along.
[[noreturn]] void throw_with_result(nb::python_error& thrown, const std::string& result) {
  nb::setattr(thrown.value(), "halftone_result", nb::str(result.c_str()));
  throw std::move(thrown);
}

void throw_what_is_pending(const std::exception_ptr& pending, const std::string& result) {
  if (PyErr_CheckSignals() != 0) {
    nb::python_error interrupt;
    throw_with_result(interrupt, result);
  }
  if (!pending) return;
  try {
    std::rethrow_exception(pending);
  } catch (const PythonError& error) {
    nb::python_error thrown = error.thrown();
    throw_with_result(thrown, result);
  }
}

std::string run_verb(const std::vector<std::string>& words, nb::object told, nb::object stop, nb::object judge,
                     const std::string& judge_text, nb::object postprocess, nb::object measurer, nb::object q_func,
                     bool shows) {
  const CallParts parts{HeldObject(told),     HeldObject(stop),   HeldObject(judge), HeldObject(postprocess),
                        HeldObject(measurer), HeldObject(q_func), judge_text,        shows};
  const auto [result, pending] = run_native([&] {
    const auto [json, left] = run_request(cli::require_verb(words.at(1)), words, parts);
    return std::pair(json.dump(-1, ' ', false, Json::error_handler_t::replace), left);
  });
  throw_what_is_pending(pending, result);
  return result;
}

Json parsed(const std::string& result) { return Json::parse(result); }

std::string report_of(const std::string& result, const std::string& format) {
  const ReportFormat wanted = parse_report_format(format);
  const nb::gil_scoped_release unlocked;
  return make_report({parsed(result)}, wanted);
}

std::string text_of(const std::string& result) { return cli::render_text(parsed(result), {}, cli::Style{}); }

/// (flag, placeholder, help) of every option of a verb.
using OptionRow = std::tuple<std::vector<std::string>, std::string, std::string>;

std::vector<OptionRow> options_of_verb(const std::string& verb) {
  std::vector<OptionRow> rows;
  for (const cli::OfferedOption& option : cli::offered_options(cli::require_verb(verb))) {
    rows.emplace_back(option.flags, option.placeholder, option.help);
  }
  return rows;
}

}  // namespace

void bind_verbs(nb::module_& module) {
  module.def("run_verb", run_verb, "words"_a, "told"_a = nb::none(), "stop"_a = nb::none(), "judge"_a = nb::none(),
             "judge_text"_a = "", "postprocess"_a = nb::none(), "measurer"_a = nb::none(), "q_func"_a = nb::none(),
             "shows"_a = false, "The result of a command line, as JSON.");
  module.def(
      "main",
      [](const std::vector<std::string>& words) {
        const nb::gil_scoped_release unlocked;
        return cli::run_program(words);
      },
      "words"_a, "The command halftone in this process; its exit status.");
  module.def("render_text", text_of, "result"_a, "A result, as the command prints it.");
  module.def("render_report", report_of, "result"_a, "format"_a, "A report of a result: html, md or junit.");
  module.def("options_of_verb", options_of_verb, "verb"_a, "(flags, placeholder, help) of each option.");
  module.def(
      "command_path", [] { return own_command(); }, "The command halftone that belongs to this module.");
  set_python_folders([] {
    return call_python("looking for packages", [] {
      std::vector<fs::path> folders;
      for (const nb::handle folder : nb::module_::import_("sys").attr("path")) {
        if (nb::isinstance<nb::str>(folder)) folders.emplace_back(nb::cast<std::string>(folder));
      }
      return folders;
    });
  });
  module.def("plugin_folder", plugin_folder, "Where the plugins are that came with the library.");
  module.def("version", [] { return std::string(version()); });
}

}  // namespace halftone::python
