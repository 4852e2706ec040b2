#include "render.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {

std::string render_report(const Json& result, const Style& style) {
  const std::string output = text_at(result, "output");
  if (output.empty()) {
    const Json* report = find_json(result, "report");
    return report != nullptr && report->is_string() ? report->get<std::string>() : std::string();
  }
  return tinted(output, Tint::bold, style) + "  written from " + counted(list_at(result, "results").size(), "result") +
         "\n";
}

}  // namespace halftone::cli
