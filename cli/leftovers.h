#pragma once

#include <sys/types.h>

#include <filesystem>
#include <set>
#include <vector>

namespace halftone::cli {

/// What a process that died may have left unfinished beside its outputs: files before they are renamed, folders in
/// which a model is saved before it is published.
class Leftovers {
 public:
  /// Remembers what is there already, which belongs to others. Empty paths are passed over.
  explicit Leftovers(const std::vector<std::filesystem::path>& outputs);
  /// Removes what has come since and is that process's; never throws.
  void remove(pid_t process) const;

 private:
  std::set<std::filesystem::path> folders_;  ///< of the outputs
  std::vector<std::filesystem::path> outputs_;
  std::set<std::filesystem::path> staging_of_others_;  ///< there before
};

}  // namespace halftone::cli
