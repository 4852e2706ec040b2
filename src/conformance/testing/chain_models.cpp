#include "conformance/testing/chain_models.h"

#include "base/file.h"

namespace halftone::testing {
namespace {

/// The ops under test between two products; the first of them is the second of the chain.
OpModel write_chain(const std::vector<std::string>& types, const std::filesystem::path& folder) {
  std::string text = "Dense", name;
  for (const std::string& type : types) {
    text += " " + type;
    name += type;
  }
  const std::filesystem::path file = folder / (name + ".chain");
  write_file(file, text + " Dense");
  return {"between products", "op1", file};
}

}  // namespace

std::vector<OpModel> ChainModels::models_of(const std::string& op_type, const std::filesystem::path& folder) const {
  if (!types_.contains(op_type)) return {};
  return {write_chain({op_type}, folder)};
}

std::vector<OpModel> ChainModels::models_of_pattern(const std::vector<std::string>& op_types,
                                                    const std::filesystem::path& folder) const {
  if (!types_.contains(op_types.front())) return {};
  return {write_chain(op_types, folder)};
}

bool ChainModels::is_conversion(const std::string& executed_type) const {
  return executed_type == "Quantize" || executed_type == "Dequantize";
}

bool ChainModels::is_kernel_of(const std::string& executed_type, const std::string& op_type) const {
  return executed_type.starts_with(op_type);
}

}  // namespace halftone::testing
