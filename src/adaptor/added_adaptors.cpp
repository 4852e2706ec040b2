#include "adaptor/added_adaptors.h"

#include <algorithm>

#include "halftone/error.h"

namespace halftone {
namespace {

bool has_key(const PluginManifest& manifest, const std::string& key) {
  return std::ranges::find(manifest.keys, key) != manifest.keys.end();
}

bool share_a_key(const PluginManifest& a, const PluginManifest& b) {
  return std::ranges::any_of(a.keys, [&](const std::string& key) { return has_key(b, key); });
}

}  // namespace

AddedAdaptors& AddedAdaptors::instance() {
  static AddedAdaptors adaptors;
  return adaptors;
}

void AddedAdaptors::add(PluginManifest manifest, AdaptorFactory factory, bool replace) {
  if (manifest.keys.empty() || !factory) {
    throw Error(ErrorCode::invalid_argument, "an adaptor needs a key and a function that makes it");
  }
  manifest.library.clear();
  const std::scoped_lock lock(mutex_);
  const auto same = [&](const Entry& entry) { return share_a_key(entry.first, manifest); };
  if (!replace && std::ranges::any_of(entries_, same)) {
    throw Error(ErrorCode::invalid_argument, "there is an adaptor '" + manifest.keys.front() + "' already",
                "choose another key");
  }
  std::erase_if(entries_, same);
  entries_.emplace_back(std::move(manifest), std::move(factory));
}

std::vector<PluginManifest> AddedAdaptors::manifests() const {
  const std::scoped_lock lock(mutex_);
  std::vector<PluginManifest> manifests;
  for (const auto& [manifest, factory] : entries_) manifests.push_back(manifest);
  return manifests;
}

AdaptorFactory AddedAdaptors::find(const std::string& key) const {
  const std::scoped_lock lock(mutex_);
  for (const auto& [manifest, factory] : entries_) {
    if (has_key(manifest, key)) return factory;
  }
  return {};
}

void add_adaptor(PluginManifest manifest, AdaptorFactory factory, bool replace) {
  AddedAdaptors::instance().add(std::move(manifest), std::move(factory), replace);
}

}  // namespace halftone
