#include "base/block_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace halftone {
namespace {

/// Before each block: how many bytes it has with this, since it is given back by its address alone.
struct alignas(64) Header {
  std::size_t bytes;
};

/// A block may be larger than asked for by this part, so that sizes that differ a little serve each other.
constexpr std::size_t kLargestSlack = 4;
/// Unused blocks are kept up to this part above the most that was in use: sizes rarely fit each other exactly, and each
/// new page costs the system as much as filling it.
constexpr std::size_t kSpare = 2;

std::size_t whole_pages(std::size_t bytes) {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

BlockPool::~BlockPool() { trim(); }

void* BlockPool::allocate(std::size_t wanted) noexcept {
  if (wanted > SIZE_MAX / 2) return nullptr;
  const std::size_t bytes = whole_pages(wanted + sizeof(Header));
  const std::scoped_lock lock(mutex_);
  void* base = take_unused(bytes);
  if (base == nullptr) {
    most_used_bytes_ = std::max(most_used_bytes_, used_bytes_ + bytes);
    const std::size_t most = most_used_bytes_ + most_used_bytes_ / kSpare;
    while (!unused_.empty() && used_bytes_ + unused_bytes_ + bytes > most) give_back_oldest();
    base = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return nullptr;
    static_cast<Header*>(base)->bytes = bytes;
  }
  used_bytes_ += static_cast<Header*>(base)->bytes;
  most_used_bytes_ = std::max(most_used_bytes_, used_bytes_);
  return static_cast<Header*>(base) + 1;
}

void BlockPool::release(void* block) noexcept {
  Header* const base = static_cast<Header*>(block) - 1;
  const std::scoped_lock lock(mutex_);
  used_bytes_ -= base->bytes;
  unused_bytes_ += base->bytes;
  unused_.push_back({base, base->bytes});
}

void BlockPool::trim() noexcept {
  const std::scoped_lock lock(mutex_);
  while (!unused_.empty()) give_back_oldest();
}

std::size_t BlockPool::held() const noexcept {
  const std::scoped_lock lock(mutex_);
  return used_bytes_ + unused_bytes_;
}

void* BlockPool::take_unused(std::size_t bytes) noexcept {
  auto best = unused_.end();
  for (auto each = unused_.begin(); each != unused_.end(); ++each) {
    if (each->bytes < bytes || each->bytes - bytes > bytes / kLargestSlack) continue;
    if (best == unused_.end() || each->bytes < best->bytes) best = each;
  }
  if (best == unused_.end()) return nullptr;
  void* const base = best->base;
  unused_bytes_ -= best->bytes;
  unused_.erase(best);
  return base;
}

void BlockPool::give_back_oldest() noexcept {
  const Unused oldest = unused_.front();
  unused_.erase(unused_.begin());
  unused_bytes_ -= oldest.bytes;
  ::munmap(oldest.base, oldest.bytes);
}

}  // namespace halftone
