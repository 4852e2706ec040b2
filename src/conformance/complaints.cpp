#include "conformance/complaints.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace halftone {
namespace {

std::string named(const ConformanceTrial& trial) {
  std::string text =
      trial.pattern.empty() ? "op '" + trial.op_type + "'" : "pattern '" + pattern_text(trial.pattern) + "'";
  if (!trial.variant.empty()) text += ", variant '" + trial.variant + "'";
  const std::string way = trial.activations() + trial.weights();
  return text + (way.empty() ? "" : ", " + way) + ": ";
}

std::string decibels(double value) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << value << " dB";
  return text.str();
}

std::string what_ran(const ConformanceTrial& trial) {
  std::string text;
  for (const std::string& type : trial.executed) text += (text.empty() ? "" : " ") + type;
  return text.empty() ? "nothing" : text;
}

// Written so that NaN, which is near nothing, is too far as well.
bool near_float(const ConformanceTrial& trial) { return trial.sqnr_db >= trial.least_decibels(); }

void complain_of_forced(const ConformanceTrial& trial, std::vector<std::string>& complaints) {
  // What the framework refuses, or runs far from float, is rightly not offered.
  if (!trial.failure.empty() || !trial.ran_in_low_precision() || !near_float(trial)) return;
  complaints.push_back(named(trial) + "the file gives away a low-precision kernel; quantized all the same, this ran: " +
                       what_ran(trial) + ", with " + decibels(trial.sqnr_db));
}

void complain_of_execution(const ConformanceTrial& trial, std::vector<std::string>& complaints) {
  if (!trial.offered() || !trial.execution_known || trial.ran_in_low_precision()) return;
  const std::string claim = "the file says '" + std::string(to_string(*trial.claim)) + "', but ";
  const std::string fault =
      trial.kernel_in_low_precision ? "not everything ran in low precision" : "it did not run in low precision";
  complaints.push_back(named(trial) + claim + fault + "; this ran: " + what_ran(trial));
}

void complain_of_pattern(const ConformanceTrial& trial, std::vector<std::string>& complaints) {
  if (trial.pattern.empty()) return;
  if (!trial.offered()) {
    const std::string why = trial.reason.empty() ? "" : ": " + trial.reason;
    complaints.push_back(named(trial) + "it was left in float" + why);
  } else if (!trial.one_kernel) {
    complaints.push_back(named(trial) + "it did not run as one kernel; this ran: " + what_ran(trial));
  }
}

void complain_of_trial(const ConformanceTrial& trial, std::vector<std::string>& complaints) {
  if (trial.forced) {
    complain_of_forced(trial, complaints);
    return;
  }
  if (!trial.failure.empty()) {
    complaints.push_back(named(trial) + "it failed: " + trial.failure);
    return;
  }
  if (!near_float(trial)) {
    complaints.push_back(named(trial) + "its outputs keep " + decibels(trial.sqnr_db) + " of float, less than the " +
                         decibels(trial.least_decibels()) + " that rounding to " + std::to_string(trial.fewest_bits) +
                         " bits leaves");
  }
  complain_of_execution(trial, complaints);
  complain_of_pattern(trial, complaints);
}

bool shows(const ConformanceTrial& trial, const Alternative& alternative) {
  if (alternative.runs == Runs::float_between) return trial.forced;
  return trial.offered() && *trial.claim == alternative.runs &&
         trial.weight.has_value() == alternative.weight.has_value();
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string key_of(const Adaptor& adaptor) { return "backend '" + adaptor.options().key + "'"; }

}  // namespace

std::string pattern_text(const std::vector<std::string>& op_types) {
  std::string text;
  for (const std::string& type : op_types) text += (text.empty() ? "" : " + ") + type;
  return text;
}

std::vector<std::string> complaints_of(const Adaptor& adaptor, const std::vector<ConformanceTrial>& trials) {
  std::vector<std::string> complaints;
  const bool untold = std::ranges::any_of(trials, [](const ConformanceTrial& trial) {
    return trial.offered() && trial.failure.empty() && !trial.execution_known;
  });
  if (untold) {
    complaints.push_back(key_of(adaptor) +
                         " does not tell what it executes (executed_ops), so that no claim of low precision can be "
                         "proved");
  }
  for (const ConformanceTrial& trial : trials) complain_of_trial(trial, complaints);
  return complaints;
}

std::vector<std::string> complaints_of_unshown(const Adaptor& adaptor, const std::string& op_type,
                                               const std::vector<Alternative>& alternatives,
                                               const std::vector<ConformanceTrial>& trials) {
  std::vector<std::string> complaints;
  for (const Alternative& alternative : alternatives) {
    if (std::ranges::any_of(trials, [&](const ConformanceTrial& trial) { return shows(trial, alternative); })) continue;
    std::string text = "op '" + op_type + "': no model shows '" + std::string(to_string(alternative.runs)) + "' (" +
                       std::string(to_string(alternative.quant_mode)) +
                       (alternative.weight ? ", with a weight)" : ", without a weight)");
    const Target& target = adaptor.options().target;
    const bool possible =
        std::ranges::all_of(alternative.requires_isa, [&](const std::string& needed) { return target.has(needed); });
    if (!possible)
      text += "; it needs " + joined(alternative.requires_isa) + ", which the target " + target.isa + " lacks";
    complaints.push_back(std::move(text));
  }
  return complaints;
}

}  // namespace halftone
