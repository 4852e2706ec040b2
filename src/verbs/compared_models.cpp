#include "verbs/compared_models.h"

#include <utility>

#include "halftone/error.h"

namespace halftone {
namespace {

ComparedModel matched(OpenedModel opened, const OpenedModel* first) {
  const OpenedModel& reference = first != nullptr ? *first : opened;
  SignatureMatch inputs = match_signatures(reference.inputs, opened.inputs);
  SignatureMatch outputs = match_signatures(reference.model->outputs(), opened.model->outputs());
  return {std::move(opened), std::move(inputs), std::move(outputs)};
}

void warn_of_other_names(const ComparedModels& models, const ComparedModel& model, Progress& progress) {
  const std::vector<TensorSignature> first_outputs = models.first().model->outputs();
  const std::vector<TensorSignature> outputs = model.opened.model->outputs();
  const std::string of_inputs = renamed_text(models.first().inputs, model.opened.inputs, model.inputs);
  const std::string of_outputs = renamed_text(first_outputs, outputs, model.outputs);
  const auto tell = [&](const std::string& what, const std::string& pairs) {
    if (pairs.empty()) return;
    progress.warn(what + " of '" + model.name() + "' have other names than those of '" + models.first().path.string() +
                  "' and are taken by position: " + pairs);
  };
  tell("inputs", of_inputs);
  tell("outputs", of_outputs);
  for (std::size_t i = 0; i < first_outputs.size(); ++i) {
    if (model.outputs.places[i]) continue;
    progress.warn("'" + model.name() + "' has no output that answers to '" + first_outputs[i].name + "'");
  }
}

void require_outputs(const ComparedModel& model) {
  const auto& places = model.outputs.places;
  if (!places.empty() && places.front()) return;
  throw Error(ErrorCode::unsupported,
              "'" + model.name() + "' has no output that answers to the first output of the first model",
              "halftone inspect shows what models give");
}

}  // namespace

ComparedModels open_compared_models(VerbRun& run, const Config& config, const CompareRequest& request) {
  ComparedModels models;
  models.all.push_back(matched(run.open(config), nullptr));
  models.inputs = models.first().inputs;
  require_outputs(models.all.front());
  for (const std::filesystem::path& path : request.others) {
    models.all.push_back(matched(run.open_other(config, path), &models.first()));
    const ComparedModel& added = models.all.back();
    models.inputs = shared_inputs(models.inputs, added.opened.inputs, added.inputs, added.name());
    require_outputs(added);
    warn_of_other_names(models, added, run.progress());
  }
  return models;
}

std::vector<std::string> input_names(const ComparedModels& models, const ComparedModel& model) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < models.inputs.size(); ++i) {
    names.push_back(model.opened.inputs.at(model.inputs.places[i].value()).name);
  }
  return names;
}

Contender open_contender(const ComparedModels& models, const ComparedModel& model, const RunOptions& options) {
  const ErrorContext frame([&] { return "model '" + model.name() + "'"; });
  return {model.name(), model.opened.adaptor->open(*model.opened.model, options), input_names(models, model),
          model.outputs.places};
}

std::vector<Contender> open_contenders(const ComparedModels& models, int threads) {
  std::vector<Contender> contenders;
  for (const ComparedModel& model : models.all) {
    contenders.push_back(open_contender(models, model, {.threads = 1, .observed_tensors = {}}));
    // Samples cannot run beside each other there, so that each gets all threads.
    if (contenders.back().session->concurrent() || threads == 1) continue;
    contenders.back() = open_contender(models, model, {.threads = threads, .observed_tensors = {}});
  }
  return contenders;
}

}  // namespace halftone
