#include "output.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace halftone::cli {
void write_output(const std::string& text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (is_written) return;
  throw Error(ErrorCode::io, std::string("cannot write to standard output: ") + std::strerror(errno));
}

std::string json_text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string error_text(const Error& error, const Style& style) {
  std::string text = tinted("error:", Tint::bad, style) + " " + printable_lines(error.message()) + "\n";
  for (const std::string& frame : error.context()) text += "  while " + printable(frame) + "\n";
  if (!error.hint().empty()) text += tinted("hint:", Tint::caution, style) + " " + printable_lines(error.hint()) + "\n";
  if (error.code() != ErrorCode::internal) return text;
  return text + "This is a defect of Halftone (" + error.where().file_name() + ":" +
         std::to_string(error.where().line()) + "); please report it with the command that led here.\n";
}

Json error_json(const Error& error) {
  return {{"error",
           {{"code", to_string(error.code())},
            {"message", error.message()},
            {"context", error.context()},
            {"hint", error.hint()}}}};
}

}  // namespace halftone::cli
