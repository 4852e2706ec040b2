#include "options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <limits>

#include "base/nearest_word.h"
#include "configuration/config_file.h"
#include "configuration/option_table.h"
#include "configuration/validation.h"
#include "halftone/error.h"

namespace halftone::cli {
namespace {

const std::vector<std::string>& keys_of_every_verb() {
  static const std::vector<std::string> kKeys{
      "model.backend", "model.library", "model.signature", "model.inputs", "target.isa", "threads", "seed"};
  return kKeys;
}

OfferedOption switch_of(std::vector<std::string> flags, std::string help, bool Request::*member,
                        std::string group = "Output") {
  return {std::move(flags), "",    std::move(help),
          std::move(group), false, [member](Request& request, const OptionValue&) { request.*member = true; }};
}

OfferedOption offered(const ConfigOption& option) {
  std::string help = option.help;
  if (!option.default_text.empty()) {
    const bool in_brackets = option.default_text.front() == '(';
    const std::string text =
        in_brackets ? option.default_text.substr(1, option.default_text.size() - 2) : option.default_text;
    help += " (default: " + text + ")";
  }
  return {
      option.flags,    option.placeholder,
      std::move(help), std::string(title_of(option.group)),
      option.repeats,  [&option](Request& request, const OptionValue& value) { option.set(request.config, value); }};
}

void add_configuration(std::vector<OfferedOption>& options) {
  options.push_back({{"--config"},
                     "FILE",
                     "Configuration file (YAML); what is typed wins over it",
                     "Configuration",
                     false,
                     [](Request& request, const OptionValue& value) { request.config = load_config(value.text()); }});
  options.push_back({{"--set"},
                     "KEY=VALUE",
                     "Any key of the configuration, e.g. evaluation.labels=float; several times",
                     "Configuration",
                     true,
                     [](Request& request, const OptionValue& value) { set_assignment(request.config, value.text()); }});
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// A flag to which the verb gives a meaning of its own is not offered with the key's.
bool is_taken(const Verb& verb, const ConfigOption& key) {
  return std::any_of(verb.options.begin(), verb.options.end(), [&](const VerbOption& option) {
    return std::any_of(option.flags.begin(), option.flags.end(),
                       [&](const std::string& flag) { return contains(key.flags, flag); });
  });
}

void add_keys(std::vector<OfferedOption>& options, const Verb& verb, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    const ConfigOption& option = *find_option(key);
    if (!is_taken(verb, option)) options.push_back(offered(option));
  }
}

std::vector<std::string> flags_of(const std::vector<OfferedOption>& options) {
  std::vector<std::string> flags{"--help"};
  for (const OfferedOption& option : options) flags.insert(flags.end(), option.flags.begin(), option.flags.end());
  return flags;
}

std::string joined(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::string help_hint(const Verb& verb) { return "halftone " + verb.name + " --help lists its options"; }

[[noreturn]] void refuse_flag(const Verb& verb, const std::string& typed, const std::vector<std::string>& own) {
  const std::string flag = typed.substr(0, typed.find('='));
  if (flag == "--plugin") {
    throw Error(ErrorCode::invalid_argument, "modules of Python are for the Python package's command (--plugin)",
                "pip install halftone's checkout, whose halftone takes it; plugins in C++ are found in the folders of "
                "HALFTONE_PLUGIN_PATH");
  }
  if (contains(unavailable_flags(), flag)) {
    throw Error(ErrorCode::invalid_argument, "option '" + flag + "' is not available in this version", help_hint(verb));
  }
  std::vector<std::string> elsewhere;
  for (const Verb& other : verb_table()) {
    if (contains(flags_of(offered_options(other)), flag)) elsewhere.push_back(other.name);
  }
  if (!elsewhere.empty()) {
    throw Error(ErrorCode::invalid_argument, "option '" + flag + "' is none of '" + verb.name + "'",
                "it belongs to " + joined(elsewhere, ", ") + "; " + help_hint(verb));
  }
  const std::string nearest = nearest_word(flag, own);
  throw Error(ErrorCode::invalid_argument, "unknown option '" + flag + "' of '" + verb.name + "'",
              (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") + help_hint(verb));
}

/// What was typed for each option, and what belongs to none.
struct Typed {
  std::deque<std::vector<std::string>> values;  ///< as many as there are options; their places do not move
  std::vector<std::string> operands;
};

void require_values(const Verb& verb, const std::vector<OfferedOption>& options, const Typed& typed,
                    const std::vector<std::string>& own) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    const OfferedOption& option = options[i];
    const bool is_switch = option.placeholder.empty();
    if (is_switch &&
        std::any_of(typed.values[i].begin(), typed.values[i].end(), [](const auto& v) { return v != "true"; })) {
      throw Error(ErrorCode::invalid_argument, option.flags.back() + " takes no value", help_hint(verb));
    }
    if (is_switch) continue;
    for (const std::string& value : typed.values[i]) {
      if (!contains(own, value.substr(0, value.find('=')))) continue;
      throw Error(
          ErrorCode::invalid_argument,
          option.flags.back() + " needs a value, " + option.placeholder + ", and is followed by '" + value + "'",
          help_hint(verb));
    }
    if (option.repeats || typed.values[i].size() < 2) continue;
    throw Error(ErrorCode::invalid_argument,
                joined(option.flags, ", ") + ": given " + std::to_string(typed.values[i].size()) + " times",
                help_hint(verb));
  }
}

Typed take_apart(const Verb& verb, const std::vector<OfferedOption>& options, std::vector<std::string> arguments) {
  const std::vector<std::string> own = flags_of(options);
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  const std::vector<std::string> after(separator == arguments.end() ? separator : separator + 1, arguments.end());
  arguments.erase(separator, arguments.end());

  Typed typed;
  CLI::App app;
  app.set_help_flag("");
  app.allow_extras();
  for (const OfferedOption& option : options) {
    std::vector<std::string>& values = typed.values.emplace_back();
    const std::string names = joined(option.flags, ",");
    if (option.placeholder.empty()) {
      app.add_flag(names, values)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    } else {
      app.add_option(names, values)->allow_extra_args(false);
    }
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  try {
    app.parse(arguments);
  } catch (const CLI::ArgumentMismatch& mismatch) {
    throw Error(ErrorCode::invalid_argument, "an option needs a value: " + std::string(mismatch.what()),
                help_hint(verb));
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorCode::invalid_argument, error.what(), help_hint(verb));
  }
  for (const std::string& extra : app.remaining()) {
    if (extra.size() > 1 && extra.front() == '-') refuse_flag(verb, extra, own);
    typed.operands.push_back(extra);
  }
  typed.operands.insert(typed.operands.end(), after.begin(), after.end());
  require_values(verb, options, typed, own);
  return typed;
}

[[noreturn]] void refuse_operands(const Verb& verb, const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message, "usage: halftone " + verb.name + " " + verb.usage);
}

std::size_t most_operands(Operand operand) {
  if (operand == Operand::none) return 0;
  return operand == Operand::models || operand == Operand::results ? std::numeric_limits<std::size_t>::max() : 1;
}

void take_operands(const Verb& verb, const std::vector<std::string>& operands, Request& request) {
  const std::size_t most = most_operands(verb.operand);
  if (operands.size() > most) refuse_operands(verb, "unexpected argument '" + operands[most] + "'");
  if (verb.operand == Operand::models) {
    // The configuration's model is one that is written there to be quantized, not to be the first of these.
    if (operands.size() < 2) refuse_operands(verb, verb.name + " needs two models or more");
    request.config.model.path = operands.front();
    request.compare.others.assign(operands.begin() + 1, operands.end());
    return;
  }
  if (!operands.empty()) {
    if (verb.operand == Operand::model) request.config.model.path = operands.front();
    if (verb.operand == Operand::spec) request.spec = operands.front();
    if (verb.operand == Operand::result) request.recover.result = operands.front();
    if (verb.operand == Operand::capability_file) request.import_capability.original = operands.front();
  }
  if (verb.operand == Operand::results) request.report.results.assign(operands.begin(), operands.end());
  const bool lacks_model = verb.operand == Operand::model && request.config.model.path.empty();
  const bool lacks_spec = verb.operand == Operand::spec && request.spec.empty();
  const bool takes_results = verb.operand == Operand::result || verb.operand == Operand::results;
  if (takes_results && operands.empty()) refuse_operands(verb, verb.name + " needs a RESULT");
  if (verb.operand == Operand::capability_file && operands.empty()) refuse_operands(verb, verb.name + " needs a FILE");
  if (lacks_model || lacks_spec) refuse_operands(verb, verb.name + " needs a " + (lacks_model ? "MODEL" : "SPEC"));
}

}  // namespace

bool has_flag(const std::vector<std::string>& arguments, const std::vector<std::string>& flags) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  return std::any_of(arguments.begin(), end, [&](const std::string& argument) { return contains(flags, argument); });
}

