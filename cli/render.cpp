#include "render.h"

#include <array>

#include "render_parts.h"
#include "report/json_path.h"

namespace halftone::cli {
namespace {

struct Renderer {
  std::string_view command;
  std::string (*render)(const Json&, const Style&);
};

constexpr std::array<Renderer, 12> kRenderers{{{"evaluate", render_evaluate},
                                               {"benchmark", render_benchmark},
                                               {"compare", render_compare},
                                               {"diagnose", render_diagnose},
                                               {"recover", render_recover},
                                               {"convert", render_convert},
                                               {"plan", render_plan},
                                               {"import-capability", render_import},
                                               {"query", render_query},
                                               {"inspect", render_inspect},
                                               {"backends", render_backends},
                                               {"data", render_data}}};

}  // namespace

std::string render_text(const Json& result, const WrittenFiles& written, const Style& style) {
  const std::string command = text_at(result, "command");
  if (command == "quantize") return render_quantize(result, written, style);
  if (command == "tune") return render_tune(result, written, style);
  if (command == "init") return render_init(result, style);
  if (command == "report") return render_report(result, style);
  for (const Renderer& renderer : kRenderers) {
    if (renderer.command == command) return renderer.render(result, style) + warnings_part(result, style);
  }
  return result.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace halftone::cli
