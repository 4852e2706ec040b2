#include "outcome_table.h"

#include <fstream>
#include <sstream>

#include "halftone/error.h"

namespace halftone::bench {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line);
  for (std::string field; std::getline(text, field, ',');) fields.push_back(field);
  return fields;
}

}  // namespace

std::vector<Outcomes> read_outcomes(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line)) throw Error(ErrorCode::io, "'" + file.string() + "' cannot be read");
  std::vector<Outcomes> models;
  for (const std::string& name : fields_of(line)) models.push_back({name, {}});
  while (std::getline(stream, line)) {
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() != models.size()) throw Error(ErrorCode::invalid_data, "a row of another length: " + line);
    for (std::size_t m = 0; m < models.size(); ++m) {
      if (fields[m] != "0" && fields[m] != "1") throw Error(ErrorCode::invalid_data, "neither 0 nor 1: " + line);
      models[m].right.push_back(fields[m] == "1" ? 1 : 0);
    }
  }
  if (models.size() < 2 || models.front().right.empty()) {
    throw Error(ErrorCode::invalid_data, "'" + file.string() + "' has no outcomes of two models");
  }
  return models;
}

}  // namespace halftone::bench
