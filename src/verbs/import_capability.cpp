#include "base/file.h"
#include "capability/draft/capability_draft.h"
#include "halftone/error.h"
#include "report/result_envelope.h"
#include "verbs/opened_model.h"
#include "verbs/output_files.h"
#include "verbs/verbs.h"
#include "verbs/warning_log.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;

void require_new_file(const ImportRequest& request) {
  require_writable(request.original, request.output);
  std::error_code ignored;
  if (request.force || !fs::exists(request.output, ignored)) return;
  throw Error(ErrorCode::invalid_argument, "'" + request.output.string() + "' is there already",
              "--force overwrites it; -o FILE names another");
}

std::string backend_of(const PluginRegistry& plugins, const ImportRequest& request) {
  if (!request.backend.empty()) return request.backend;
  if (plugins.manifests().size() == 1) return plugins.manifests().front().keys.front();
  throw Error(ErrorCode::invalid_argument, "import-capability needs to know whose op types the file names",
              "name the backend with --backend KEY; halftone backends lists them");
}

/// Op types that the backend's own capability files may name.
std::set<std::string> known_op_types(const VerbContext& context, Progress& progress, const std::string& backend) {
  AdaptorOptions options;
  options.key = backend;
  options.progress = &progress;
  return context.plugins.make(options)->query().known_op_types();
}

Json notes_json(const draft::Notes& notes) {
  Json json = Json::array();
  for (const draft::Note& note : notes) json.push_back({{"line", note.line}, {"what", note.what}, {"why", note.why}});
  return json;
}

}  // namespace

Result run_import_capability(const VerbContext& context, const ImportRequest& request) {
  WarningLog progress(context.progress);
  ResultEnvelope envelope;
  envelope.command = "import-capability";
  envelope.argv = context.argv;
  envelope.threads = resolve_threads(0);
  require_new_file(request);
  const std::string backend = backend_of(context.plugins, request);
  const CapabilityDraft draft = make_capability_draft(read_file(request.original), request.original.filename().string(),
                                                      known_op_types(context, progress, backend));
  if (draft.op_types.empty()) {
    progress.warn("no op type of the file is in the op table of " + backend + "; the draft has no capabilities");
  }
  write_file(request.output, draft.yaml);
  return make_result(envelope,
                     {{"original", request.original.string()},
                      {"output", request.output.string()},
                      {"op_table", backend},
                      {"sections", draft.sections},
                      {"op_types", draft.op_types},
                      {"alternatives", draft.alternatives},
                      {"patterns", draft.patterns},
                      {"not_imported", notes_json(draft.notes)}},
                     progress.warnings());
}

}  // namespace halftone
