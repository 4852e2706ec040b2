#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace halftone::conformance {

/// A small float model that shows one op as a backend meets it: between two products where it is none itself, so that
/// its data arrive and leave in low precision. Its inputs have known shapes and take random data.
struct OpModel {
  std::string variant;  ///< what is special about it, e.g. "reflect"; empty for the plain form
  std::string op;       ///< name of the op it is about
  std::filesystem::path file;
};

/// Builds such models for one framework.
class OpModelMaker {
 public:
  virtual ~OpModelMaker() = default;
  /// Every op type it has models for.
  virtual std::vector<std::string> op_types() const = 0;
  /// Models of an op type in all the forms that kernels may tell apart, written into a folder; none for a type that
  /// it does not know.
  virtual std::vector<OpModel> models_of(const std::string& op_type, const std::filesystem::path& folder) const = 0;
  /// Models of ops that follow one another and are fused; `op` is the first of them.
  virtual std::vector<OpModel> models_of_pattern(const std::vector<std::string>& op_types,
                                                 const std::filesystem::path& folder) const = 0;
  /// Whether an executed op of that type converts between float and integers.
  virtual bool is_conversion(const std::string& executed_type) const = 0;
  /// Whether an executed op of that type is the kernel of an op type of the model.
  virtual bool is_kernel_of(const std::string& executed_type, const std::string& op_type) const = 0;
};

/// One backend under test. Frameworks add theirs by INSTANTIATE_TEST_SUITE_P of Conformance.
struct Backend {
  std::string key;
  std::string page;       ///< of docs/adaptors that holds its table
  int op_types_at_least;  ///< how many run in int8 or move in the version of the page; a change may only raise it
  std::function<std::unique_ptr<OpModelMaker>()> maker;
};
inline void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.key; }

}  // namespace halftone::conformance
