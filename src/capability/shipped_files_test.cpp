#include "capability/testing/shipped_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using testing::shipped_capability_files;

TEST(ShippedCapabilityFiles, AreThereAndReadStrictly) {
  EXPECT_THAT(shipped_capability_files(), ::testing::Not(::testing::IsEmpty()));
}

TEST(ShippedCapabilityFiles, NeverOfferFloatKernelsFirst) {
  for (const CapabilityFile& file : shipped_capability_files()) {
    for (const CapabilitySection& section : file.sections) {
      for (const auto& [precision, entries] : section.capabilities) {
        for (const auto& [type, alternatives] : entries) {
          const bool all_float = std::ranges::all_of(
              alternatives, [](const Alternative& each) { return each.runs == Runs::float_between; });
          EXPECT_TRUE(all_float || alternatives.front().runs != Runs::float_between) << file.path << " " << type;
        }
      }
    }
  }
}

}  // namespace
}  // namespace halftone
