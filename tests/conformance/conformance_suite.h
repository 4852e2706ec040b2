#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "halftone/conformance.h"

namespace halftone::conformance {

/// One backend under test. Frameworks add theirs by INSTANTIATE_TEST_SUITE_P of Conformance.
struct Backend {
  std::string key;
  std::string page;       ///< of docs/adaptors that holds its table
  int op_types_at_least;  ///< how many run in int8 or move in the version of the page; a change may only raise it
  std::function<std::unique_ptr<OpModelMaker>()> maker;
};
inline void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.key; }

/// Asks the library's questions of a backend. One suite for all backends.
class Conformance : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// The page that documents the backend's tables, and what its marks call backend and framework.
  std::filesystem::path page() const;
  std::string mark() const;

  std::unique_ptr<Adaptor> adaptor_;
  std::unique_ptr<OpModelMaker> maker_;
  std::unique_ptr<halftone::Conformance> conformance_;
  std::filesystem::path folder_;
};

}  // namespace halftone::conformance
