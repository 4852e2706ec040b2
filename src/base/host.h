#pragma once

#include <string>

namespace halftone {

/// What this machine is, for results: CPU name and the best instruction set for integer arithmetic.
struct Host {
  std::string cpu;
  std::string isa;  ///< avx2, avx512, vnni, amx, arm_dot, arm_i8mm, or baseline
};
Host describe_host();

/// Largest resident size of this process so far, in bytes.
unsigned long long peak_memory_bytes();

}  // namespace halftone
