#include "base/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace halftone {
namespace {

TEST(Host, HasANameAndAKnownInstructionSet) {
  const Host host = describe_host();
  EXPECT_FALSE(host.cpu.empty());
  EXPECT_EQ(host.cpu.find('\n'), std::string::npos);
  EXPECT_THAT(host.isa, testing::AnyOf("avx2", "avx512", "vnni", "amx", "arm_dot", "arm_i8mm", "baseline"));
}

TEST(PeakMemory, GrowsWithWhatIsTouched) {
  constexpr std::size_t kBytes = std::size_t{64} << 20;
  const unsigned long long before = peak_memory_bytes();
  const std::vector<char> touched(kBytes, 1);
  EXPECT_GE(peak_memory_bytes(), kBytes);
  EXPECT_GE(peak_memory_bytes(), before);
  EXPECT_EQ(touched.back(), 1);
}

}  // namespace
}  // namespace halftone
