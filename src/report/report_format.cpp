#include "report/report_format.h"

#include "halftone/error.h"
#include "report/document/make_document.h"
#include "report/html_page.h"
#include "report/junit.h"
#include "report/markdown.h"

namespace halftone {

ReportFormat parse_report_format(const std::string& word) {
  for (const ReportFormat format : {ReportFormat::html, ReportFormat::md, ReportFormat::junit}) {
    if (word == to_string(format)) return format;
  }
  throw Error(ErrorCode::invalid_argument, "unknown format '" + word + "' of a report", "use html, md or junit");
}

std::string_view to_string(ReportFormat format) {
  switch (format) {
    case ReportFormat::md:
      return "md";
    case ReportFormat::junit:
      return "junit";
    default:
      return "html";
  }
}

std::string make_report(const std::vector<Json>& results, ReportFormat format) {
  std::vector<report::Document> documents;
  for (const Json& result : results) documents.push_back(report::make_document(result));
  switch (format) {
    case ReportFormat::md:
      return report::markdown(documents);
    case ReportFormat::junit:
      return report::junit(documents);
    default:
      return report::html_page(documents);
  }
}

}  // namespace halftone
