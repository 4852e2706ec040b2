#include "capability/enum_words.h"
#include "halftone/error.h"
#include "verbs/output_files.h"
#include "verbs/verb_run.h"

namespace halftone {
namespace {

QuantFormat wanted_format(const Config& config) {
  for (const QuantFormat format : named_values<QuantFormat>()) {
    if (to_string(format) == config.quantization.format) return format;
  }
  return QuantFormat::qdq;
}

}  // namespace

Result run_convert(const VerbContext& context, const Config& config, const std::filesystem::path& output) {
  require_writable(config.model.path, output);
  VerbRun run(context, "convert", config);
  const OpenedModel opened = run.open(config);
  const Adaptor& adaptor = *opened.adaptor;
  const QuantFormat format = wanted_format(config);
  const ConvertedFormat converted = adaptor.convert_format(*opened.model, format);
  if (converted.rewritten == 0) {
    throw Error(ErrorCode::invalid_model,
                "'" + config.model.path.string() + "' has no op that could be rewritten into the format " +
                    std::string(to_string(format)),
                "halftone inspect says what it holds; halftone quantize quantizes a float model");
  }
  StagingFolder staging(output);
  const auto [reopened, sha256] = save_and_read_back(adaptor, *converted.model, staging.staged_output());
  adaptor.open(*reopened, {.threads = run.threads(), .observed_tensors = {}});
  const std::uint64_t size = staging.size_bytes();
  staging.publish();
  return run.result({{"output", output.string()},
                     {"output_sha256", sha256},
                     {"format", to_string(format)},
                     {"rewritten", converted.rewritten},
                     {"size_bytes", size}});
}

}  // namespace halftone
