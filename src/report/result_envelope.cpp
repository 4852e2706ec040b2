#include "report/result_envelope.h"

#include <ctime>
#include <utility>

#include "base/host.h"
#include "halftone/version.h"

namespace halftone {
namespace {

constexpr int kSchemaVersion = 1;

Json data_facts_json(const std::optional<DataFacts>& facts) {
  if (!facts) return nullptr;
  return {{"spec", facts->spec}, {"sha256", facts->sha256}, {"samples", facts->samples}};
}

void add_model(Json& result, const std::optional<ModelFacts>& model) {
  result["model"] = model ? Json(model->path.string()) : Json(nullptr);
  result["model_sha256"] = model ? Json(model->sha256) : Json(nullptr);
  result["backend"] = model ? Json(model->backend) : Json(nullptr);
  result["framework"] = model ? json_of(model->framework) : Json(nullptr);
}

}  // namespace

Json make_result(const ResultEnvelope& envelope, Json body, const std::vector<std::string>& warnings) {
  const Host host = describe_host();
  Json result;
  result["schema"] = "halftone/" + envelope.command + "/" + std::to_string(kSchemaVersion);
  result["command"] = envelope.command;
  result["argv"] = envelope.argv;
  result["halftone"] = {{"version", version()}, {"commit", commit()}};
  result["config"] = envelope.config;
  add_model(result, envelope.model);
  result["target"] = envelope.target.empty() ? Json(nullptr) : Json(envelope.target);
  result["host"] = {{"cpu", host.cpu}, {"isa", host.isa}, {"threads", envelope.threads}};
  result["data"] = {{"calibration", data_facts_json(envelope.calibration)},
                    {"evaluation", data_facts_json(envelope.evaluation)}};
  result["started"] = iso_8601_utc(envelope.started);
  for (auto&& [key, value] : body.items()) result[key] = std::move(value);
  result["warnings"] = warnings;
  return result;
}

std::string iso_8601_utc(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace halftone
