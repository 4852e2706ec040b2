#include "command.h"

#include <unistd.h>

#include <memory>

#include "base/nearest_word.h"
#include "halftone/error.h"
#include "halftone/plugin.h"
#include "halftone/version.h"
#include "help.h"
#include "isolation.h"
#include "options.h"
#include "output.h"
#include "progress_bar.h"
#include "render.h"
#include "report/json_path.h"
#include "tune_view.h"
#include "verb.h"

namespace halftone::cli {
namespace {

int show_help(const std::vector<std::string>& words) {
  const Style style = style_of_output();
  if (words.empty()) {
    write_output(overview_text(style));
  } else {
    write_output(help_text(require_verb(words.front()), example_model_name(), style));
  }
  return 0;
}

int status_of(const Json& result) {
  if (text_at(result, "stop_reason") == "interrupted") return exit_status(ErrorCode::interrupted);
  const std::string verdict = text_at(result, "verdict");
  if (verdict == "not_met") return exit_status(ErrorCode::target_not_met);
  return verdict == "undecided" ? exit_status(ErrorCode::undecided) : 0;
}

/// On a terminal the warnings were read already, just above.
void drop_shown_warnings(Json& result, const CommandProgress& progress) {
  const bool both_shown = isatty(STDOUT_FILENO) != 0 && isatty(STDERR_FILENO) != 0;
  if (!both_shown || !result.contains("warnings")) return;
  const std::set<std::string> shown = progress.shown_warnings();
  Json left = Json::array();
  for (const Json& warning : result["warnings"]) {
    if (!warning.is_string() || !shown.contains(warning.get<std::string>())) left.push_back(warning);
  }
  result["warnings"] = left;
}

Verbosity verbosity_of(const Request& request) {
  if (request.quiet && request.verbose) {
    throw Error(ErrorCode::invalid_argument, "--quiet and --verbose exclude each other");
  }
  if (request.quiet) return Verbosity::quiet;
  return request.verbose ? Verbosity::verbose : Verbosity::normal;
}

/// Every file that the verb may write.
std::vector<std::filesystem::path> outputs_of(const Request& request) {
  std::vector<std::filesystem::path> outputs{request.output, request.result_file, request.init.output,
                                             request.import_capability.output, request.report_file};
  if (request.preview) outputs.push_back(*request.preview);
  if (request.init.output.empty()) outputs.push_back(default_config_file(request.config.model.path));
  return outputs;
}

/// The file that this process runs.
std::filesystem::path own_program() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored);
}

int run_request(const Verb& verb, const std::vector<std::string>& argv, const Request& request, Isolation* isolation) {
  const std::unique_ptr<CommandProgress> progress = make_progress(verbosity_of(request));
  const std::unique_ptr<Progress> recorded = isolation != nullptr ? isolation->recorded(*progress) : nullptr;
  const PluginRegistry plugins = PluginRegistry::discover();
  TuneLines search(*progress, style_of_errors());
  Request followed = request;
  followed.tune.view = &search;
  followed.tune.program = own_program();
  Json result = verb.run({plugins, recorded ? *recorded : *progress, argv}, followed);
  if (request.json) {
    write_output(json_text(result));
  } else {
    drop_shown_warnings(result, *progress);
    write_output(render_text(result, {request.result_file.string(), request.report_file.string()}, style_of_output()));
  }
  return status_of(result);
}

int run_verb(const Verb& verb, const std::vector<std::string>& argv, const std::vector<std::string>& arguments) {
  const Request request = parse_request(verb, arguments);
  if (!request.isolate) return run_request(verb, argv, request, nullptr);
  Isolation isolation(outputs_of(request));
  if (const std::optional<int> status = isolation.split()) return *status;
  const int status = run_request(verb, argv, request, &isolation);
  isolation.finish(status);
  return status;
}

}  // namespace

const Verb& require_verb(const std::string& word) {
  if (const Verb* verb = find_verb(word)) return *verb;
  std::vector<std::string> names;
  for (const Verb& verb : verb_table()) names.push_back(verb.name);
  if (word.starts_with('-')) {
    throw Error(ErrorCode::invalid_argument, "expected a verb, found option '" + word + "'",
                "options follow the verb: halftone VERB … " + word + "; halftone --help lists the verbs");
  }
  throw Error(ErrorCode::invalid_argument, "unknown verb '" + word + "'",
              suggest(word, names) + "; halftone --help lists the verbs");
}

int run_command(const std::vector<std::string>& argv) {
  if (argv.size() < 2) {
    throw Error(ErrorCode::invalid_argument, "halftone needs a verb", "halftone --help lists the verbs");
  }
  const std::string& first = argv[1];
  const std::vector<std::string> rest(argv.begin() + 2, argv.end());
  if (first == "--version") {
    write_output(std::string("halftone ") + version() + " (" + commit() + ")\n");
    return 0;
  }
  if (first == "--help" || first == "-h" || first == "help") return show_help(rest);
  const Verb& verb = require_verb(first);
  if (has_flag(rest, {"--help", "-h"})) return show_help({verb.name});
  return run_verb(verb, argv, rest);
}

}  // namespace halftone::cli
