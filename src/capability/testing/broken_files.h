#pragma once

#include <optional>
#include <string>
#include <vector>

namespace halftone::testing {

/// What the JSON Schema of capability files makes of a broken one.
enum class SchemaVerdict { refuses, passes, unreadable };

/// One row of broken_capability_files.yaml.
struct BrokenFile {
  std::string name;
  std::string text;  ///< the good file with a text replaced
  int line = 0;
  std::string says;
  std::string nearest;  ///< empty where no word is offered
  SchemaVerdict schema = SchemaVerdict::refuses;
};

/// The file that the broken ones differ from.
std::string good_capability_file();
std::vector<BrokenFile> broken_capability_files();

}  // namespace halftone::testing
