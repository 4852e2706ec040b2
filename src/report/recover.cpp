#include "halftone/adaptor.h"
#include "halftone/error.h"
#include "report/recorded_plan.h"

namespace halftone {
namespace {

Json parsed(const std::string& q_config) {
  Json record = Json::parse(q_config, nullptr, /*allow_exceptions=*/false);
  if (record.is_object()) return record;
  throw Error(ErrorCode::invalid_data, "the q_config is no JSON object",
              "give the value of \"q_config\" in a result of halftone quantize");
}

}  // namespace

std::unique_ptr<Model> Adaptor::recover(const Model& model, const std::string& q_config) const {
  const ErrorContext frame("recovering a model");
  const Json record = parsed(q_config);
  require_recoverable(*this, record);
  const auto prepared = record.find("prepared_sha256");
  if (prepared != record.end() && *prepared != Json(model.sha256())) {
    throw Error(ErrorCode::invalid_model, "the prepared model is not the one that the q_config is of",
                "prepare the model that was quantized, with the same versions of halftone and the framework");
  }
  return convert(model, recorded_plan(graph(model), query_fw_capability(model), record));
}

}  // namespace halftone
