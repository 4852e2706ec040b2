#include "report/html_page.h"

#include <array>
#include <map>

#include "base/sha256.h"
#include "report/html_document.h"
#include "report/markup.h"
#include "report/page_files.h"

namespace halftone::report {
namespace {

std::string base64(const std::array<std::uint8_t, 32>& bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) { return at + i < bytes.size() ? std::uint32_t{bytes[at + i]} : 0U; };
    const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (std::size_t digit = 0; digit < 4; ++digit) {
      text += at + digit > bytes.size() ? '=' : kDigits[group >> (18 - 6 * digit) & 63];
    }
  }
  return text;
}

/// The page's own script may run, by its hash, and nothing may be fetched: whatever a name of an op holds.
std::string policy_of(std::string_view script) {
  Sha256 hash;
  hash.update(script);
  return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src 'sha256-" +
         base64(hash.digest()) + "'";
}

/// Puts values where the template names them; what stands in a value is not looked at again.
std::string filled(std::string_view page, const std::map<std::string_view, std::string_view>& values) {
  std::string text;
  while (true) {
    const std::size_t begin = page.find("{{");
    const std::size_t end = begin == std::string_view::npos ? begin : page.find("}}", begin);
    if (end == std::string_view::npos) return text.append(page);
    text.append(page.substr(0, begin));
    const auto found = values.find(page.substr(begin + 2, end - begin - 2));
    if (found != values.end()) text.append(found->second);
    page.remove_prefix(end + 2);
  }
}

std::string title_of(const std::vector<Document>& documents) {
  if (documents.size() != 1) return std::to_string(documents.size()) + " results";
  return documents.front().title + ", " + documents.front().command;
}

std::string contents_of(const std::vector<Document>& documents) {
  std::string html = "<nav aria-label=\"Contents\"><ul>";
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const std::string prefix = "r" + std::to_string(i + 1);
    const auto link = [](const std::string& id, const std::string& title) {
      return "<a href=\"#" + id + "\">" + escaped_markup(title) + "</a>";
    };
    const bool is_alone = documents.size() == 1;
    if (!is_alone) html += "<li>" + link(prefix, documents[i].title) + "<ul>";
    for (const Section& section : documents[i].sections) {
      html += "<li>" + link(prefix + "-" + section.id, section.title) + "</li>";
    }
    if (!is_alone) html += "</ul></li>";
  }
  return html + "</ul></nav>\n";
}

}  // namespace

std::string html_page(const std::vector<Document>& documents) {
  Json charts = Json::object();
  std::string content = contents_of(documents) + "<main id=\"content\">\n";
  const bool is_alone = documents.size() == 1;
  if (!is_alone) content += "<h1>" + escaped_markup(title_of(documents)) + "</h1>\n";
  for (std::size_t i = 0; i < documents.size(); ++i) {
    content += html_document(documents[i], "r" + std::to_string(i + 1), is_alone ? 1 : 2, charts);
  }
  content += "</main>\n";
  const std::string title = escaped_markup(title_of(documents)), policy = policy_of(page_script());
  const std::string data = json_in_script(charts);
  return filled(page_template(), {{"title", title},
                                  {"policy", policy},
                                  {"style", page_style()},
                                  {"content", content},
                                  {"data", data},
                                  {"script", page_script()}});
}

}  // namespace halftone::report
