#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "halftone/tuning.h"

namespace halftone {

/// A search written as one function from its first proposal to its last: `co_yield proposal` hands a configuration out,
/// and is the trial that came of it; `co_yield search` hands out all that another search proposes.
class Search {
 public:
  struct promise_type {  // NOLINT(readability-identifier-naming): the language looks for this name
    std::optional<Proposal> proposal;
    const Trial* trial = nullptr;
    std::unique_ptr<Search> part;  ///< a search that this one waits for
    bool part_has_begun = false;
    std::exception_ptr error;

    /// Waits until the proposal was tried.
    struct Tried {
      promise_type& promise;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<>) const noexcept {}
      const Trial& await_resume() const noexcept { return *promise.trial; }
    };

    Search get_return_object() { return Search(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    Tried yield_value(Proposal proposed) {
      proposal = std::move(proposed);
      return {*this};
    }
    std::suspend_always yield_value(Search search) {
      part = std::make_unique<Search>(std::move(search));
      part_has_begun = false;
      return {};
    }
    void return_void() const noexcept {}
    void unhandled_exception() { error = std::current_exception(); }
  };

  explicit Search(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Search(Search&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Search& operator=(Search&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;
  ~Search() {
    if (handle_) handle_.destroy();
  }

  /// The next proposal; `trial` is what came of the last one (null before the first). Throws what the function throws.
  std::optional<Proposal> next(const Trial* trial);

 private:
  std::coroutine_handle<promise_type> handle_;
};

/// A strategy that is a Search over its context.
class SearchStrategy : public Strategy {
 public:
  explicit SearchStrategy(StrategyContext context) : context_(std::move(context)) {}
  std::optional<Proposal> next(const TrialHistory& history) final;

 protected:
  const StrategyContext& context() const { return context_; }
  const TuningSpace& space() const { return context_.space; }

 private:
  /// Begins the search; `history` outlives it.
  virtual Search search(const TrialHistory& history) = 0;

  StrategyContext context_;
  std::optional<Search> search_;
  std::optional<TuneConfig> last_;
};

/// The trial to go on from: of those that met the target the best scored, else the nearest; null where all failed.
const Trial* best_scored(const TrialHistory& history);

/// "conv1 in float", "conv1 and 3 more in float".
std::string in_float_text(const std::vector<std::string>& units);

/// Whether a configuration quantizes every unit that has a choice.
bool quantizes_all(const TuningSpace& space, const TuneConfig& config);

}  // namespace halftone
