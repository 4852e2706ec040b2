#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "halftone/conformance.h"

namespace halftone::testing {

/// Models of chains for ChainFramework.
class ChainModels final : public OpModelMaker {
 public:
  explicit ChainModels(std::set<std::string> types) : types_(std::move(types)) {}
  std::vector<std::string> op_types() const override { return {types_.begin(), types_.end()}; }
  std::vector<OpModel> models_of(const std::string& op_type, const std::filesystem::path& folder) const override;
  std::vector<OpModel> models_of_pattern(const std::vector<std::string>& op_types,
                                         const std::filesystem::path& folder) const override;
  bool is_conversion(const std::string& executed_type) const override;
  bool is_kernel_of(const std::string& executed_type, const std::string& op_type) const override;

 private:
  std::set<std::string> types_;
};

}  // namespace halftone::testing
