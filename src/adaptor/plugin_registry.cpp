#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "adaptor/added_adaptors.h"
#include "adaptor/manifest.h"
#include "base/nearest_word.h"
#include "halftone/error.h"
#include "halftone/plugin.h"

namespace halftone {
namespace fs = std::filesystem;
namespace {

// Folder of the library this function is in.
fs::path own_folder() {
  Dl_info found{};
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &found) == 0 || found.dli_fname == nullptr) return {};
  return fs::weakly_canonical(found.dli_fname).parent_path();
}

std::vector<fs::path> default_folders() {
  std::vector<fs::path> folders{own_folder() / "halftone" / "plugins"};
  std::error_code ignored;
  const fs::path executable = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  folders.push_back(executable / "../lib/halftone/plugins");
  folders.push_back(executable);
  if (const char* path = std::getenv("HALFTONE_PLUGIN_PATH")) {
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, ':');) {
      if (!part.empty()) folders.emplace_back(part);
    }
  }
  return folders;
}

std::vector<fs::path> manifests_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    if (entry.path().filename().string().ends_with(".plugin.yaml")) found.push_back(fs::canonical(entry.path()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Takes what one plugin registers.
class Registrar : public PluginRegistrar {
 public:
  explicit Registrar(const PluginManifest& manifest) : manifest_(manifest) {}
  void add_adaptor(const std::string& key, AdaptorFactory factory) override {
    const auto& keys = manifest_.keys;
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      throw Error(ErrorCode::invalid_argument, "a plugin registers adaptor '" + key + "', which its manifest " +
                                                   manifest_.path.string() + " does not list");
    }
    if (!factories_.emplace(key, std::move(factory)).second) {
      throw Error(ErrorCode::invalid_argument, "a plugin registers adaptor '" + key + "' twice");
    }
  }
  void add_strategy(const std::string& name, StrategyFactory factory) override {
    const auto& names = manifest_.strategies;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw Error(ErrorCode::invalid_argument, "a plugin registers strategy '" + name + "', which its manifest " +
                                                   manifest_.path.string() + " does not list");
    }
    if (!strategies_.emplace(name, std::move(factory)).second) {
      throw Error(ErrorCode::invalid_argument, "a plugin registers strategy '" + name + "' twice");
    }
  }
  const StrategyFactory& strategy(const std::string& name) const {
    const auto found = strategies_.find(name);
    if (found != strategies_.end()) return found->second;
    throw Error(ErrorCode::configuration,
                "plugin " + manifest_.library.string() + " does not register strategy '" + name + "' of its manifest");
  }
  const AdaptorFactory& factory(const std::string& key) const {
    const auto found = factories_.find(key);
    if (found != factories_.end()) return found->second;
    throw Error(ErrorCode::configuration,
                "plugin " + manifest_.library.string() + " does not register adaptor '" + key + "' of its manifest");
  }

 private:
  const PluginManifest& manifest_;
  std::map<std::string, AdaptorFactory> factories_;
  std::map<std::string, StrategyFactory> strategies_;
};

const PluginEntry& open_plugin(const PluginManifest& manifest) {
  void* handle = dlopen(manifest.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    throw Error(ErrorCode::framework_missing,
                "plugin " + manifest.library.string() + " cannot be opened: " + (reason ? reason : "unknown reason"),
                manifest.install_hint);
  }
  using Entry = const PluginEntry* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, "halftone_plugin"));
  if (entry == nullptr) {
    throw Error(ErrorCode::configuration, manifest.library.string() + " is no plugin: it exports no halftone_plugin");
  }
  if (const std::string abi = entry()->abi; abi != HALFTONE_ABI) {
    throw Error(ErrorCode::configuration,
                "plugin " + manifest.library.string() + " was built for " + abi + ", this is " + HALFTONE_ABI,
                "build it again with this version of Halftone and its compiler");
  }
  return *entry();
}

}  // namespace

PluginRegistrar::~PluginRegistrar() = default;

PluginRegistry PluginRegistry::discover() {
  PluginRegistry registry = from_folders(default_folders());
  for (PluginManifest& manifest : AddedAdaptors::instance().manifests()) {
    for (const std::string& key : manifest.keys) {
      const std::vector<std::string> known = registry.keys();
      if (std::ranges::find(known, key) == known.end()) continue;
      throw Error(ErrorCode::configuration,
                  "backend '" + key + "' is in a plugin and was added by this program as well",
                  "give the program's own another key");
    }
    registry.manifests_.push_back(std::move(manifest));
  }
  return registry;
}

