#include "capability/testing/broken_files.h"

#include "base/strict_yaml.h"

namespace halftone::testing {
namespace {

StrictYaml table() { return StrictYaml::load(HALFTONE_BROKEN_CAPABILITY_FILES); }

void replace(std::string& text, const StrictYaml& change) {
  const std::string from = change.at("from").text();
  const std::size_t at = text.find(from);
  if (at == std::string::npos) change.fail("the good file has no '" + from + "'");
  text.replace(at, from.size(), change.at("to").text());
}

SchemaVerdict verdict_of(const StrictYaml& yaml) {
  const std::string word = yaml.word({"refuses", "passes", "unreadable"});
  if (word == "refuses") return SchemaVerdict::refuses;
  return word == "passes" ? SchemaVerdict::passes : SchemaVerdict::unreadable;
}

BrokenFile broken_file(const StrictYaml& row) {
  row.expect_keys({"name", "from", "to", "also", "line", "says", "nearest", "schema"});
  BrokenFile file{.name = row.at("name").text(), .text = good_capability_file()};
  replace(file.text, row);
  if (const auto also = row.find("also")) replace(file.text, *also);
  file.line = static_cast<int>(row.at("line").integer());
  file.says = row.at("says").text();
  if (const auto nearest = row.find("nearest")) file.nearest = nearest->text();
  file.schema = verdict_of(row.at("schema"));
  return file;
}

}  // namespace

std::string good_capability_file() { return table().at("good").text(); }

std::vector<BrokenFile> broken_capability_files() {
  std::vector<BrokenFile> files;
  for (const StrictYaml& row : table().at("broken").items()) files.push_back(broken_file(row));
  return files;
}

}  // namespace halftone::testing
