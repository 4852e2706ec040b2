#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "configuration/config.h"
#include "halftone/tensor.h"

namespace halftone::testing {

/// A folder with networks and samples, removed after the test.
class DenseFixture : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Writes a network whose class scores are its first three inputs; `fault` as dense_network.h says.
  std::filesystem::path write_network(const std::string& name, const std::string& fault = {}) const;
  /// The same with other keys of its file.
  std::filesystem::path write_variant(const std::string& name, const nlohmann::json& changes) const;
  /// Writes samples of four values between 0 and 1 and returns their spec. Labels are the network's own answers plus
  /// `label_shift` (modulo 3), or none.
  std::string write_samples(const std::string& name, std::size_t count, std::uint64_t seed, int label_shift = 0,
                            bool labelled = true) const;
  /// Names in the folder, sorted.
  std::vector<std::string> listing() const;

  std::filesystem::path folder_;
};

}  // namespace halftone::testing
