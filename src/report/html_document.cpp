#include "report/html_document.h"

#include <cmath>

#include "report/markup.h"

namespace halftone::report {
namespace {

std::string_view tone_name(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "good";
    case Tone::bad:
      return "bad";
    case Tone::caution:
      return "caution";
    default:
      return "plain";
  }
}

std::string element(const std::string& tag, const std::string& attributes, const std::string& content) {
  return "<" + tag + (attributes.empty() ? "" : " " + attributes) + ">" + content + "</" + tag + ">";
}

std::string classed(const std::string& tag, const std::string& name, const std::string& text) {
  return text.empty() ? "" : element(tag, "class=\"" + name + "\"", escaped_markup(text));
}

/// As a script reads numbers.
std::string order_text(double order) {
  if (std::isnan(order)) return "";
  if (std::isinf(order)) return order > 0 ? "Infinity" : "-Infinity";
  return Json(order).dump();
}

/// Writes one document; remembers where it is.
class Writer {
 public:
  Writer(std::string prefix, int level, Json& charts) : prefix_(std::move(prefix)), level_(level), charts_(charts) {}

  std::string write(const Document& document) {
    std::string html = "<article id=\"" + prefix_ + "\" aria-labelledby=\"" + prefix_ + "-title\">\n<header>" +
                       heading(level_, "title", document.title) + classed("p", "subtitle", document.subtitle) +
                       "</header>\n" + answers(document.answers);
    if (document.overview) html += "<section class=\"overview\">" + table(*document.overview) + "</section>\n";
    html += warnings(document.warnings);
    for (const Section& each : document.sections) html += section(each);
    return html + "</article>\n";
  }

 private:
  std::string id(const std::string& name) const { return prefix_ + "-" + name; }

  std::string heading(int level, const std::string& name, const std::string& text) const {
    return element("h" + std::to_string(level), "id=\"" + id(name) + "\"", escaped_markup(text));
  }

  std::string answers(const std::vector<Answer>& answers) const {
    std::string html;
    for (const Answer& answer : answers) {
      html += "<div class=\"answer " + std::string(tone_name(answer.tone)) + "\">" +
              element("h" + std::to_string(level_ + 1), "", escaped_markup(answer.question)) +
              classed("p", "big", answer.answer) + classed("p", "verdict", answer.verdict) +
              classed("p", "detail", answer.detail) + "</div>";
    }
    return html.empty() ? "" : "<div class=\"answers\" role=\"group\" aria-label=\"Summary\">" + html + "</div>\n";
  }

  std::string warnings(const std::vector<std::string>& warnings) const {
    if (warnings.empty()) return "";
    std::string items;
    for (const std::string& warning : warnings) items += element("li", "", escaped_markup(warning));
    return "<section class=\"warnings\">" + heading(level_ + 1, "warnings", "Warnings") + element("ul", "", items) +
           "</section>\n";
  }

  std::string section(const Section& section) {
    std::string html =
        "<section id=\"" + id(section.id) + "\">" + heading(level_ + 1, section.id + "-title", section.title);
    for (const std::string& text : section.paragraphs) html += element("p", "", escaped_markup(text));
    std::string figures;
    for (const Chart& each : section.charts) figures += chart(each);
    if (!figures.empty()) html += "<div class=\"charts\">" + figures + "</div>";
    for (const Table& each : section.tables) html += table(each);
    for (const Code& each : section.code) html += code(each);
    return html + "</section>\n";
  }

  std::string chart(const Chart& chart) {
    const std::string name = id("chart-" + std::to_string(++charts_written_));
    charts_[name] = {{"kind", chart.kind}, {"caption", chart.caption}, {"prefix", prefix_}, {"data", chart.data}};
    return "<figure class=\"chart " + chart.kind + "\" id=\"" + name + "\"><figcaption>" +
           escaped_markup(chart.caption) + "</figcaption><div class=\"drawing\"></div><a class=\"as-table\" href=\"#" +
           id(chart.table) + "\">The numbers as a table</a></figure>";
  }

  std::string row(const Table& table, std::size_t index) const {
    const bool has_id = index < table.row_ids.size();
    std::string html = has_id ? "<tr id=\"" + id(table.row_ids[index]) + "\">" : "<tr>";
    for (std::size_t i = 0; i < table.rows[index].size(); ++i) {
      const Cell& cell = table.rows[index][i];
      const bool is_number = i < table.columns.size() && table.columns[i].is_number;
      std::string classes = is_number ? "n" : "";
      if (cell.tone != Tone::plain) classes += (classes.empty() ? "" : " ") + std::string(tone_name(cell.tone));
      std::string attributes = i == 0 ? "scope=\"row\"" : "";
      if (!classes.empty()) attributes += (attributes.empty() ? "class=\"" : " class=\"") + classes + "\"";
      if (cell.order) attributes += " data-order=\"" + order_text(*cell.order) + "\"";
      html += element(i == 0 ? "th" : "td", attributes, escaped_markup(cell.text));
    }
    return html + "</tr>\n";
  }

  std::string table(const Table& table) const {
    std::string head;
    for (const Column& column : table.columns) {
      head +=
          element("th", column.is_number ? "scope=\"col\" class=\"n\"" : "scope=\"col\"", escaped_markup(column.title));
    }
    std::string body;
    for (std::size_t i = 0; i < table.rows.size(); ++i) body += row(table, i);
    const std::string caption = id(table.id) + "-caption";
    return "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-labelledby=\"" + caption + "\"><table id=\"" +
           id(table.id) + "\"" + (table.sorts ? " class=\"sorts\"" : "") + "><caption id=\"" + caption + "\">" +
           escaped_markup(table.caption) + "</caption><thead><tr>" + head + "</tr></thead>\n<tbody>\n" + body +
           "</tbody></table></div>\n";
  }

  static std::string code(const Code& code) {
    return "<figure class=\"code\"><figcaption>" + escaped_markup(code.title) +
           "</figcaption><pre tabindex=\"0\"><code>" + escaped_markup(code.text) + "</code></pre></figure>\n";
  }

  std::string prefix_;
  int level_;
  Json& charts_;
  int charts_written_ = 0;
};

}  // namespace

std::string html_document(const Document& document, const std::string& prefix, int level, Json& charts) {
  return Writer(prefix, level, charts).write(document);
}

}  // namespace halftone::report