PluginRegistry PluginRegistry::from_folders(const std::vector<fs::path>& folders) {
  PluginRegistry registry;
  std::map<std::string, fs::path> owner;
  std::vector<fs::path> seen;
  for (const fs::path& folder : folders) {
    for (const fs::path& path : manifests_in(folder)) {
      if (std::find(seen.begin(), seen.end(), path) != seen.end()) continue;
      seen.push_back(path);
      PluginManifest manifest = load_manifest(path);
      std::vector<std::string> names = manifest.keys;
      for (const auto& [alias, key] : manifest.aliases) names.push_back(alias);
      for (const std::string& name : names) {
        const auto [other, added] = owner.emplace(name, path);
        if (added) continue;
        throw Error(ErrorCode::configuration,
                    "backend '" + name + "' is in two plugins: " + other->second.string() + " and " + path.string(),
                    "remove one of them from the plugin folders (HALFTONE_PLUGIN_PATH)");
      }
      registry.manifests_.push_back(std::move(manifest));
    }
  }
  return registry;
}

std::vector<std::string> PluginRegistry::keys() const {
  std::vector<std::string> all;
  for (const PluginManifest& manifest : manifests_) {
    all.insert(all.end(), manifest.keys.begin(), manifest.keys.end());
    for (const auto& [alias, key] : manifest.aliases) all.push_back(alias);
  }
  return all;
}

const PluginManifest& PluginRegistry::manifest_for(const std::string& key) const {
  for (const PluginManifest& manifest : manifests_) {
    const bool listed = std::find(manifest.keys.begin(), manifest.keys.end(), key) != manifest.keys.end();
    if (listed || manifest.aliases.contains(key)) return manifest;
  }
  throw Error(ErrorCode::invalid_argument, "there is no backend '" + key + "'", suggest(key, keys()));
}

std::string PluginRegistry::key_for_file(const fs::path& file) const {
  std::vector<std::string> endings;
  for (const PluginManifest& manifest : manifests_) {
    for (const std::string& ending : manifest.extensions) {
      if (file.filename().string().ends_with(ending)) return manifest.keys.front();
      endings.push_back(ending);
    }
  }
  std::string known;
  for (const std::string& ending : endings) known += (known.empty() ? "" : ", ") + ending;
  throw Error(ErrorCode::invalid_model, "no backend recognises '" + file.string() + "' by its ending",
              known.empty() ? "no plugin was found; see 'halftone backends'"
                            : "known endings are " + known + "; or name the backend (--backend)");
}

std::vector<std::string> PluginRegistry::strategies() const {
  std::vector<std::string> names;
  for (const PluginManifest& manifest : manifests_) {
    names.insert(names.end(), manifest.strategies.begin(), manifest.strategies.end());
  }
  return names;
}

StrategyFactory PluginRegistry::strategy(const std::string& name) const {
  for (const PluginManifest& manifest : manifests_) {
    if (std::find(manifest.strategies.begin(), manifest.strategies.end(), name) == manifest.strategies.end()) continue;
    const ErrorContext frame("opening strategy '" + name + "'");
    Registrar registrar(manifest);
    open_plugin(manifest).register_adaptors(registrar);
    return registrar.strategy(name);
  }
  return {};
}

std::unique_ptr<Adaptor> PluginRegistry::make(AdaptorOptions options) const {
  const PluginManifest& manifest = manifest_for(options.key);
  const ErrorContext frame("opening backend '" + options.key + "'");
  if (const AdaptorFactory added = manifest.library.empty() ? AddedAdaptors::instance().find(options.key) : nullptr) {
    if (options.capability_folder.empty()) options.capability_folder = manifest.capability_folder;
    return added(std::move(options));
  }
  if (const auto alias = manifest.aliases.find(options.key); alias != manifest.aliases.end())
    options.key = alias->second;
  if (options.capability_folder.empty()) options.capability_folder = manifest.capability_folder;
  Registrar registrar(manifest);
  open_plugin(manifest).register_adaptors(registrar);
  const AdaptorFactory& factory = registrar.factory(options.key);
  return factory(std::move(options));
}

}  // namespace halftone
