#include "report/markup.h"

#include <algorithm>

#include "base/text_layout.h"

namespace halftone::report {
namespace {

/// XML has no U+FFFE and U+FFFF, whichever way they are written.
void remove_noncharacters(std::string& text) {
  for (const std::string_view one : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (std::size_t at = text.find(one); at != std::string::npos; at = text.find(one, at)) {
      text.replace(at, one.size(), "?");
    }
  }
}

std::string_view entity_of(char letter) {
  switch (letter) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string escaped_markup(std::string_view text) {
  std::string clean = printable_lines(text);
  remove_noncharacters(clean);
  std::string escaped;
  for (const char letter : clean) {
    const std::string_view entity = entity_of(letter);
    if (entity.empty())
      escaped += letter;
    else
      escaped += entity;
  }
  return escaped;
}

std::string escaped_markdown(std::string_view text) {
  constexpr std::string_view kSigns = "\\`*_[]#~|!";
  std::string escaped;
  for (const char letter : printable(text)) {
    const std::string_view entity = entity_of(letter);
    if (letter == '@') {
      escaped += "&#64;";  // nobody is to be called by an op's name
    } else if (!entity.empty() && letter != '\'' && letter != '"') {
      escaped += entity;
    } else {
      if (kSigns.find(letter) != std::string_view::npos) escaped += '\\';
      escaped += letter;
    }
  }
  return escaped;
}

std::string json_in_script(const Json& json) {
  std::string text = json.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
  std::string safe;
  for (const char letter : text) {
    switch (letter) {
      case '<':
        safe += "\\u003c";
        break;
      case '>':
        safe += "\\u003e";
        break;
      case '&':
        safe += "\\u0026";
        break;
      default:
        safe += letter;
    }
  }
  return safe;
}

}  // namespace halftone::report
