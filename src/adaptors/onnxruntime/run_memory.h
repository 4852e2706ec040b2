#pragma once

#include <onnxruntime_c_api.h>

namespace halftone::onnxruntime {

/// What the runtime allocates from while samples run side by side: each thread's large tensors come from a BlockPool of
/// its own, so that memory is what the first sample has needed, however many follow. The runtime's own arena would keep
/// more, and without it the C library scatters what is freed.
/// `info` outlives it, as it outlives the environment that it is registered with.
OrtAllocator* run_memory(const OrtMemoryInfo* info);

/// Gives what no sample uses back to the system.
void trim_run_memory();

}  // namespace halftone::onnxruntime
