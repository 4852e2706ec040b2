#include "stage_board.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <new>
#include <vector>

#include "halftone/error.h"

namespace halftone::cli {

/// Plain memory: whoever reads it may find the writer dead at any place.
struct StageBoard::Shared {
  std::atomic<bool> is_finished = false;
  int status = 0;
  std::array<char, 256> place{};  ///< always ends in a zero
};

StageBoard::StageBoard() {
  void* const memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw Error(ErrorCode::io, "there is no memory to share with a child process");
  shared_ = new (memory) Shared;
}

StageBoard::~StageBoard() { munmap(shared_, sizeof(Shared)); }

void StageBoard::show(std::string_view place) {
  const std::size_t length = std::min(place.size(), shared_->place.size() - 1);
  std::copy_n(place.begin(), length, shared_->place.begin());
  shared_->place[length] = '\0';
}

std::string StageBoard::place() const { return shared_->place.data(); }

void StageBoard::finish(int status) {
  shared_->status = status;
  shared_->is_finished = true;
}

std::optional<int> StageBoard::finished() const {
  if (!shared_->is_finished) return std::nullopt;
  return shared_->status;
}

namespace {

class RecordedProgress final : public Progress {
 public:
  RecordedProgress(StageBoard& board, Progress& progress) : board_(board), progress_(progress) {}

  void begin(std::string_view stage, std::uint64_t total) override {
    {
      const std::lock_guard lock(mutex_);
      stages_.emplace_back(stage);
      board_.show("while at '" + stages_.back() + "'");
    }
    progress_.begin(stage, total);
  }
  void advance(std::uint64_t steps) override { progress_.advance(steps); }
  void end(std::chrono::duration<double> elapsed) override {
    progress_.end(elapsed);
    const std::lock_guard lock(mutex_);
    if (stages_.empty()) return;
    const std::string ended = std::move(stages_.back());
    stages_.pop_back();
    board_.show(stages_.empty() ? "after '" + ended + "'" : "while at '" + stages_.back() + "'");
  }
  void warn(std::string_view message) override { progress_.warn(message); }
  void detail(std::string_view message) override { progress_.detail(message); }

 private:
  StageBoard& board_;
  Progress& progress_;
  std::mutex mutex_;
  std::vector<std::string> stages_;
};

}  // namespace

std::unique_ptr<Progress> recorded_on(StageBoard& board, Progress& progress) {
  return std::make_unique<RecordedProgress>(board, progress);
}

}  // namespace halftone::cli
