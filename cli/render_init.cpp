#include <filesystem>

#include "render.h"
#include "render_parts.h"
#include "report/json_path.h"
#include "report/number_text.h"

namespace halftone::cli {

std::string render_init(const Json& result, const Style& style) {
  const std::string output = text_at(result, "output");
  if (output.empty()) {
    const Json* configuration = find_json(result, "configuration");
    return configuration != nullptr && configuration->is_string() ? configuration->get<std::string>() : std::string();
  }
  const std::string model = std::filesystem::path(text_at(result, "model")).filename().string();
  const std::uint64_t quantized = count_at(result, "ops.quantized").value_or(0);
  const std::string ops = grouped(quantized) + " of " + counted(count_at(result, "ops.total").value_or(0), "op") +
                          " would be quantized" + (quantized == 0 ? "; the file says why." : ".");
  return tinted(output, Tint::bold, style) + "  written for " + model + "\n\n  " +
         tinted(ops, quantized == 0 ? Tint::caution : Tint::plain, style) +
         " As it is, the file changes nothing.\n\n  halftone quantize --config " + output + " -o int8-" + model +
         " --calib SPEC\n" + warnings_part(result, style);
}

}  // namespace halftone::cli
