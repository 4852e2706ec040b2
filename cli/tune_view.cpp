#include "tune_view.h"

#include <algorithm>
#include <cmath>

#include "render_parts.h"
#include "report/number_text.h"
#include "report/result_phrases.h"

namespace halftone::cli {
namespace {

Cell verdict_cell(const Trial& trial) {
  if (trial.id == 0) return {"float", Tint::dim};
  if (trial.failed()) return {"failed", Tint::bad};
  if (trial.met) return {"met", Tint::good};
  if (trial.accuracy && *trial.accuracy == Verdict::undecided) return {"undecided", Tint::caution};
  return {"not met", Tint::bad};
}

std::string speed_text(const Trial& trial) {
  if (trial.id == 0 && trial.measured.latency_ms) return milliseconds(*trial.measured.latency_ms);
  if (!trial.measured.latency_ratio) return "";
  const Estimate& ratio = *trial.measured.latency_ratio;
  return speedup_cell({1 / ratio.value, 1 / ratio.high, ratio.low > 0 ? 1 / ratio.low : HUGE_VAL}).text;
}

/// "top1 80.90 %, -0.40 pt".
std::string accuracy_text(const Trial& trial, const TuningGoal& goal) {
  std::string text;
  for (const MetricCriterion& criterion : goal.accuracy.criteria) {
    const auto value = trial.measured.metrics.find(criterion.metric);
    if (value == trial.measured.metrics.end()) continue;
    const MetricText metric(criterion.metric);
    text += (text.empty() ? "" : ", ") + printable(criterion.metric) + " " + metric.value(value->second.value);
    const auto delta = trial.measured.deltas.find(criterion.metric);
    if (trial.id != 0 && delta != trial.measured.deltas.end()) {
      text += " (" + metric.difference(delta->second.value) + ")";
    }
  }
  if (trial.measured.stopped_early) text += " after " + counted(trial.measured.samples, "sample");
  return text;
}

}  // namespace

std::string trial_line_text(const Trial& trial, const TuningGoal& goal, const Style& style) {
  const Cell verdict = verdict_cell(trial);
  std::string line = "trial " + std::to_string(trial.id) + "  " + tinted(verdict.text, verdict.tint, style);
  if (trial.failed()) return line + "  " + printable(trial.proposal.changes) + ": " + printable(trial.error);
  for (const std::string& part : {accuracy_text(trial, goal), speed_text(trial)}) {
    if (!part.empty()) line += "  " + part;
  }
  const auto total = trial.measured.seconds.find("total");
  if (total != trial.measured.seconds.end()) line += "  " + duration(total->second);
  return line + "  " + tinted(printable(trial.proposal.changes), Tint::dim, style);
}

std::string TuneLines::time_left(int id, int max_trials) const {
  if (live_trials_ < 2) return "";
  const double spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  return "at most " + duration(spent / live_trials_ * std::max(0, max_trials - id + 1)) + " left · ";
}

void TuneLines::started(int id, const Proposal& proposal, const TuningGoal&, int max_trials) {
  progress_.set_caption("trial " + std::to_string(id) + " of " + std::to_string(max_trials) + " · " +
                        time_left(id, max_trials) + best_ + printable(proposal.stage) + " · ");
}

void TuneLines::finished(const Trial& trial, bool repeated, const TuningGoal& goal) {
  live_trials_ += repeated ? 0 : 1;
  if (trial.id != 0 && trial.met && (!best_score_ || trial.score > *best_score_)) {
    best_score_ = trial.score;
    best_ = "best " + std::to_string(trial.id) + ": " + speed_text(trial) + " · ";
  }
  progress_.set_caption("");
  progress_.note(trial_line_text(trial, goal, style_) + (repeated ? "  (from the history)" : ""));
}

}  // namespace halftone::cli
