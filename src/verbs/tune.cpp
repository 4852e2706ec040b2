#include "halftone/error.h"
#include "report/report_format.h"
#include "verbs/command_judgement.h"
#include "verbs/expectation.h"
#include "verbs/gate_report.h"
#include "verbs/output_files.h"
#include "verbs/tune/tune_job.h"
#include "verbs/verbs.h"

namespace halftone {

TuneView::~TuneView() = default;

namespace {

std::optional<std::chrono::duration<double>> timeout_of(const Config& config) {
  if (!config.tuning.timeout_seconds) return std::nullopt;
  return std::chrono::duration<double>(*config.tuning.timeout_seconds);
}

/// Runs what has to be over before the first trial; time that runs out there leaves nothing to keep.
void before_trials(const TimeBudget& budget, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::interrupted || !budget.is_over()) throw;
    throw Error(ErrorCode::target_not_met, "the time of the search was over before a model could be tried",
                "give it more (--timeout), or fewer samples (--calib-samples, --eval-samples)");
  }
}

}  // namespace

Result run_tune(const VerbContext& context, const Config& config, const TuneRequest& request) {
  require_writable(config.model.path, request.output, request.result_file, request.report_file);
  require_expectable(config.evaluation, has_judge(context.hooks, config));
  require_training(context.hooks, config);
  parse_decide(config.accuracy.decide);
  if (request.resume && request.replay) {
    throw Error(ErrorCode::invalid_argument, "--resume and --replay exclude each other",
                "--resume goes on with a search, --replay repeats its choices without running anything");
  }
  const TimeBudget budget(timeout_of(config));
  SearchProgress progress(context.progress, budget);
  VerbRun run({context.plugins, progress, context.argv, context.hooks}, "tune", config);
  std::optional<TuneJob> job;
  before_trials(budget, [&] {
    job.emplace(run, progress, config, request, budget);
    job->set_up();
    job->calibrate();
    job->search();
  });
  job->confirm();
  const Result result = job->result();
  std::vector<StagedText> texts{{request.result_file, result.dump(2) + "\n"}};
  if (!request.report_file.empty()) texts.push_back({request.report_file, make_report({result}, ReportFormat::html)});
  StagingFolder(request.output).publish(texts);
  return result;
}

}  // namespace halftone
