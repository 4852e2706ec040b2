#pragma once

#include <string>

#include "report/json_values.h"
#include "style.h"

namespace halftone::cli {

/// Where a result and its page were saved, or empty.
struct WrittenFiles {
  std::string result;
  std::string report;
};

/// A result as text for people, by its "command".
std::string render_text(const Json& result, const WrittenFiles& written, const Style& style);

std::string render_quantize(const Json& result, const WrittenFiles& written, const Style& style);
std::string render_tune(const Json& result, const WrittenFiles& written, const Style& style);
std::string render_evaluate(const Json& result, const Style& style);
std::string render_benchmark(const Json& result, const Style& style);
std::string render_compare(const Json& result, const Style& style);
std::string render_diagnose(const Json& result, const Style& style);
std::string render_recover(const Json& result, const Style& style);
std::string render_convert(const Json& result, const Style& style);
/// The written file's place, or, where it was to be shown, the configuration itself and nothing else.
std::string render_init(const Json& result, const Style& style);
/// The written file's place, or, where it was to be shown, the report itself and nothing else.
std::string render_report(const Json& result, const Style& style);
std::string render_import(const Json& result, const Style& style);
std::string render_plan(const Json& result, const Style& style);
std::string render_query(const Json& result, const Style& style);
std::string render_inspect(const Json& result, const Style& style);
std::string render_backends(const Json& result, const Style& style);
std::string render_data(const Json& result, const Style& style);

}  // namespace halftone::cli
