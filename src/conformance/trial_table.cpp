#include <iomanip>
#include <sstream>

#include "halftone/conformance.h"

namespace halftone {

std::string ConformanceTrial::weights() const {
  if (!weight) return "";
  std::string text(to_string(weight->dtype));
  text.append(" ").append(to_string(weight->scheme)).append(" ").append(to_string(weight->granularity));
  if (weight->granularity == Granularity::per_group) text += " " + std::to_string(weight->group_size);
  if (wanted && wanted->quant_mode == QuantMode::weight_only)
    text += ", by " + std::string(to_string(wanted->activation.dtype));
  return text;
}

std::string ConformanceTrial::activations() const {
  if (!beside_others) return "";
  return std::string(to_string(wanted->activation.dtype)) + " " + std::string(to_string(wanted->activation.scheme)) +
         (weight ? " × " : "");
}

std::string to_table(const std::vector<ConformanceTrial>& trials) {
  std::ostringstream text;
  text << std::left << std::setw(18) << "op" << std::setw(24) << "variant" << std::setw(44) << "weights"
       << std::setw(15) << "file says" << std::right << std::setw(8) << "dB"
       << "  executed (* in low precision)\n";
  for (const ConformanceTrial& trial : trials) {
    std::string executed;
    for (const std::string& type : trial.executed) executed += (executed.empty() ? "" : " ") + type;
    if (!trial.reason.empty()) executed += " (" + trial.reason + ")";
    text << std::left << std::setw(18) << trial.op_type << std::setw(24) << trial.variant << std::setw(44)
         << trial.activations() + trial.weights() << std::setw(15)
         << (trial.forced  ? "(forced)"
             : trial.claim ? to_string(*trial.claim)
                           : "float")
         << std::right << std::setw(8) << std::fixed << std::setprecision(1) << trial.sqnr_db << "  "
         << (trial.failure.empty() ? executed : "refused: " + trial.failure) << "\n";
  }
  return text.str();
}

}  // namespace halftone
