#include "report/report_format.h"
#include "verbs/expectation.h"
#include "verbs/gate_report.h"
#include "verbs/output_files.h"
#include "verbs/quantize_job.h"
#include "verbs/verbs.h"

namespace halftone {

Result run_quantize(const VerbContext& context, const Config& config, const std::filesystem::path& output,
                    const std::filesystem::path& result_file, const std::filesystem::path& report_file) {
  require_writable(config.model.path, output, result_file, report_file);
  const bool judged_by_file = has_judge(context.hooks, config);
  require_judgeable(config, !config.evaluation.data.empty() || judged_by_file);
  require_expectable(config.evaluation, judged_by_file);
  require_training(context.hooks, config);
  VerbRun run(context, "quantize", config);
  QuantizeJob job(run, config, output);
  job.decide();
  job.open_data();
  job.judge_baseline();
  job.quantize();
  job.save_and_reopen();
  job.judge_quantized();
  job.measure_speed();
  const Result result = job.result();
  std::vector<StagedText> texts{{result_file, result.dump(2) + "\n"}};
  if (!report_file.empty()) texts.push_back({report_file, make_report({result}, ReportFormat::html)});
  job.staging().publish(texts);
  return result;
}

}  // namespace halftone
