#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "configuration/config.h"
#include "halftone/adaptor.h"
#include "halftone/plugin.h"
#include "report/result_envelope.h"

namespace halftone {

/// A model with the adaptor that read it.
struct OpenedModel {
  std::filesystem::path path;
  std::string backend;
  std::unique_ptr<Adaptor> adaptor;  // before the model: it must outlive it
  std::unique_ptr<Model> model;
  std::vector<TensorSignature> inputs;  ///< of the model, under the user's --input
  std::string sha256;                   ///< as hash_of_model()
  double load_seconds = 0;

  ModelFacts facts() const;
};

/// Loads the configuration's model through the backend that the user named or that its ending tells.
/// Throws what PluginRegistry::make() and Adaptor::load() throw, and configuration for a --input the model has not.
OpenedModel open_model(const PluginRegistry& plugins, Progress& progress, const Config& config);
/// The same for another model (--against): the user's backend where it reads such files, else the one by its ending.
OpenedModel open_other_model(const PluginRegistry& plugins, Progress& progress, const Config& config,
                             const std::filesystem::path& path);

/// Inputs with the shapes and types the user pinned. Throws configuration for an unknown name, another rank, or an
/// extent that contradicts the model's.
std::vector<TensorSignature> pin_inputs(std::vector<TensorSignature> inputs, const std::vector<InputOverride>& pins);

/// Hash of a model's file, as sha256sum gives it; of the model itself where it is not one file.
std::string hash_of_model(const std::filesystem::path& path, const Model& model);

/// A model that was saved, as it is read back.
struct SavedModel {
  std::unique_ptr<Model> model;
  std::string sha256;  ///< as hash_of_model()
};

/// Throws what Adaptor::save() and Adaptor::load() throw.
SavedModel save_and_read_back(const Adaptor& adaptor, const Model& model, const std::filesystem::path& path);

/// Threads the configuration stands for.
int resolve_threads(int threads);

}  // namespace halftone
