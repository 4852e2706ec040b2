#pragma once

#include <spawn.h>

namespace halftone {

/// How a program is started: a process group of its own, signals as in a fresh process, an empty standard input, and
/// its outputs in these descriptors.
class SpawnSettings {
 public:
  /// Without `error`, the program's standard error is ours.
  explicit SpawnSettings(int output, int error = -1);
  ~SpawnSettings();
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace halftone
