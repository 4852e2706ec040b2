#include "verbs/approach_choice.h"

#include <algorithm>

#include "verbs/output_comparison.h"

namespace halftone {
namespace {

constexpr double kEqual = 100;  ///< decibels above which outputs differ by no more than float's own rounding

Contender contender_of(const Adaptor& adaptor, const std::string& name, const Model& model) {
  Contender contender{name, adaptor.open(model, {.threads = 1, .observed_tensors = {}}), {}, {}};
  for (const TensorSignature& input : model.inputs()) contender.inputs.push_back(input.name);
  for (std::size_t i = 0; i < model.outputs().size(); ++i) contender.outputs.emplace_back(i);
  return contender;
}

double mean_of(const std::vector<OutputScores>& outputs) {
  double sum = 0;
  std::size_t count = 0;
  for (const OutputScores& output : outputs) {
    for (const double sqnr : output.sqnr) sum += std::min(sqnr, kEqual);
    count += output.sqnr.size();
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

}  // namespace

std::size_t RivalScores::closest() const {
  return static_cast<std::size_t>(std::max_element(sqnr_db.begin(), sqnr_db.end()) - sqnr_db.begin());
}

RivalScores compare_rivals(const Adaptor& adaptor, const Model& in_float, const std::vector<Rival>& rivals,
                           const DataLoader& data, int threads) {
  std::vector<Contender> contenders;
  contenders.push_back(contender_of(adaptor, "float", in_float));
  for (const Rival& rival : rivals) contenders.push_back(contender_of(adaptor, rival.approach, *rival.model));
  const std::vector<ContenderScores> found = compare_outputs(contenders, data, {}, threads, adaptor.progress());
  RivalScores scores;
  scores.samples = found.front().measured.ids.size();
  for (std::size_t i = 1; i < found.size(); ++i) scores.sqnr_db.push_back(mean_of(found[i].outputs));
  return scores;
}

}  // namespace halftone
