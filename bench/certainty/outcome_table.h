#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace halftone::bench {

/// Which samples a model has right: 1 or 0 a sample.
struct Outcomes {
  std::string name;
  std::vector<double> right;
};

/// Reads a CSV of 0 and 1, a column a model with its name in the first line, a row a sample. Throws io, invalid_data.
std::vector<Outcomes> read_outcomes(const std::filesystem::path& file);

}  // namespace halftone::bench
