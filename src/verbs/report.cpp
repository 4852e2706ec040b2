#include <algorithm>

#include "base/file.h"
#include "halftone/error.h"
#include "report/report_format.h"
#include "report/result_envelope.h"
#include "verbs/opened_model.h"
#include "verbs/output_files.h"
#include "verbs/verbs.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;

Json read_json(const fs::path& file) {
  Json result = Json::parse(read_file(file), nullptr, /*allow_exceptions=*/false);
  if (result.is_object()) return result;
  throw Error(ErrorCode::invalid_data, "'" + file.string() + "' holds no result: it is no JSON object",
              "give what a verb writes with --json, or OUT.halftone.json");
}

ReportFormat format_of(const ReportRequest& request) {
  if (!request.format.empty()) return parse_report_format(request.format);
  const std::string ending = request.output.extension().string();
  if (ending == ".md") return ReportFormat::md;
  return ending == ".xml" ? ReportFormat::junit : ReportFormat::html;
}

std::string ending_of(ReportFormat format) {
  return format == ReportFormat::junit ? ".xml" : "." + std::string(to_string(format));
}

/// The only result's own place with another ending: OUT.halftone.html beside OUT.halftone.json.
fs::path default_output(const ReportRequest& request, ReportFormat format) {
  if (request.results.size() > 1) {
    throw Error(ErrorCode::invalid_argument, "report needs to know where the report of several results goes",
                "give it with -o FILE; - is standard output");
  }
  fs::path output = request.results.front();
  return output.extension() == ".json" ? output.replace_extension(ending_of(format)) : output += ending_of(format);
}

Json text_of(const Json& result, const char* key) {
  const auto found = result.find(key);
  return found != result.end() && found->is_string() ? *found : Json(nullptr);
}

}  // namespace

Result run_report(const VerbContext& context, const ReportRequest& request) {
  if (request.results.empty()) throw Error(ErrorCode::invalid_argument, "report needs a RESULT");
  const ReportFormat format = format_of(request);
  const fs::path output = request.output.empty() ? default_output(request, format) : request.output;
  const bool is_shown = output == "-";
  std::vector<Json> results;
  Json read = Json::array();
  for (const fs::path& file : request.results) {
    if (!is_shown) require_writable(file, output);
    const ErrorContext frame([&] { return "reading '" + file.string() + "'"; });
    results.push_back(read_json(file));
    read.push_back({{"file", file.string()},
                    {"command", text_of(results.back(), "command")},
                    {"verdict", text_of(results.back(), "verdict")}});
  }
  const std::string report = make_report(results, format);
  if (!is_shown) write_file(output, report);
  ResultEnvelope envelope;
  envelope.command = "report";
  envelope.argv = context.argv;
  envelope.threads = resolve_threads(0);
  return make_result(envelope,
                     {{"results", read},
                      {"format", to_string(format)},
                      {"output", is_shown ? Json(nullptr) : Json(output.string())},
                      {"report", is_shown ? Json(report) : Json(nullptr)}},
                     {});
}

}  // namespace halftone
