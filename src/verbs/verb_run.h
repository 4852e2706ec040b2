#pragma once

#include <string>
#include <utility>

#include "report/result_envelope.h"
#include "verbs/opened_model.h"
#include "verbs/verbs.h"
#include "verbs/warning_log.h"

namespace halftone {

/// What all verbs do alike: note time and arguments, gather warnings, and put the result together.
class VerbRun {
 public:
  VerbRun(const VerbContext& context, std::string command, const Config& config);

  Progress& progress() { return warnings_; }
  void warn(const std::string& message) { warnings_.warn(message); }
  int threads() const { return envelope_.threads; }
  ResultEnvelope& envelope() { return envelope_; }
  const PluginRegistry& plugins() const { return plugins_; }
  const Hooks& hooks() const { return hooks_; }

  /// Loads the model of the configuration; the result is about it.
  OpenedModel open(const Config& config);
  OpenedModel open_other(const Config& config, const std::filesystem::path& path);
  Result result(Json body) const { return make_result(envelope_, std::move(body), warnings_.warnings()); }

 private:
  const PluginRegistry& plugins_;
  Hooks hooks_;
  WarningLog warnings_;
  ResultEnvelope envelope_;
};

}  // namespace halftone
