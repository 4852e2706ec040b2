#include "capability/target.h"

#include <algorithm>
#include <array>

#include "base/nearest_word.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::size_t kMostFeatures = 5;

struct InstructionSet {
  std::string_view isa;
  std::array<std::string_view, kMostFeatures> features;
};

// vnni brings avx2 alone, since client CPUs have its 256-bit form without avx512. Every CPU with amx has the 512-bit
// vnni and avx512_bf16.
constexpr std::array<InstructionSet, 6> kInstructionSets{{
    {"avx2", {"avx2"}},
    {"avx512", {"avx512", "avx2"}},
    {"vnni", {"vnni", "avx2"}},
    {"amx", {"amx", "avx512_bf16", "vnni", "avx512", "avx2"}},
    {"arm_dot", {"arm_dot"}},
    {"arm_i8mm", {"arm_i8mm", "arm_dot"}},
}};

const InstructionSet* find_instruction_set(std::string_view isa) {
  const auto* const found = std::ranges::find(kInstructionSets, isa, &InstructionSet::isa);
  return found == kInstructionSets.end() ? nullptr : found;
}

}  // namespace

const std::vector<std::string>& instruction_set_features() {
  static const std::vector<std::string> kFeatures{"avx2", "avx512",  "avx512_bf16", "vnni",
                                                  "amx",  "arm_dot", "arm_i8mm"};
  return kFeatures;
}

bool Target::has(std::string_view feature) const {
  const InstructionSet* const set = find_instruction_set(isa);
  return set && !feature.empty() && std::ranges::find(set->features, feature) != set->features.end();
}

Target make_target(std::string_view isa) {
  if (find_instruction_set(isa)) return {.isa = std::string(isa)};
  std::vector<std::string> known;
  for (const InstructionSet& set : kInstructionSets) known.emplace_back(set.isa);
  throw Error(ErrorCode::invalid_argument, "unknown target '" + std::string(isa) + "'", suggest(isa, known));
}

std::optional<std::string> first_lacking(const Target& target, const std::vector<std::string>& needed) {
  for (const std::string& feature : needed) {
    if (!target.has(feature)) return feature;
  }
  return std::nullopt;
}

}  // namespace halftone
