#include "base/host.h"

#include <algorithm>
#include <sstream>
#include <string_view>

#include "base/file.h"

#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace halftone {
namespace {

/// The value of the first line "KEY : VALUE" of a file under /proc; empty where there is none.
std::string proc_value(const std::filesystem::path& file, std::string_view key) {
  std::istringstream lines(read_file(file));
  std::string line;
  while (std::getline(lines, line)) {
    const std::size_t colon = line.find(':');
    if (!line.starts_with(key) || colon == std::string::npos) continue;
    const std::size_t first = line.find_first_not_of(" \t", colon + 1);
    return first == std::string::npos ? std::string() : line.substr(first);
  }
  return {};
}

#if defined(__x86_64__)
std::string best_isa() {
  if (__builtin_cpu_supports("amx-int8")) return "amx";
  if (__builtin_cpu_supports("avx512vnni") || __builtin_cpu_supports("avxvnni")) return "vnni";
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) return "avx512";
  if (__builtin_cpu_supports("avx2")) return "avx2";
  return "baseline";
}
#elif defined(__aarch64__)
std::string best_isa() {
  if ((getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0) return "arm_i8mm";
  if ((getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0) return "arm_dot";
  return "baseline";
}
#else
std::string best_isa() { return "baseline"; }
#endif

}  // namespace

Host describe_host() {
  std::string cpu = proc_value("/proc/cpuinfo", "model name");
  if (cpu.empty()) cpu = "unknown";
  return {std::move(cpu), best_isa()};
}

unsigned long long peak_memory_bytes() {
  unsigned long long kibibytes = 0;
  std::istringstream(proc_value("/proc/self/status", "VmHWM")) >> kibibytes;
  return kibibytes * 1024;
}

}  // namespace halftone
