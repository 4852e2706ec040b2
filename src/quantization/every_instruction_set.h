#pragma once

#include <gtest/gtest.h>
#include <hwy/targets.h>

namespace halftone {

/// For tests: calls check() once for each instruction set that this machine has and the kernels were compiled for.
template <typename Check>
void on_every_instruction_set(const Check& check) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    check();
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace halftone
