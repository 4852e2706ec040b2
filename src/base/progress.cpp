#include "halftone/progress.h"

namespace halftone {
namespace {

class SilentProgress final : public Progress {
 public:
  void begin(std::string_view, std::uint64_t) override {}
  void advance(std::uint64_t) override {}
  void end(std::chrono::duration<double>) override {}
  void warn(std::string_view) override {}
  void detail(std::string_view) override {}
};

}  // namespace

Progress::~Progress() = default;

Progress& silent_progress() {
  static SilentProgress silent;
  return silent;
}

Stage::Stage(Progress& progress, std::string name, std::uint64_t total)
    : progress_(progress), start_(std::chrono::steady_clock::now()) {
  progress_.begin(name, total);
}

Stage::~Stage() {
  try {
    progress_.end(std::chrono::steady_clock::now() - start_);
  } catch (...) {
    // A display that fails must not end the work, and a destructor has nobody to tell.
  }
}

void Stage::advance(std::uint64_t steps) { progress_.advance(steps); }

double Stage::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

}  // namespace halftone
