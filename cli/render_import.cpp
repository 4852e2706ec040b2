#include "render.h"
#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

constexpr std::size_t kNotesShown = 12;

std::string not_imported_part(const Json& notes, const Style& style) {
  if (notes.empty()) return "";
  TextTable table({Align::right, Align::left, Align::left});
  std::size_t shown = 0;
  for (const Json& note : notes) {
    if (++shown > kNotesShown) break;
    table.add({{"line " + grouped(count_at(note, "line").value_or(0)), Tint::dim},
               {text_at(note, "what")},
               {text_at(note, "why")}});
  }
  const std::string more =
      notes.size() > kNotesShown ? "the first " + grouped(kNotesShown) + "; the draft lists all" : "";
  return heading("Not imported", more, style) + table.text(style, 2);
}

}  // namespace

std::string render_import(const Json& result, const Style& style) {
  const std::size_t types = list_at(result, "op_types").size();
  return tinted(text_at(result, "output"), Tint::bold, style) + "  an unproved draft of " +
         text_at(result, "original") + "\n\n  " + counted(types, "op type") + " with " +
         counted(count_at(result, "alternatives").value_or(0), "alternative") + " and " +
         counted(count_at(result, "patterns").value_or(0), "pattern") + " in " +
         counted(count_at(result, "sections").value_or(0), "section") + ", by the op table of " +
         text_at(result, "op_table") + "\n" + not_imported_part(list_at(result, "not_imported"), style);
}

}  // namespace halftone::cli
