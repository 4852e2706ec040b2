#include "progress_bar.h"

#include <unistd.h>

#include <algorithm>

#include "halftone/error.h"
#include "interrupt.h"
#include "report/number_text.h"

namespace halftone::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBarLength = 24;
constexpr auto kBetweenDraws = std::chrono::milliseconds(80);
constexpr auto kBetweenLogLines = std::chrono::seconds(10);

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string bar_of(double share) {
  const auto filled = static_cast<std::size_t>(share * kBarLength);
  std::string bar;
  for (std::size_t i = 0; i < kBarLength; ++i) bar += i < filled ? "█" : "░";
  return bar;
}

/// The first `width` code points.
std::string cut(std::string text, std::size_t width) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins && seen++ == width) return text.substr(0, i);
  }
  return text;
}

}  // namespace

std::string progress_line(const StageState& stage, double elapsed_seconds, const Style& style) {
  std::string line = printable(stage.name);
  if (stage.total == 0) {
    line += stage.done == 0 ? " …" : "  " + grouped(stage.done);
  } else {
    const double share = std::min(1.0, static_cast<double>(stage.done) / static_cast<double>(stage.total));
    line += "  " + bar_of(share) + "  " + fixed(share * 100, 0) + " %";
    const bool can_tell = stage.done > 0 && stage.done < stage.total && elapsed_seconds > 1;
    if (can_tell) line += ", " + duration(elapsed_seconds * (1 - share) / share) + " left";
  }
  return cut(std::move(line), static_cast<std::size_t>(style.width) - 1);
}

void CommandProgress::begin(std::string_view stage, std::uint64_t total) {
  const std::lock_guard lock(mutex_);
  stages_.push_back({std::string(stage), total, 0, Clock::now()});
  if (verbosity_ != Verbosity::quiet) show_begin();
}

void CommandProgress::advance(std::uint64_t steps) {
  if (is_interrupted()) throw Error(ErrorCode::interrupted, "interrupted");
  const std::lock_guard lock(mutex_);
  if (stages_.empty()) return;
  stages_.back().done += steps;
  if (verbosity_ != Verbosity::quiet) show_step();
}

void CommandProgress::end(std::chrono::duration<double> elapsed) {
  const std::lock_guard lock(mutex_);
  if (stages_.empty()) return;
  const StageState ended = std::move(stages_.back());
  stages_.pop_back();
  if (verbosity_ != Verbosity::quiet) show_end(ended, elapsed.count());
}

void CommandProgress::warn(std::string_view message) {
  const std::lock_guard lock(mutex_);
  const bool is_new = verbosity_ != Verbosity::quiet && shown_warnings_.emplace(message).second;
  if (is_new) show_line(warning_text(message));
}

void CommandProgress::detail(std::string_view message) {
  const std::lock_guard lock(mutex_);
  if (verbosity_ == Verbosity::verbose) show_line(printable(message));
}

void CommandProgress::note(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (verbosity_ != Verbosity::quiet) show_line(line);
}

void CommandProgress::set_caption(std::string caption) {
  const std::lock_guard lock(mutex_);
  caption_ = std::move(caption);
}

std::set<std::string> CommandProgress::shown_warnings() const {
  const std::lock_guard lock(mutex_);
  return shown_warnings_;
}

std::string CommandProgress::warning_text(std::string_view message) const { return "warning: " + printable(message); }

TerminalProgress::~TerminalProgress() { erase(); }

std::string TerminalProgress::warning_text(std::string_view message) const {
  return tinted("warning:", Tint::caution, style_) + " " + printable(message);
}

void TerminalProgress::show_step() {
  if (Clock::now() - last_draw_ >= kBetweenDraws) draw();
}

void TerminalProgress::show_end(const StageState&, double) {
  erase();
  if (!stages().empty()) draw();
}

void TerminalProgress::show_line(const std::string& line) {
  erase();
  std::fprintf(stream(), "%s\n", line.c_str());
  if (!stages().empty()) draw();
}

void TerminalProgress::draw() {
  StageState stage = stages().back();
  stage.name = caption() + stage.name;
  std::fprintf(stream(), "\r\x1b[2K%s", progress_line(stage, seconds_since(stage.start), style_).c_str());
  std::fflush(stream());
  drawn_ = true;
  last_draw_ = Clock::now();
}

void TerminalProgress::erase() {
  if (!drawn_) return;
  std::fputs("\r\x1b[2K", stream());
  std::fflush(stream());
  drawn_ = false;
}

void LogProgress::show_begin() {
  const StageState& stage = stages().back();
  show_line(printable(stage.name) + (stage.total > 0 ? ": " + counted(stage.total, "step") : " …"));
}

void LogProgress::show_step() {
  if (Clock::now() - last_line_ < kBetweenLogLines) return;
  const StageState& stage = stages().back();
  const std::string of = stage.total > 0 ? " of " + grouped(stage.total) : "";
  show_line(printable(stage.name) + ": " + grouped(stage.done) + of);
}

void LogProgress::show_end(const StageState& ended, double seconds) {
  constexpr double kWorthALine = 1;
  if (seconds >= kWorthALine) show_line(printable(ended.name) + ": done in " + duration(seconds));
}

void LogProgress::show_line(const std::string& line) {
  std::fprintf(stream(), "%s\n", line.c_str());
  last_line_ = Clock::now();
}

std::unique_ptr<CommandProgress> make_progress(Verbosity verbosity) {
  if (isatty(STDERR_FILENO) != 0) return std::make_unique<TerminalProgress>(verbosity, stderr, style_of_errors());
  return std::make_unique<LogProgress>(verbosity, stderr);
}

}  // namespace halftone::cli
