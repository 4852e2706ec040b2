#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace halftone {

/// Runs a command to its end, its output thrown away, and returns the most memory it held at once, in bytes. Throws
/// framework where it fails, io where it cannot be started.
std::uint64_t peak_memory_of(const std::vector<std::string>& command);

/// The command that runs a model a few times, as `program` (the halftone command) does it in a process of its own.
std::vector<std::string> run_few_times(const std::filesystem::path& program, const std::filesystem::path& model,
                                       const std::string& library, int threads);

}  // namespace halftone
