#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "halftone/plugin.h"

namespace halftone {

/// Adaptors of the calling program. Thread safe.
class AddedAdaptors {
 public:
  static AddedAdaptors& instance();
  /// Throws as add_adaptor().
  void add(PluginManifest manifest, AdaptorFactory factory, bool replace);
  std::vector<PluginManifest> manifests() const;
  /// Empty for a key that nobody added.
  AdaptorFactory find(const std::string& key) const;

 private:
  using Entry = std::pair<PluginManifest, AdaptorFactory>;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace halftone
