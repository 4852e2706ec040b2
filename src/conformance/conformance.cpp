#include "halftone/conformance.h"

#include <algorithm>
#include <system_error>

#include "conformance/complaints.h"
#include "conformance/op_trial.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// In the order of the file, each once.
std::vector<std::string> quantizable_types(const QueryBackendCapability& query) {
  std::vector<std::string> types;
  for (const std::string& precision : query.get_precisions()) {
    for (const std::string& type : query.get_op_types_by_precision(precision)) {
      const bool known = std::ranges::find(types, type) != types.end();
      if (!known && query.get_quantization_capability().contains(type)) types.push_back(type);
    }
  }
  return types;
}

bool is_beside_others(const OpChoice& way, const std::vector<Alternative>& alternatives) {
  return way.advice == Advice::on_request && alternatives.front().advice != Advice::on_request;
}

template <typename T>
void append(std::vector<T>& all, std::vector<T> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

template <typename Subjects>
std::uint64_t count_models(const Subjects& subjects) {
  std::uint64_t models = 0;
  for (const auto& subject : subjects) models += subject.models.size();
  return models;
}

}  // namespace

OpModelMaker::~OpModelMaker() = default;

Conformance::Conformance(const Adaptor& adaptor, const OpModelMaker& maker, std::filesystem::path folder,
                         Progress& progress)
    : adaptor_(adaptor), maker_(maker), folder_(std::move(folder)), progress_(progress) {
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed)
    throw Error(ErrorCode::io, "cannot make the folder '" + folder_.string() + "' for models: " + failed.message());
}

std::vector<Alternative> Conformance::alternatives_of(const std::string& op_type) const {
  const auto& all = adaptor_.query().get_quantization_capability();
  const auto found = all.find(op_type);
  return found == all.end() ? std::vector<Alternative>{} : found->second;
}

std::vector<Conformance::Subject> Conformance::subjects_of(const std::vector<std::string>& op_types) const {
  std::vector<Subject> subjects;
  for (const std::string& type : op_types) {
    const ErrorContext frame([&] { return "making models of " + type; });
    subjects.push_back({{type}, maker_.models_of(type, folder_)});
  }
  return subjects;
}

ConformanceTrial Conformance::try_model(const OpModel& model, ConformanceTrial trial) const {
  const ErrorContext frame([&] { return "model " + trial.op_type + " " + model.variant; });
  trial.variant = model.variant;
  try {
    run_trial(adaptor_, maker_, model, trial);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::interrupted) throw;
    trial.failure = error.message();
  }
  return trial;
}

std::vector<ConformanceTrial> Conformance::try_every_way(const std::string& op_type, const OpModel& model) const {
  const std::vector<Alternative> alternatives = alternatives_of(op_type);
  std::vector<ConformanceTrial> trials;
  ConformanceTrial first = try_model(model, {.op_type = op_type});
  const bool has_weight = first.weight.has_value(), offered = first.offered(), failed = !first.failure.empty();
  std::vector<OpChoice> ways = offered ? ways_of(alternatives) : std::vector<OpChoice>{};
  // A model without a constant weight runs the same whatever is wanted of weights.
  std::erase_if(ways, [&](const OpChoice& way) { return way.weight.has_value() != has_weight; });
  if (ways.empty()) trials.push_back(std::move(first));
  if (!offered && !failed) trials.push_back(try_model(model, {.op_type = op_type, .forced = true}));
  for (const OpChoice& way : ways) {
    const bool beside_others = is_beside_others(way, alternatives);
    trials.push_back(try_model(model, {.op_type = op_type, .wanted = way, .beside_others = beside_others}));
  }
  return trials;
}

std::vector<ConformanceTrial> Conformance::try_subject(const Subject& subject, Stage& stage) const {
  std::vector<ConformanceTrial> trials;
  for (const OpModel& model : subject.models) {
    append(trials, try_every_way(subject.op_types.front(), model));
    stage.advance();
  }
  return trials;
}

ConformanceReport Conformance::run_every_op() const {
  ConformanceReport report;
  const std::vector<Subject> subjects = subjects_of(quantizable_types(adaptor_.query()));
  Stage stage(progress_, "try every op", count_models(subjects));
  for (const Subject& subject : subjects) {
    const std::string& type = subject.op_types.front();
    if (subject.models.empty()) {
      report.complaints.push_back("op '" + type + "': there is no model of it");
      continue;
    }
    std::vector<ConformanceTrial> trials = try_subject(subject, stage);
    append(report.complaints, complaints_of_unshown(adaptor_, type, alternatives_of(type), trials));
    append(report.trials, std::move(trials));
  }
  append(report.complaints, complaints_of(adaptor_, report.trials));
  return report;
}

ConformanceReport Conformance::find_missed_kernels() const {
  std::vector<std::string> types = maker_.op_types();
  std::erase_if(types, [&](const std::string& type) { return !alternatives_of(type).empty(); });
  ConformanceReport report;
  const std::vector<Subject> subjects = subjects_of(types);
  Stage stage(progress_, "seek missed kernels", count_models(subjects));
  for (const Subject& subject : subjects) append(report.trials, try_subject(subject, stage));
  append(report.complaints, complaints_of(adaptor_, report.trials));
  return report;
}

ConformanceReport Conformance::run_every_pattern() const {
  ConformanceReport report;
  std::vector<Subject> subjects;
  for (const auto& [_, sequences] : adaptor_.query().get_fuse_patterns()) {
    for (const std::string& sequence : sequences) {
      const ErrorContext frame([&] { return "making models of " + sequence; });
      for (const PatternInstance& instance : adaptor_.query().get_pattern_instances(sequence)) {
        subjects.push_back({instance.ops, maker_.models_of_pattern(instance.ops, folder_)});
        if (subjects.back().models.empty())
          report.complaints.push_back("pattern '" + pattern_text(instance.ops) + "': there is no model of it");
      }
    }
  }
  Stage stage(progress_, "try every pattern", count_models(subjects));
  for (const Subject& subject : subjects) {
    for (const OpModel& model : subject.models) {
      report.trials.push_back(try_model(model, {.op_type = subject.op_types.front(), .pattern = subject.op_types}));
      stage.advance();
    }
  }
  append(report.complaints, complaints_of(adaptor_, report.trials));
  return report;
}

ConformanceReport check_conformance(const Adaptor& adaptor, const OpModelMaker& maker,
                                    const std::filesystem::path& folder, Progress& progress) {
  const Conformance conformance(adaptor, maker, folder, progress);
  ConformanceReport whole = conformance.run_every_op();
  for (ConformanceReport& report : std::vector{conformance.find_missed_kernels(), conformance.run_every_pattern()}) {
    append(whole.trials, std::move(report.trials));
    for (std::string& complaint : report.complaints) {
      const bool known = std::ranges::find(whole.complaints, complaint) != whole.complaints.end();
      if (!known) whole.complaints.push_back(std::move(complaint));
    }
  }
  if (std::ranges::none_of(whole.trials, &ConformanceTrial::offered))
    whole.complaints.push_back("no model was quantized as the file says, so that nothing is proved");
  return whole;
}

}  // namespace halftone
