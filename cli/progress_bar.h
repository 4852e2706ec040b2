#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/progress.h"
#include "style.h"

namespace halftone::cli {

/// A stage under way.
struct StageState {
  std::string name;
  std::uint64_t total = 0;  ///< 0: not known
  std::uint64_t done = 0;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

/// One line about a stage: name, bar, percent and time left, as far as they are known; never wider than the style.
std::string progress_line(const StageState& stage, double elapsed_seconds, const Style& style);

enum class Verbosity { quiet, normal, verbose };

/// Progress for the command: keeps the stages under way, and turns Ctrl-C into Error(interrupted) at the next step.
class CommandProgress : public Progress {
 public:
  CommandProgress(Verbosity verbosity, std::FILE* stream) : verbosity_(verbosity), stream_(stream) {}
  void begin(std::string_view stage, std::uint64_t total) final;
  void advance(std::uint64_t steps) final;
  void end(std::chrono::duration<double> elapsed) final;
  void warn(std::string_view message) final;
  void detail(std::string_view message) final;
  /// A line for everybody, above what is under way; nothing when quiet.
  void note(const std::string& line);
  /// Stands before the name of every stage on a terminal.
  void set_caption(std::string caption);
  /// Warnings that were printed.
  std::set<std::string> shown_warnings() const;

 protected:
  std::FILE* stream() const { return stream_; }
  const std::vector<StageState>& stages() const { return stages_; }
  const std::string& caption() const { return caption_; }
  virtual std::string warning_text(std::string_view message) const;

 private:
  // Called one at a time, and not when quiet.
  virtual void show_begin() = 0;
  virtual void show_step() = 0;
  /// The stage that ended is no longer among stages().
  virtual void show_end(const StageState& ended, double seconds) = 0;
  virtual void show_line(const std::string& line) = 0;

  Verbosity verbosity_;
  std::FILE* stream_;
  mutable std::mutex mutex_;
  std::vector<StageState> stages_;
  std::set<std::string> shown_warnings_;
  std::string caption_;
};

/// One line, drawn again and again, on a terminal.
class TerminalProgress final : public CommandProgress {
 public:
  TerminalProgress(Verbosity verbosity, std::FILE* stream, Style style)
      : CommandProgress(verbosity, stream), style_(style) {}
  ~TerminalProgress() override;

 private:
  std::string warning_text(std::string_view message) const override;
  void show_begin() override { draw(); }
  void show_step() override;
  void show_end(const StageState& ended, double seconds) override;
  void show_line(const std::string& line) override;
  void draw();
  void erase();

  Style style_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_draw_;
};

/// Plain lines, for logs: where a stage begins, every ten seconds, and where it ends after more
/// than one.
class LogProgress final : public CommandProgress {
 public:
  using CommandProgress::CommandProgress;

 private:
  void show_begin() override;
  void show_step() override;
  void show_end(const StageState& ended, double seconds) override;
  void show_line(const std::string& line) override;

  std::chrono::steady_clock::time_point last_line_ = std::chrono::steady_clock::now();
};

/// What fits standard error.
std::unique_ptr<CommandProgress> make_progress(Verbosity verbosity);

}  // namespace halftone::cli