std::vector<OfferedOption> offered_options(const Verb& verb) {
  std::vector<OfferedOption> options;
  if (verb.takes_configuration()) add_configuration(options);
  for (const VerbOption& option : verb.options) {
    options.push_back({option.flags, option.placeholder, option.help, "", false, option.set});
  }
  if (verb.takes_configuration()) {
    add_keys(options, verb, verb.keys);
    add_keys(options, verb, keys_of_every_verb());
    options.push_back(switch_of({"--isolate"},
                                "Works in a child process: a framework that crashes on the model ends in one error, "
                                "and nothing half-written stays",
                                &Request::isolate, "Running"));
  }
  options.push_back(switch_of({"--json"}, "The result as one JSON object on standard output, and nothing else there",
                              &Request::json));
  options.push_back(switch_of({"-q", "--quiet"}, "No progress and no warnings on standard error", &Request::quiet));
  options.push_back(
      switch_of({"-v", "--verbose"}, "Every step and how long it took, on standard error", &Request::verbose));
  return options;
}

Request parse_request(const Verb& verb, const std::vector<std::string>& arguments) {
  const std::vector<OfferedOption> options = offered_options(verb);
  const Typed typed = take_apart(verb, options, arguments);
  Request request;
  for (std::size_t i = 0; i < options.size(); ++i) {
    for (const std::string& value : typed.values[i]) {
      options[i].set(request, OptionValue(value, options[i].flags.back()));
    }
  }
  take_operands(verb, typed.operands, request);
  if (verb.takes_configuration()) validate(request.config);
  if (verb.complete) verb.complete(request);
  return request;
}

}  // namespace halftone::cli
