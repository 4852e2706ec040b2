#include <set>
#include <string>

#include "halftone/error.h"
#include "report/json_values.h"
#include "report/result_envelope.h"
#include "verbs/opened_model.h"
#include "verbs/verbs.h"
#include "verbs/warning_log.h"

namespace halftone {
namespace {

// Ways of quantizing that any op type of the backend has.
Json skills_of(const Adaptor& adaptor) {
  std::set<std::string> skills;
  for (const auto& [type, alternatives] : adaptor.query().get_quantization_capability()) {
    for (const Alternative& alternative : alternatives) skills.emplace(to_string(alternative.quant_mode));
  }
  return skills;
}

Json backend_json(const PluginRegistry& plugins, Progress& progress, const PluginManifest& manifest,
                  const std::string& key) {
  Json entry{{"key", key},         {"framework", manifest.framework}, {"version", nullptr}, {"library", nullptr},
             {"available", false}, {"skills", Json::array()},         {"missing", nullptr}, {"hint", nullptr}};
  try {
    AdaptorOptions options;
    options.key = key;
    options.progress = &progress;
    const std::unique_ptr<Adaptor> adaptor = plugins.make(options);
    const FrameworkVersion framework = adaptor->framework();
    entry["version"] = framework.version;
    entry["library"] = framework.library;
    entry["skills"] = skills_of(*adaptor);
    entry["available"] = true;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::interrupted) throw;
    entry["missing"] = error.message();
    entry["hint"] = error.hint().empty() ? manifest.install_hint : error.hint();
  }
  return entry;
}

}  // namespace

Result run_backends(const VerbContext& context) {
  WarningLog progress(context.progress);
  ResultEnvelope envelope;
  envelope.command = "backends";
  envelope.argv = context.argv;
  envelope.threads = resolve_threads(0);
  Json backends = Json::array();
  for (const PluginManifest& manifest : context.plugins.manifests()) {
    for (const std::string& key : manifest.keys) {
      backends.push_back(backend_json(context.plugins, progress, manifest, key));
    }
  }
  return make_result(envelope, {{"backends", backends}}, progress.warnings());
}

}  // namespace halftone
