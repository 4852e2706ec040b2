#pragma once

#include <string>
#include <vector>

#include "verb.h"

namespace halftone::cli {

/// Keys of the configuration that every verb offers which makes a quantized model.
const std::vector<std::string>& quantization_keys();

/// --data: calibration and evaluation data in one.
VerbOption data_of_both_option();

/// -o, --save-result, --report, --no-report and --data, of a verb that leaves a model, a result and a page.
/// `model_help` says what goes to OUT, `about` what the page is about.
std::vector<VerbOption> output_options(const std::string& model_help, const std::string& about);
/// Fills in what these options left. Throws invalid_argument without an output, and where --report and --no-report
/// meet.
void complete_outputs(Request& request, const std::string& verb);

}  // namespace halftone::cli
