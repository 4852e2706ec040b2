#include "adaptors/onnxruntime/run_memory.h"

#include <cstdlib>
#include <memory>
#include <mutex>
#include <vector>

#include "adaptors/onnxruntime/runtime.h"
#include "base/block_pool.h"

namespace halftone::onnxruntime {
namespace {

constexpr std::size_t kSmall = std::size_t{64} << 10;  ///< what the C library serves well

/// Before each block: who gave it. The thread that frees it may be another one.
struct alignas(64) Header {
  BlockPool* pool;  ///< null: the C library
};

/// Pools outlive threads, since blocks do; a thread that begins takes over the pool of one that has ended.
class ThreadPools {
 public:
  static ThreadPools& instance() {
    static ThreadPools* const pools = new ThreadPools;  // the runtime frees tensors when the process ends, too
    return *pools;
  }
  BlockPool* take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) {
      all_.push_back(std::make_unique<BlockPool>());
      return all_.back().get();
    }
    BlockPool* const pool = idle_.back();
    idle_.pop_back();
    return pool;
  }
  void give_back(BlockPool* pool) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(pool);
  }
  void trim() {
    const std::scoped_lock lock(mutex_);
    for (const auto& pool : all_) pool->trim();
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<BlockPool>> all_;
  std::vector<BlockPool*> idle_;
};

struct Lease {
  BlockPool* pool = ThreadPools::instance().take();
  Lease() = default;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() { ThreadPools::instance().give_back(pool); }
};

void* ORT_API_CALL allocate(OrtAllocator* /*self*/, std::size_t bytes) noexcept {
  if (bytes == 0 || bytes > SIZE_MAX / 2) return nullptr;
  BlockPool* pool = nullptr;
  void* base = nullptr;
  if (bytes < kSmall) {
    const std::size_t whole = (bytes + 2 * sizeof(Header) - 1) / sizeof(Header) * sizeof(Header);
    base = std::aligned_alloc(alignof(Header), whole);
  } else {
    thread_local const Lease lease;
    pool = lease.pool;
    base = pool->allocate(bytes + sizeof(Header));
  }
  if (base == nullptr) return nullptr;
  static_cast<Header*>(base)->pool = pool;
  return static_cast<Header*>(base) + 1;
}

void ORT_API_CALL release(OrtAllocator* /*self*/, void* block) noexcept {
  if (block == nullptr) return;
  Header* const base = static_cast<Header*>(block) - 1;
  if (base->pool == nullptr)
    std::free(base);
  else
    base->pool->release(base);
}

struct RunMemory : OrtAllocator {
  const OrtMemoryInfo* memory_info;
};

const OrtMemoryInfo* ORT_API_CALL info_of(const OrtAllocator* self) noexcept {
  return static_cast<const RunMemory*>(self)->memory_info;
}

}  // namespace

OrtAllocator* run_memory(const OrtMemoryInfo* info) {
  auto* const memory = new RunMemory{};
  memory->version = kApiVersion;
  memory->Alloc = allocate;
  memory->Free = release;
  memory->Info = info_of;
  memory->memory_info = info;
  return memory;
}

void trim_run_memory() { ThreadPools::instance().trim(); }

}  // namespace halftone::onnxruntime
