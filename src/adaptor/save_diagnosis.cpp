#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "adaptor/diagnosis.h"
#include "base/file.h"

namespace halftone {
namespace {

/// Columns of the records, in order.
nlohmann::ordered_json record(const OpDiagnosis& op, std::size_t rank) {
  const auto finite = [](double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
  };
  return {{"rank", rank},
          {"name", op.name},
          {"type", op.type},
          {"tensor", op.error.tensor},
          {"sqnr_db", finite(op.error.sqnr_db())},
          {"added_noise", finite(op.added_noise)},
          {"mse", finite(op.error.mse())},
          {"float_low", finite(op.error.reference_range.low)},
          {"float_high", finite(op.error.reference_range.high)},
          {"int8_low", finite(op.error.range.low)},
          {"int8_high", finite(op.error.range.high)},
          {"left_out", op.error.left_out},
          {"quantized", op.quantized}};
}

// RFC 4180: quotes around what holds commas, quotes or line ends; quotes doubled.
std::string csv_field(const nlohmann::ordered_json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  auto text = value.get<std::string>();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  return quoted + "\"";
}

std::string csv_of(const nlohmann::ordered_json& records) {
  std::ostringstream text;
  const auto write_line = [&](const auto& fields, auto field_of) {
    const char* separator = "";
    for (const auto& entry : fields.items()) {
      text << separator << field_of(entry);
      separator = ",";
    }
    text << '\n';
  };
  // The header, also where there is no record.
  write_line(record({}, 0), [](const auto& entry) { return entry.key(); });
  for (const auto& each : records) write_line(each, [](const auto& entry) { return csv_field(entry.value()); });
  return text.str();
}

}  // namespace

void save_diagnosis(const Diagnosis& diagnosis, const std::filesystem::path& path) {
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < diagnosis.ops.size(); ++i) records.push_back(record(diagnosis.ops[i], i + 1));
  const bool as_csv = path.extension() == ".csv";
  write_file(path, as_csv ? csv_of(records) : nlohmann::ordered_json{{"ops", records}}.dump(2) + "\n");
}

}  // namespace halftone
