#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "halftone/tuning.h"

namespace halftone {

using AdaptorFactory = std::function<std::unique_ptr<Adaptor>(AdaptorOptions)>;

/// Handed to a plugin's entry; the only way to register something.
class PluginRegistrar {
 public:
  virtual ~PluginRegistrar();
  /// Adds an adaptor under a key of the plugin's manifest. Throws invalid_argument for a key that is taken or not
  /// listed.
  virtual void add_adaptor(const std::string& key, AdaptorFactory factory) = 0;
  /// Adds a search strategy under a name of the plugin's manifest. Throws as add_adaptor() does.
  virtual void add_strategy(const std::string& name, StrategyFactory factory) = 0;
};

/// What lies beside a plugin as <name>.plugin.yaml and is read without opening it.
struct PluginManifest {
  std::filesystem::path path;                  ///< of the manifest
  std::filesystem::path library;               ///< of the shared library
  std::vector<std::string> keys;               ///< the first is the default for its files; none: strategies alone
  std::vector<std::string> strategies;         ///< search strategies it brings
  std::map<std::string, std::string> aliases;  ///< alias → key
  std::vector<std::string> extensions;         ///< file endings it recognises, with the dot
  std::string framework;                       ///< name for people
  std::vector<std::string> libraries;          ///< names of the framework's libraries, for the search
  std::string install_hint;                    ///< command that installs the framework
  std::filesystem::path capability_folder;     ///< where its capability files are
};

/// Adds an adaptor of the calling program, which no plugin brings, for the rest of the process: the factory makes it
/// for each key of the manifest, whose library stays empty. Registries that are made from now on know it. Throws
/// invalid_argument for a manifest without keys, and for keys that were added before unless `replace` is set.
void add_adaptor(PluginManifest manifest, AdaptorFactory factory, bool replace = false);

/// Every plugin there is, loaded when it is used, and every adaptor that was added. Looks beside the library
/// (../lib/halftone/plugins), beside the executable, and in the folders of HALFTONE_PLUGIN_PATH.
class PluginRegistry {
 public:
  /// Reads all manifests. Throws configuration for a broken one or a key that two plugins have.
  static PluginRegistry discover();
  /// The same over given folders alone, and without adaptors that were added.
  static PluginRegistry from_folders(const std::vector<std::filesystem::path>& folders);

  const std::vector<PluginManifest>& manifests() const { return manifests_; }
  std::vector<std::string> keys() const;
  /// Manifest that has the key or alias; throws invalid_argument naming the known ones.
  const PluginManifest& manifest_for(const std::string& key) const;
  /// Default key for a model file by its ending; throws invalid_model naming the known endings.
  std::string key_for_file(const std::filesystem::path& file) const;
  /// Opens the plugin (once, never closed) and makes the adaptor. Throws framework_missing, or configuration when the
  /// plugin was built for another interface.
  std::unique_ptr<Adaptor> make(AdaptorOptions options) const;
  /// Names of the search strategies that plugins bring.
  std::vector<std::string> strategies() const;
  /// The strategy of that name; empty where no plugin brings it. Opens the plugin; throws as make() does.
  StrategyFactory strategy(const std::string& name) const;

 private:
  std::vector<PluginManifest> manifests_;
};

/// Interface version, compiler and C++ ABI of a build; plugin and library must agree to the letter.
#define HALFTONE_PLUGIN_INTERFACE "4"
#ifdef _GLIBCXX_USE_CXX11_ABI
#define HALFTONE_PLUGIN_CXX_ABI _GLIBCXX_USE_CXX11_ABI
#else
#define HALFTONE_PLUGIN_CXX_ABI 0
#endif
#define HALFTONE_STRINGIZE_(x) #x
#define HALFTONE_STRINGIZE(x) HALFTONE_STRINGIZE_(x)
#define HALFTONE_ABI                    \
  "halftone-" HALFTONE_PLUGIN_INTERFACE \
  "/gxx-abi-" HALFTONE_STRINGIZE(__GXX_ABI_VERSION) "/cxx11-" HALFTONE_STRINGIZE(HALFTONE_PLUGIN_CXX_ABI)

/// What a plugin exports: the ABI is compared before `register_adaptors` is called.
struct PluginEntry {
  const char* abi;
  void (*register_adaptors)(PluginRegistrar&);
};

/// Defines the one exported symbol of a plugin.
#define HALFTONE_PLUGIN(register_function)                                                             \
  extern "C" __attribute__((visibility("default"))) const ::halftone::PluginEntry* halftone_plugin() { \
    static const ::halftone::PluginEntry entry{HALFTONE_ABI, &register_function};                      \
    return &entry;                                                                                     \
  }

}  // namespace halftone
