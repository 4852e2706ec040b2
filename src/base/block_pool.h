#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace halftone {

/// Large blocks of memory for work that asks for the same sizes again and again, such as runs of one model. Blocks come
/// from the system and are kept for reuse, but never more than half as many again as were once in use at the same time:
/// what a first round has needed is what all later ones need. (The C library gives large blocks back to the system at
/// every turn, or lets them be scattered, so that memory grows with the number of rounds.) Safe to use from several
/// threads.
class BlockPool {
 public:
  BlockPool() = default;
  ~BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  /// A block aligned to 64 bytes, or nullptr where the system has no memory left.
  void* allocate(std::size_t bytes) noexcept;
  /// Takes back a block of this pool.
  void release(void* block) noexcept;
  /// Gives the blocks that nobody uses back to the system.
  void trim() noexcept;
  /// Bytes held from the system, used and unused.
  std::size_t held() const noexcept;

 private:
  struct Unused {
    void* base;
    std::size_t bytes;
  };
  void* take_unused(std::size_t bytes) noexcept;
  void give_back_oldest() noexcept;

  mutable std::mutex mutex_;
  std::vector<Unused> unused_;  ///< the one released longest ago first
  std::size_t unused_bytes_ = 0, used_bytes_ = 0, most_used_bytes_ = 0;
};

}  // namespace halftone
