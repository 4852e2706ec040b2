#include "configuration/options_reference.h"

#include <string_view>

#include "configuration/option_table.h"

namespace halftone {
namespace {

constexpr std::string_view kHead =
    R"(# Options

<!-- Made from the option table. Where it is stale, a test fails, and this writes it anew:
HALFTONE_UPDATE_DOCS=1 build/release/bin/configuration_test --gtest_filter='OptionsReference.*' -->

Every key of the configuration. A key stands in the file of `--config FILE`, in `--set KEY=VALUE`, or is typed as the
option beside it, with the verbs that take it; what is typed wins over the file. `halftone init MODEL` writes a file with
all of them. A default in brackets is a description; where there is none, nothing is set.
)";

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.replace(at, 1, "\\|");
  return text;
}

std::string row(const ConfigOption& option) {
  std::string flags;
  for (const std::string& flag : option.flags) flags += (flags.empty() ? "`" : ", `") + flag + "`";
  const std::string value = "`" + escaped(option.placeholder) + "`";
  const bool is_word = !option.default_text.empty() && option.default_text.front() != '(';
  const std::string by_default = is_word ? "`" + option.default_text + "`" : option.default_text;
  return "| `" + option.key + "` | " + flags + " | " + value + " | " + by_default + " | " + escaped(option.help) +
         " |\n";
}

std::string section(OptionGroup group) {
  std::string text = "\n## " + std::string(title_of(group)) + "\n\n";
  text += "| key | option | value | default | meaning |\n|---|---|---|---|---|\n";
  for (const ConfigOption& option : option_table()) {
    if (option.group == group) text += row(option);
  }
  return text;
}

}  // namespace

std::string options_reference() {
  std::string text(kHead);
  for (const OptionGroup group : {OptionGroup::model, OptionGroup::data, OptionGroup::quantization,
                                  OptionGroup::judgement, OptionGroup::search, OptionGroup::running}) {
    text += section(group);
  }
  return text;
}

}  // namespace halftone
