#include "verbs/tune/tune_job.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"
#include "data/split_mix.h"
#include "halftone/error.h"
#include "report/trial_record.h"
#include "verbs/command_judgement.h"
#include "verbs/expectation.h"
#include "verbs/quantization_checks.h"
#include "verbs/subset_source.h"
#include "verbs/tune/command_judge.h"
#include "verbs/tune/search_statistics.h"

namespace halftone {
namespace {

constexpr const char* kDefaultMaxDrop = "1%";

/// Items of a source in random order: verdicts rest on the first of them.
std::vector<std::size_t> shuffled_items(std::size_t size, std::uint64_t seed) {
  std::vector<std::size_t> items(size);
  for (std::size_t i = 0; i < size; ++i) items[i] = i;
  SplitMix64 random(seed);
  shuffle(items, random);
  return items;
}

std::vector<std::string> names_of(const std::vector<MeasuredMetric>& metrics) {
  std::vector<std::string> names;
  for (const MeasuredMetric& metric : metrics) names.push_back(metric.name);
  return names;
}

StopRules rules_of(const Config::Tuning& tuning) {
  StopRules rules;
  rules.effort = parse_effort(tuning.effort);
  rules.max_trials = static_cast<int>(tuning.max_trials);
  if (tuning.timeout_seconds) rules.timeout = std::chrono::duration<double>(*tuning.timeout_seconds);
  return rules;
}

}  // namespace

TuneJob::TuneJob(VerbRun& run, SearchProgress& progress, const Config& config, const TuneRequest& request,
                 const TimeBudget& budget)
    : run_(run),
      progress_(progress),
      config_(config),
      request_(request),
      budget_(budget),
      setup_(set_up_quantization(run, config)),
      maker_(setup_, run.hooks().q_func, run.threads()) {
  seconds_["load"] = setup_.load_seconds;
  seconds_["prepare"] = setup_.prepare_seconds;
}

TuneJob::~TuneJob() = default;

std::filesystem::path TuneJob::side_file(const std::string& ending) const {
  return request_.output.string() + ".halftone." + ending;
}

std::filesystem::path TuneJob::table_file() const {
  const std::string& named = config_.quantization.calibration_table;
  return named.empty() ? side_file("calibration") : std::filesystem::path(named);
}

void TuneJob::set_up() {
  initial_ = choose_config(setup_, config_, run_.progress());
  rival_ = rival_of(setup_, initial_, config_);
  space_.emplace(setup_.graph, setup_.capability);
  if (quantized_units(initial_) == 0) {
    throw Error(ErrorCode::unsupported, "nothing in '" + setup_.opened.path.string() + "' can be quantized",
                "halftone plan MODEL gives the reason for each op; is the model quantized already?");
  }
  open_data();
  sensitivity_ = std::make_unique<ModelSensitivity>(setup_, *space_, maker_.statistics().table, cache_,
                                                    samples_to_rank_by(), run_.threads(), record_);
  const StrategyContext context{*space_, initial_, rival_, config_.seed, sensitivity_.get()};
  const StrategyFactory of_plugin = run_.plugins().strategy(config_.tuning.strategy);
  strategy_ = of_plugin ? of_plugin(context) : make_strategy(config_.tuning.strategy, context);
}

std::optional<DataLoader> TuneJob::samples_to_rank_by() const {
  // Nothing can be observed there.
  if (adaptor().only_quantizes()) return std::nullopt;
  if (data_.calibration) return data_.calibration->loader(inputs());
  // Where nothing is calibrated, the samples that trials are judged by rank units as well.
  if (data_.evaluation) return data_.evaluation->loader(inputs());
  return std::nullopt;
}

// Of any configuration of the search.
bool TuneJob::needs_data() const {
  if (!adaptor().only_quantizes()) return !tensors_of_search(setup_).empty();
  if (maker_.trains()) return false;
  return std::ranges::any_of(setup_.capability.units,
                             [](const UnitCapability& unit) { return std::ranges::any_of(unit.choices, is_static); });
}

void TuneJob::open_data() {
  Config read = config_;
  const bool judged_by_file = has_judge(run_.hooks(), config_);
  if (judged_by_file) read.evaluation.data.clear();
  data_ = split_data(read, inputs(), run_.progress());
  if (!data_.calibration && needs_data()) {
    throw Error(ErrorCode::configuration, "static quantization needs calibration data",
                "give some with --calib SPEC (about 100 samples as the model will see them), or --data SPEC; "
                "--approach dynamic needs none");
  }
  if (data_.calibration) warn_of_suspicious_data(*data_.calibration, inputs(), run_.progress());
  if (data_.evaluation || judged_by_file) return;
  throw Error(ErrorCode::configuration, "a search needs evaluation data to judge its trials by",
              "give it with --eval SPEC, or --data SPEC for calibration and evaluation alike");
}

void TuneJob::calibrate() {
  if (!data_.calibration) return;
  const DataLoader calibration = data_.calibration->loader(inputs());
  maker_.use_data(calibration,
                  [&] { return gather_for_search(setup_, initial_, calibration, table_file(), run_.threads()); });
  seconds_["calibrate"] = maker_.statistics().seconds;
  run_.envelope().calibration = facts_of(calibration, maker_.samples());
  if (!maker_.passes_each_time()) return;
  run_.warn("backend '" + setup_.opened.backend +
            "' has quantize() alone: every trial makes a pass over the calibration data of its own");
}

SearchData TuneJob::search_data() const {
  const SampleSet& samples = *data_.evaluation;
  const std::optional<std::size_t> size = samples.source->size();
  if (!size) return {samples.loader(inputs()), std::nullopt};
  std::vector<std::size_t> items = shuffled_items(*size, config_.seed);
  const std::size_t held = config_.tuning.fresh_samples.value_or(0);
  if (held > 0 && held + 1 > items.size()) {
    throw Error(ErrorCode::configuration,
                "of " + std::to_string(items.size()) + " evaluation samples, " + std::to_string(held) +
                    " cannot be held back from the search",
                "give fewer fresh_samples, or more data");
  }
  const auto loader = [&](std::vector<std::size_t> chosen) {
    return DataLoader(std::make_shared<SubsetSource>(samples.source, std::move(chosen)), inputs(), std::nullopt,
                      samples.seed);
  };
  const auto end_of_search = items.end() - static_cast<std::ptrdiff_t>(held);
  SearchData data{loader({items.begin(), end_of_search}), std::nullopt};
  if (held > 0) data.fresh = loader({end_of_search, items.end()});
  return data;
}

std::unique_ptr<TrialJudge> TuneJob::judge_by_data() {
  SearchData data = search_data();
  run_.envelope().evaluation = facts_of(data_.evaluation->loader(inputs()), data.search.size().value_or(0));
  DataJudgeOptions options;
  options.metrics =
      choose_metrics(config_.evaluation, given_truth(data.search), output_values(setup_.opened.model->outputs()));
  options.threads = run_.threads();
  options.seed = config_.seed;
  options.confidence = config_.accuracy.confidence;
  options.postprocess = run_.hooks().postprocess;
  options.may_stop_early = parse_effort(config_.tuning.effort) != Effort::thorough;
  return std::make_unique<DataJudge>(adaptor(), *setup_.opened.model, std::move(data), std::move(options));
}

std::unique_ptr<TrialJudge> TuneJob::make_judge() {
  JudgeFunction judge_saved = saved_model_judge(run_.hooks(), config_, progress_);
  if (!judge_saved) return judge_by_data();
  warn_of_unused_evaluation(run_.hooks(), config_, run_.progress());
  return std::make_unique<CommandJudge>(std::move(judge_saved), setup_.opened.path, config_.accuracy.confidence);
}

// A trial that ended early under other rules has not seen what these would have shown it.
std::string TuneJob::judgement_text() const {
  Json text{{"metrics", names_of(judge_->metrics())},
            {"labels", config_.evaluation.labels},
            {"max_drop", config_.accuracy.max_drop},
            {"weights", config_.tuning.weights},
            {"decide", config_.accuracy.decide},
            {"confidence", config_.accuracy.confidence},
            {"fresh_samples", config_.tuning.fresh_samples.value_or(0)},
            {"all_samples", parse_effort(config_.tuning.effort) == Effort::thorough}};
  // The space is the same as without.
  if (maker_.trains()) text["trained"] = true;
  return text.dump();
}

HistoryHeader TuneJob::header() const {
  HistoryHeader header;
  header.prepared_sha256 = setup_.prepared->sha256();
  header.space_sha256 = space_sha256(*space_);
  if (data_.calibration) header.calibration_sha256 = data_.calibration->loader(inputs()).fingerprint();
  header.evaluation_sha256 = data_.evaluation ? data_.evaluation->loader(inputs()).fingerprint()
                                              : sha256_of(judge_text(run_.hooks(), config_));
  header.judgement = judgement_text();
  return header;
}

void TuneJob::open_history() {
  const std::filesystem::path path = side_file("jsonl");
  const HistoryHeader wanted = header();
  if (request_.replay) {
    record_ = read_history(*request_.replay, *space_);
    require_same_search(record_.header, wanted, *request_.replay);
    return;
  }
  std::error_code ignored;
  const bool exists = std::filesystem::exists(path, ignored);
  if (request_.resume && exists) {
    record_ = read_history(path, *space_);
    require_same_search(record_.header, wanted, path);
    file_ = std::make_unique<HistoryFile>(path, record_);
    return;
  }
  if (request_.resume) run_.warn("there is no history '" + path.string() + "' to go on from: the search begins anew");
  // An earlier search may have taken hours.
  if (exists) std::filesystem::rename(path, path.string() + "~", ignored);
  file_ = std::make_unique<HistoryFile>(path, wanted);
}

NamedTensors TuneJob::sample() const {
  if (data_.evaluation) return first_item(data_.evaluation->loader(inputs()), inputs()).inputs;
  if (data_.calibration) return first_item(data_.calibration->loader(inputs()), inputs()).inputs;
  if (inputs().empty()) {
    throw Error(ErrorCode::configuration, "trials cannot be timed: nothing is known of the model's inputs",
                "give calibration or evaluation data");
  }
  const SampleSet random{halftone::open_data("random", inputs()), 1, config_.seed};
  return with_small_indices(random.loader(inputs()).item(0).inputs);
}

void TuneJob::search() {
  const Stopwatch stopwatch;
  judge_ = make_judge();
  const Objective objective = parse_objective(config_.tuning.objective);
  const std::string max_drop = config_.accuracy.max_drop.empty() ? kDefaultMaxDrop : config_.accuracy.max_drop;
  goal_ = {make_accuracy_goal(max_drop, config_.tuning.weights, judge_->metrics(),
                              parse_decide(config_.accuracy.decide), config_.accuracy.confidence),
           objective, config_.min_speedup};
  judge_->set_goal(goal_.accuracy);
  if (objective.has(ObjectiveKind::memory) && request_.program.empty()) {
    throw Error(ErrorCode::configuration, "the objective memory needs the halftone command",
                "memory is that of a process of its own, which the command is run for");
  }
  open_history();
  sensitivity_->write_to(file_.get());
  TrialParts parts{.setup = setup_,
                   .maker = maker_,
                   .cache = cache_,
                   .judge = *judge_,
                   .progress = progress_,
                   .sample = sample(),
                   .output = request_.output,
                   .library = config_.model.library};
  if (objective.has(ObjectiveKind::memory)) parts.program = request_.program;
  parts.threads = run_.threads();
  parts.confidence = config_.accuracy.confidence;
  trials_ = std::make_unique<ModelTrials>(std::move(parts));
  tuner_ = std::make_unique<Tuner>(*strategy_, *trials_, *this, goal_, rules_of(config_.tuning), budget_);
  outcome_ = tuner_->run({&record_.trials, request_.replay.has_value()});
  seconds_["trials"] = stopwatch.seconds();
}

void TuneJob::started(int id, const Proposal& proposal) {
  if (request_.view != nullptr)
    request_.view->started(id, proposal, goal_, static_cast<int>(config_.tuning.max_trials));
}

void TuneJob::finished(const Trial& trial, bool repeated) {
  // On the disk before anything else happens.
  if (!repeated && file_) file_->write(trial_line(trial, *space_));
  if (trial.id == 0) check_float_model();
  if (request_.view != nullptr) request_.view->finished(trial, repeated, goal_);
}

void TuneJob::check_float_model() {
  if (request_.replay || !record_.trials.empty()) return;
  const std::vector<MetricEstimate> estimates = judge_->baseline_estimates();
  require_expectation(config_.evaluation.expect, estimates);
  warn_of_chance_level(judge_->baseline(), estimates, run_.progress());
}

void TuneJob::confirm() {
  const SearchProgress::Shield shield(progress_);
  const Stopwatch stopwatch;
  reopened_ = adaptor().load({request_.output, {}});
  const RunOptions options{.threads = run_.threads(), .observed_tensors = {}};
  const NamedTensors inputs = sample();
  check_saved_model(setup_.opened.model->outputs(), adaptor().open(*reopened_, options)->run(inputs),
                    [&] { return adaptor().open(*setup_.opened.model, options)->run(inputs); });
  if (const auto& plan = trials_->kept_plan()) {
    verified_ = check_executed_ops(*plan, adaptor().executed_ops(*reopened_), run_.progress());
    for (const std::string& warning : plan->warnings) run_.warn(warning);
  }
  const bool has_time = outcome_.reason != StopReason::interrupted && !budget_.is_over();
  if (outcome_.best.value_or(0) != 0) {
    const auto tried = static_cast<std::uint64_t>(tuner_->history().trials().size() - 1);
    const Stopwatch judging;
    // Nobody takes a model for good that misses the target: what is known of it is enough.
    const bool may_evaluate = has_time && (outcome_.target_met || config_.tuning.fresh_samples.has_value());
    selected_ = judge_->judge_selected(*reopened_, request_.output, tried, may_evaluate);
    seconds_["evaluate"] = judging.seconds();
  }
  seconds_["confirm"] = stopwatch.seconds();
}

}  // namespace halftone
