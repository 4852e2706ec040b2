#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "report/json_values.h"

namespace halftone {

/// The model a result is about, and what read it.
struct ModelFacts {
  std::filesystem::path path;
  std::string sha256;
  std::string backend;  ///< key of the adaptor
  FrameworkVersion framework;
};

/// The samples a result rests on.
struct DataFacts {
  std::string spec;
  std::string sha256;
  std::uint64_t samples = 0;
};

/// What every result begins with (DESIGN section 8). What a verb has no use for is null there.
struct ResultEnvelope {
  std::string command;
  std::vector<std::string> argv;
  Json config;
  std::optional<ModelFacts> model;
  std::string target;
  int threads = 1;
  std::optional<DataFacts> calibration;
  std::optional<DataFacts> evaluation;
  std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
};

/// The envelope's keys, then those of `body`, then "warnings".
Json make_result(const ResultEnvelope& envelope, Json body, const std::vector<std::string>& warnings);

/// "2026-01-31T09:30:00Z".
std::string iso_8601_utc(std::chrono::system_clock::time_point time);

}  // namespace halftone
