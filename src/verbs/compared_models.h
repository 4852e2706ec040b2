#pragma once

#include <string>
#include <vector>

#include "verbs/output_comparison.h"
#include "verbs/signature_match.h"
#include "verbs/verb_run.h"
#include "verbs/verbs.h"

namespace halftone {

/// One of the models compared, with how it answers to the first of them.
struct ComparedModel {
  OpenedModel opened;
  SignatureMatch inputs;
  SignatureMatch outputs;

  std::string name() const { return opened.path.string(); }
};

/// All models of a comparison, and the inputs that every one of them takes.
struct ComparedModels {
  std::vector<ComparedModel> all;
  std::vector<TensorSignature> inputs;  ///< under the first model's names

  const OpenedModel& first() const { return all.front().opened; }
};

/// Loads the configuration's model and those that the request names. Warns of inputs and outputs that are taken by
/// position. Throws unsupported where the models do not take the same inputs, or one has no output that answers to the
/// first output of the first.
ComparedModels open_compared_models(VerbRun& run, const Config& config, const CompareRequest& request);

/// The model's own names of the inputs that all take, in their order.
std::vector<std::string> input_names(const ComparedModels& models, const ComparedModel& model);

/// A model opened for running on what the first one is fed.
Contender open_contender(const ComparedModels& models, const ComparedModel& model, const RunOptions& options);

/// All models, in their order, each for samples that run beside each other where its framework can.
std::vector<Contender> open_contenders(const ComparedModels& models, int threads);

}  // namespace halftone
