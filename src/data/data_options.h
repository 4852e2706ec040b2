#pragma once

#include <string>
#include <vector>

namespace halftone {

/// One kind of data source, as in help and documentation.
struct DataKind {
  std::string name;  ///< "npz"
  std::string main;  ///< what follows the colon: "FILE"; "[SEED]" where it may be absent
  std::string meaning;
};

/// One option of a kind, as in help and documentation.
struct DataOption {
  std::string kind;
  std::string name;     ///< "mean"
  std::string meaning;  ///< values first: "NUMBER or three, as 104:117:123 - …"
};

/// All kinds; the only list of them.
const std::vector<DataKind>& data_kinds();
/// All options, grouped by kind; the only list of them.
const std::vector<DataOption>& data_options();

}  // namespace halftone
