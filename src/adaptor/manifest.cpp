#include "adaptor/manifest.h"

#include "base/strict_yaml.h"

namespace halftone {

PluginManifest load_manifest(const std::filesystem::path& path) {
  const StrictYaml root = StrictYaml::load(path);
  root.expect_keys(
      {"library", "framework", "keys", "aliases", "extensions", "libraries", "install", "capabilities", "strategies"});
  const std::filesystem::path folder = path.parent_path();
  PluginManifest manifest;
  manifest.path = path;
  manifest.library = folder / root.at("library").text();
  manifest.framework = root.at("framework").text();
  if (const auto strategies = root.find("strategies")) manifest.strategies = strategies->texts();
  // A plugin that brings strategies alone reads no files.
  if (manifest.strategies.empty() || root.find("keys")) {
    manifest.keys = root.at("keys").texts();
    manifest.extensions = root.at("extensions").texts();
    manifest.capability_folder = (folder / root.at("capabilities").text()).lexically_normal();
  }
  if (const auto libraries = root.find("libraries")) manifest.libraries = libraries->texts();
  if (const auto hint = root.find("install")) manifest.install_hint = hint->text();
  if (const auto aliases = root.find("aliases")) {
    for (const auto& [alias, key] : aliases->entries()) manifest.aliases[alias] = key.word(manifest.keys);
  }
  return manifest;
}

}  // namespace halftone
