#pragma once

#include <cstddef>
#include <functional>

namespace halftone {

/// Calls work(worker, index) for index 0 … count-1 on up to `threads` threads (worker 0 … threads-1), each index once,
/// handed out in order. The first exception stops the rest and is thrown here. ErrorContext frames of the caller are
/// kept for the workers.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t, std::size_t)>& work);

/// As many threads as this process may use.
int available_threads();

}  // namespace halftone
