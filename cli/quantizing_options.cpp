#include "quantizing_options.h"

#include "halftone/error.h"

namespace halftone::cli {

const std::vector<std::string>& quantization_keys() {
  static const std::vector<std::string> kKeys{"quantization.calibration.data",
                                              "quantization.calibration.samples",
                                              "quantization.calibration.table",
                                              "evaluation.data",
                                              "evaluation.samples",
                                              "quantization.approach",
                                              "quantization.format",
                                              "quantization.calibration.range_method",
                                              "quantization.reduce_range",
                                              "quantization.op_types_to_quantize",
                                              "quantization.ops_to_quantize",
                                              "quantization.ops_to_exclude",
                                              "evaluation.metrics",
                                              "evaluation.command",
                                              "evaluation.expect",
                                              "tuning.accuracy.max_drop",
                                              "tuning.accuracy.decide",
                                              "tuning.accuracy.confidence",
                                              "tuning.min_speedup"};
  return kKeys;
}

VerbOption data_of_both_option() {
  return {{"--data"},
          "SPEC",
          "Calibration and evaluation data in one: --calib and --eval of the same; they share no samples "
          "where there are enough",
          [](Request& request, const OptionValue& value) {
            request.config.quantization.calibration_data = value.text();
            request.config.evaluation.data = value.text();
          }};
}

std::vector<VerbOption> output_options(const std::string& model_help, const std::string& about) {
  return {
      {{"-o", "--output"},
       "OUT",
       model_help,
       [](Request& request, const OptionValue& value) { request.output = value.text(); }},
      {{"--save-result"},
       "FILE",
       "Where the result goes, as JSON (default: OUT.halftone.json)",
       [](Request& request, const OptionValue& value) { request.result_file = value.text(); }},
      {{"--report"},
       "FILE",
       "Where the report goes, a page about " + about + " (default: OUT.halftone.html)",
       [](Request& request, const OptionValue& value) { request.report_file = value.text(); }},
      {{"--no-report"}, "", "Writes no report", [](Request& request, const OptionValue&) { request.no_report = true; }},
      data_of_both_option(),
  };
}

void complete_outputs(Request& request, const std::string& verb) {
  if (request.output.empty()) {
    throw Error(ErrorCode::invalid_argument, verb + " needs to know where the model goes",
                "give it with -o OUT; halftone " + verb + " --help has examples");
  }
  if (request.result_file.empty()) request.result_file = request.output.string() + ".halftone.json";
  if (request.no_report && !request.report_file.empty()) {
    throw Error(ErrorCode::invalid_argument, "--report and --no-report exclude each other");
  }
  if (!request.no_report && request.report_file.empty()) {
    request.report_file = request.output.string() + ".halftone.html";
  }
}

}  // namespace halftone::cli
