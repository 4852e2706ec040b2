#include "verbs/verb_run.h"

#include <utility>

#include "report/config_json.h"

namespace halftone {

VerbRun::VerbRun(const VerbContext& context, std::string command, const Config& config)
    : plugins_(context.plugins), hooks_(context.hooks), warnings_(context.progress) {
  envelope_.command = std::move(command);
  envelope_.argv = context.argv;
  envelope_.config = json_of(config);
  envelope_.target = config.target_isa;
  envelope_.threads = resolve_threads(config.threads);
}

OpenedModel VerbRun::open(const Config& config) {
  OpenedModel opened = open_model(plugins_, warnings_, config);
  envelope_.model = opened.facts();
  return opened;
}

OpenedModel VerbRun::open_other(const Config& config, const std::filesystem::path& path) {
  return open_other_model(plugins_, warnings_, config, path);
}

}  // namespace halftone
