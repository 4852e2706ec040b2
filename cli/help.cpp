#include "help.h"

#include <algorithm>
#include <utility>

#include "halftone/error.h"
#include "halftone/plugin.h"
#include "options.h"
#include "text_table.h"

namespace halftone::cli {
namespace {

constexpr std::size_t kFlagColumn = 34;

std::string title(const std::string& text, const Style& style) { return tinted(text, Tint::bold, style) + "\n"; }

std::string paragraph(const std::string& text, const Style& style) {
  std::string lines;
  for (const std::string& line : wrapped(text, static_cast<std::size_t>(style.width))) lines += line + "\n";
  return lines;
}

std::string with_model(std::string text, const std::string& model) {
  constexpr std::string_view kPlace = "{model}";
  for (std::size_t at = 0; (at = text.find(kPlace, at)) != std::string::npos; at += model.size()) {
    text.replace(at, kPlace.size(), model);
  }
  return text;
}

/// Flags on a line of their own where they are too long to stand beside their help.
std::string option_lines(const OfferedOption& option, const Style& style) {
  std::string flags;
  for (const std::string& flag : option.flags) flags += (flags.empty() ? "" : ", ") + flag;
  if (!option.placeholder.empty()) flags += " " + option.placeholder;
  std::string text = "  " + flags;
  const bool stands_beside = display_width(text) + 2 <= kFlagColumn;
  const std::string indent(kFlagColumn, ' ');
  text += stands_beside ? std::string(kFlagColumn - display_width(text), ' ') : "\n" + indent;
  bool is_first = true;
  for (const std::string& line : wrapped(option.help, static_cast<std::size_t>(style.width) - kFlagColumn)) {
    text += (is_first ? "" : indent) + line + "\n";
    is_first = false;
  }
  return text;
}

std::string options_text(const Verb& verb, const Style& style) {
  std::vector<std::pair<std::string, std::string>> groups;
  for (const char* name :
       {"", "Data", "Quantization", "Judgement", "Search", "Model and target", "Configuration", "Running", "Output"}) {
    groups.emplace_back(name, "");
  }
  for (const OfferedOption& option : offered_options(verb)) {
    const auto group =
        std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == option.group; });
    if (group != groups.end()) group->second += option_lines(option, style);
  }
  std::string text;
  for (const auto& [name, lines] : groups) {
    if (!lines.empty())
      text += "\n" + title(name.empty() ? "Options of " + verb.name + ":" : name + ":", style) + lines;
  }
  return text;
}

std::string statuses_text(const Verb& verb, const Style& style) {
  std::vector<std::pair<int, std::string>> statuses{{0, "done"},
                                                    {1, "internal error"},
                                                    {2, "usage or configuration"},
                                                    {3, "model or data cannot be used"},
                                                    {5, "framework not found"},
                                                    {130, "interrupted"}};
  statuses.insert(statuses.end(), verb.statuses.begin(), verb.statuses.end());
  std::sort(statuses.begin(), statuses.end());
  TextTable table({Align::right, Align::left});
  for (const auto& [status, meaning] : statuses) table.add({{std::to_string(status)}, {meaning}});
  return "\n" + title("Exit status:", style) + table.text(style, 2);
}

}  // namespace

std::string overview_text(const Style& style) {
  TextTable table({Align::left, Align::left});
  for (const Verb& verb : verb_table()) table.add({{verb.name, Tint::bold}, {verb.summary}});
  return paragraph("Halftone brings neural networks down to low precision and keeps their accuracy.", style) +
         "\nUsage: halftone VERB … [--json] [--help]\n\n" + title("Verbs:", style) + table.text(style, 2) +
         "\nhalftone VERB --help explains a verb, with examples. halftone --version says which this is.\n";
}

std::string help_text(const Verb& verb, const std::string& model, const Style& style) {
  std::string text = tinted("halftone " + verb.name, Tint::bold, style) + ": " + verb.summary + "\n\n" +
                     paragraph(verb.answer, style) + "\n" + title("Usage:", style) + "  halftone " + verb.name +
                     (verb.usage.empty() ? "" : " " + verb.usage) + " [options]\n\n" + title("Examples:", style);
  for (const std::string& example : verb.examples) text += "  " + with_model(example, model) + "\n";
  if (verb.operands_help != nullptr) text += "\n" + verb.operands_help(style);
  return text + options_text(verb, style) + statuses_text(verb, style);
}

std::string example_model_name() {
  try {
    const PluginRegistry plugins = PluginRegistry::discover();
    for (const PluginManifest& manifest : plugins.manifests()) {
      if (!manifest.extensions.empty()) return "model" + manifest.extensions.front();
    }
  } catch (const Error&) {
    // A broken plugin must not keep anybody from reading the help; the verbs report it.
  }
  return "model";
}

}  // namespace halftone::cli
