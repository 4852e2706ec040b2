#include "verbs/quantize_job.h"

#include <utility>

#include "halftone/error.h"
#include "verbs/approach_choice.h"
#include "verbs/expectation.h"
#include "verbs/latency_report.h"
#include "verbs/quantization_checks.h"
#include "verbs/saturation_report.h"

namespace halftone {
namespace {

constexpr std::size_t kRivalSamples = 16;  ///< enough to tell configurations apart that differ in many ops
/// A saved model is run where that takes no memory which quantizing it did not take.
constexpr std::uint64_t kMostBytesRun = 256'000'000;

}  // namespace

QuantizeJob::QuantizeJob(VerbRun& run, const Config& config, const std::filesystem::path& output)
    : run_(run),
      config_(config),
      setup_(set_up_quantization(run, config)),
      staging_(output),
      output_(output),
      maker_(setup_, run.hooks().q_func, run.threads()),
      judge_(saved_model_judge(run.hooks(), config, run.progress())) {
  seconds_["load"] = setup_.load_seconds;
  seconds_["prepare"] = setup_.prepare_seconds;
  prepared_sha256_ = std::async(std::launch::async, [this] { return setup_.prepared->sha256(); });
}

void QuantizeJob::decide() {
  chosen_ = choose_config(setup_, config_, run_.progress());
  rival_ = rival_of(setup_, chosen_, config_);
  outline_ = outline_of(setup_, chosen_);
  if (outline_.quantized_ops() > 0) return;
  throw Error(ErrorCode::unsupported, "nothing in '" + setup_.opened.path.string() + "' can be quantized",
              "halftone plan MODEL gives the reason for each op; is the model quantized already?");
}

void QuantizeJob::open_data() {
  Config read = config_;
  if (judge_) read.evaluation.data.clear();
  data_ = split_data(read, inputs(), run_.progress());
  if (!data_.calibration && needs_calibration(setup_, outline_, config_)) {
    const std::string other = rival_ ? "; --approach dynamic needs none" : "";
    throw Error(ErrorCode::configuration, "static quantization needs calibration data",
                "give some with --calib SPEC (about 100 samples as the model will see them), or --data SPEC" + other);
  }
  if (data_.calibration) warn_of_suspicious_data(*data_.calibration, inputs(), run_.progress());
  if (data_.evaluation) evaluation_ = data_.evaluation->loader(inputs());
}

void QuantizeJob::judge_baseline() {
  if (!evaluation_ && !judge_) return;
  const Stopwatch stopwatch;
  judgement_.emplace();
  std::vector<MetricEstimate> estimates;
  if (judge_) {
    warn_of_unused_evaluation(run_.hooks(), config_, run_.progress());
    judgement_->baseline_by_file = judge_(setup_.opened.path);
    estimates = estimate_metrics(judgement_->baseline_by_file, config_.accuracy.confidence);
  } else {
    estimates = evaluate_float();
  }
  require_expectation(config_.evaluation.expect, estimates);
  warn_of_chance_level(judgement_->baseline, estimates, run_.progress());
  seconds_["evaluate"] += stopwatch.seconds();
}

std::vector<MetricEstimate> QuantizeJob::evaluate_float() {
  judgement_->metrics =
      choose_metrics(config_.evaluation, given_truth(*evaluation_), output_values(float_model().outputs()));
  judgement_->baseline = evaluate_baseline(adaptor(), float_model(), *evaluation_, judgement_->metrics, run_.threads(),
                                           run_.hooks().postprocess);
  return estimate_metrics(judgement_->metrics, judgement_->baseline, config_.accuracy.confidence, bootstrap());
}

void QuantizeJob::quantize() {
  if (data_.calibration) calibrate();
  convert();
  if (rival_) convert_rival();
  for (const std::string& warning : quantized_.plan.warnings) run_.warn(warning);
  warn_of_lost_ops(outline_, quantized_.plan, run_.progress());
  simulate_saturation();
}

void QuantizeJob::calibrate() {
  const DataLoader calibration = data_.calibration->loader(inputs());
  CalibrationOptions options;
  options.threads = run_.threads();
  const std::optional<CalibrationTable> known = known_table();
  if (known) options.known = &*known;
  std::vector<TuneConfig> configs{chosen_};
  if (rival_) configs.push_back(*rival_);
  maker_.use_data(calibration, [&] {
    return adaptor().gather_statistics(configs, *setup_.prepared, setup_.capability, calibration, options);
  });
  seconds_["calibrate"] = maker_.statistics().seconds;
  keep_table(known.has_value());
  run_.envelope().calibration = facts_of(calibration, maker_.samples());
  if (maker_.passes_each_time()) return;
  warn_of_short_stream(calibration, config_.quantization.calibration_samples, maker_.samples(), run_.progress());
}

void QuantizeJob::convert() {
  const Stopwatch stopwatch;
  quantized_ = maker_.make(chosen_);
  const double calibrating = maker_.passes_each_time() ? quantized_.seconds["calibrate"] : 0;
  seconds_["calibrate"] += calibrating;
  seconds_["convert"] += stopwatch.seconds() - calibrating;
}

void QuantizeJob::convert_rival() {
  QuantizeResult rival = maker_.make(*rival_);
  seconds_["convert"] += rival.seconds["plan"] + rival.seconds["convert"];
  const Stopwatch stopwatch;
  const std::vector<Rival> rivals{{approach_of(quantized_.plan), quantized_.model.get()},
                                  {approach_of(rival.plan), rival.model.get()}};
  const RivalScores scores = compare_rivals(adaptor(), float_model(), rivals,
                                            data_.calibration->loader(inputs()).prefix(kRivalSamples), run_.threads());
  seconds_["choose"] = stopwatch.seconds();
  approaches_ = {{"samples", scores.samples}, {"tried", Json::array()}};
  for (std::size_t i = 0; i < rivals.size(); ++i) {
    approaches_["tried"].push_back({{"approach", rivals[i].approach}, {"sqnr_db", scores.sqnr_db[i]}});
  }
  if (scores.closest() == 0) return;
  chosen_ = *rival_;
  outline_ = outline_of(setup_, chosen_);
  quantized_ = std::move(rival);
}

void QuantizeJob::simulate_saturation() {
  const Target& target = adaptor().options().target;
  // The simulation follows our plan on tensors that the backend shows.
  if (!target.saturates() || adaptor().only_quantizes()) return;
  std::optional<DataLoader> data;
  if (data_.calibration) data = data_.calibration->loader(inputs());
  const std::vector<SaturatedOp> ops = find_saturated_ops(adaptor(), *setup_.prepared, setup_.graph, quantized_.plan,
                                                          data ? &*data : nullptr, run_.threads());
  warn_of_saturation(ops, target, run_.progress());
  saturation_ = json_of(ops);
}

std::optional<CalibrationTable> QuantizeJob::known_table() const {
  const std::filesystem::path file = config_.quantization.calibration_table;
  std::error_code missing;
  if (file.empty() || !std::filesystem::exists(file, missing)) return std::nullopt;
  return CalibrationTable::load(file);
}

void QuantizeJob::keep_table(bool was_there) const {
  const std::string& file = config_.quantization.calibration_table;
  const GatheredStatistics& statistics = maker_.statistics();
  if (file.empty() || statistics.was_known || statistics.table.tensors.empty()) return;
  if (was_there) {
    run_.progress().warn("the statistics in '" + file +
                         "' are of another model, other data or fewer tensors: calibrated anew and written there");
  }
  statistics.table.save(file);
}

void QuantizeJob::save_and_reopen() {
  const Stopwatch stopwatch;
  reopened_ = save_and_read_back(adaptor(), *quantized_.model, staging_.staged_output());
  RunOptions options{.threads = run_.threads(), .observed_tensors = {}};
  options.once = reopened_.model->size_bytes() > kMostBytesRun;
  const auto session = adaptor().open(*reopened_.model, options);
  if (options.once) {
    run_.warn("the model is large: it was seen that it opens, and not that it runs");
  } else if (const NamedTensors inputs = sample(); inputs.empty()) {
    run_.warn("nothing is known of the model's inputs: it was seen that it opens, and not that it runs");
  } else {
    check_saved_model(float_model().outputs(), session->run(inputs),
                      [&] { return adaptor().open(float_model(), options)->run(inputs); });
  }
  seconds_["save"] = stopwatch.seconds();
  verified_ = check_executed_ops(quantized_.plan, adaptor().executed_ops(*reopened_.model), run_.progress());
}

NamedTensors QuantizeJob::sample() const {
  if (evaluation_) return first_item(*evaluation_, inputs()).inputs;
  if (data_.calibration) return first_item(data_.calibration->loader(inputs()), inputs()).inputs;
  if (inputs().empty()) return {};
  const SampleSet random{halftone::open_data("random", inputs()), 1, config_.seed};
  return with_small_indices(random.loader(inputs()).item(0).inputs);
}

void QuantizeJob::judge_quantized() {
  if (!judgement_) return;
  const Stopwatch stopwatch;
  if (judge_)
    judge_by_file();
  else
    evaluate_quantized();
  seconds_["evaluate"] += stopwatch.seconds();
}

void QuantizeJob::judge_by_file() {
  const std::vector<CommandMetric> measured = judge_(staging_.staged_output());
  judgement_->samples = samples_of(measured).value_or(0);
  judgement_->comparisons = compare(judgement_->baseline_by_file, measured, config_.accuracy.confidence);
}

void QuantizeJob::evaluate_quantized() {
  EvaluateOptions options;
  options.metrics = judgement_->metrics.names;
  options.threads = run_.threads();
  options.labels_from_float = judgement_->metrics.labels_from_float;
  options.postprocess = run_.hooks().postprocess;
  const Model* reference = judgement_->metrics.needs_reference() ? &float_model() : nullptr;
  const Measurement candidate = adaptor().evaluate(*reopened_.model, *evaluation_, options, reference);
  judgement_->samples = evaluated_samples(candidate, *evaluation_);
  judgement_->comparisons =
      compare(judgement_->metrics, judgement_->baseline, candidate, config_.accuracy.confidence, bootstrap());
  run_.envelope().evaluation = facts_of(*evaluation_, judgement_->samples);
}

void QuantizeJob::measure_speed() {
  if (!judgement_ && !config_.min_speedup) return;
  const NamedTensors inputs = sample();
  if (inputs.empty() && !config_.min_speedup) return;
  if (inputs.empty()) {
    throw Error(ErrorCode::configuration, "min_speedup cannot be judged: nothing is known of the model's inputs",
                "give calibration or evaluation data");
  }
  const Stopwatch stopwatch;
  const RunOptions options{.threads = run_.threads(), .observed_tensors = {}, .for_latency = true};
  const auto quantized = adaptor().open(*reopened_.model, options);
  const auto in_float = adaptor().open(float_model(), options);
  LatencyOptions latency;
  latency.confidence = config_.accuracy.confidence;
  latency_ = measure_paired(*in_float, inputs, *quantized, inputs, latency, run_.progress());
  warn_of_unsteady_latency(latency_->a, run_.progress());
  warn_of_unsteady_latency(latency_->b, run_.progress());
  seconds_["benchmark"] = stopwatch.seconds();
}

}  // namespace halftone
