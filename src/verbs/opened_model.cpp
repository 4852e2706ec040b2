#include "verbs/opened_model.h"

#include <algorithm>

#include "base/nearest_word.h"
#include "base/parallel.h"
#include "base/sha256.h"
#include "halftone/error.h"
#include "verbs/stopwatch.h"

namespace halftone {
namespace {

AdaptorOptions adaptor_options(Progress& progress, const Config& config, const std::string& backend) {
  AdaptorOptions options;
  options.key = backend;
  options.format = config.quantization.format;
  options.library = config.model.library;
  options.target = make_target(config.target_isa);
  options.constraints = config.quantization.constraints;
  options.seed = config.seed;
  options.progress = &progress;
  return options;
}

OpenedModel open_with(const PluginRegistry& plugins, Progress& progress, const Config& config,
                      const std::filesystem::path& path, const std::string& backend) {
  OpenedModel opened;
  opened.path = path;
  opened.backend = backend;
  opened.adaptor = plugins.make(adaptor_options(progress, config, backend));
  ModelSource source{path, {}};
  if (!config.model.signature.empty()) source.options["signature"] = config.model.signature;
  const Stopwatch stopwatch;
  opened.model = opened.adaptor->load(source);
  opened.load_seconds = stopwatch.seconds();
  opened.sha256 = hash_of_model(path, *opened.model);
  opened.inputs = pin_inputs(opened.model->inputs(), config.model.inputs);
  return opened;
}

bool reads_files_like(const PluginManifest& manifest, const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return std::any_of(manifest.extensions.begin(), manifest.extensions.end(),
                     [&](const std::string& extension) { return name.ends_with(extension); });
}

void pin(TensorSignature& input, const InputOverride& wanted) {
  const auto contradicts = [&](std::string_view what) {
    throw Error(ErrorCode::configuration,
                "input '" + input.name + "' cannot be " + to_string(wanted.shape) + ": the model says " +
                    to_string(*input.shape) + " (" + std::string(what) + ")",
                "halftone inspect shows the model's inputs");
  };
  if (input.shape) {
    if (input.shape->size() != wanted.shape.size()) contradicts("another number of axes");
    for (std::size_t axis = 0; axis < wanted.shape.size(); ++axis) {
      const std::int64_t own = (*input.shape)[axis];
      if (own >= 0 && own != wanted.shape[axis]) contradicts("another extent of axis " + std::to_string(axis));
    }
  }
  input.shape = wanted.shape;
  if (wanted.dtype) input.dtype = *wanted.dtype;
}

}  // namespace

ModelFacts OpenedModel::facts() const { return {path, sha256, backend, adaptor->framework()}; }

OpenedModel open_model(const PluginRegistry& plugins, Progress& progress, const Config& config) {
  if (config.model.path.empty()) throw Error(ErrorCode::configuration, "no model was given", "name the model's file");
  const std::string backend =
      config.model.backend.empty() ? plugins.key_for_file(config.model.path) : config.model.backend;
  return open_with(plugins, progress, config, config.model.path, backend);
}

OpenedModel open_other_model(const PluginRegistry& plugins, Progress& progress, const Config& config,
                             const std::filesystem::path& path) {
  const std::string& asked = config.model.backend;
  const bool fits = !asked.empty() && reads_files_like(plugins.manifest_for(asked), path);
  Config other = config;
  other.model.inputs.clear();
  if (!fits) {
    // Options of the first model's framework mean nothing to another one.
    other.model.signature.clear();
    other.model.library.clear();
    other.quantization.format.clear();
  }
  other.quantization.constraints = {};
  return open_with(plugins, progress, other, path, fits ? asked : plugins.key_for_file(path));
}

std::vector<TensorSignature> pin_inputs(std::vector<TensorSignature> inputs, const std::vector<InputOverride>& pins) {
  for (const InputOverride& wanted : pins) {
    const auto found = std::find_if(inputs.begin(), inputs.end(),
                                    [&](const TensorSignature& input) { return input.name == wanted.name; });
    if (found == inputs.end()) {
      std::vector<std::string> names;
      for (const TensorSignature& input : inputs) names.push_back(input.name);
      throw Error(ErrorCode::configuration, "the model has no input '" + wanted.name + "'",
                  suggest(wanted.name, names));
    }
    pin(*found, wanted);
  }
  return inputs;
}

std::string hash_of_model(const std::filesystem::path& path, const Model& model) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) ? sha256_of_file(path) : model.sha256();
}

SavedModel save_and_read_back(const Adaptor& adaptor, const Model& model, const std::filesystem::path& path) {
  SavedModel saved;
  saved.sha256 = adaptor.save(model, path);
  saved.model = adaptor.load({path, {}});
  if (saved.sha256.empty()) saved.sha256 = hash_of_model(path, *saved.model);
  return saved;
}

int resolve_threads(int threads) { return threads > 0 ? threads : available_threads(); }

}  // namespace halftone
