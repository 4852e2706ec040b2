#pragma once

#include <string>
#include <vector>

#include "halftone/tuning.h"

namespace halftone::testing {

/// Every combination of these values, the last one varying fastest, as an op's choices of one mode.
inline std::vector<OpChoice> choices_of(QuantMode mode, const std::vector<Granularity>& activation,
                                        const std::vector<RangeMethod>& methods,
                                        const std::vector<Granularity>& weight) {
  std::vector<OpChoice> choices;
  for (const RangeMethod method : methods) {
    for (const Granularity granularity : activation) {
      OpChoice choice;
      choice.quant_mode = mode;
      choice.activation = {DType::s8, Scheme::symmetric, granularity, method};
      if (weight.empty()) choices.push_back(choice);
      for (const Granularity of_weight : weight) {
        choice.weight = QuantSpec{DType::s8, Scheme::symmetric, of_weight};
        choices.push_back(choice);
      }
    }
  }
  return choices;
}

/// The four ops by which the original system tests its samplers (FEATURES: two of one type with 8 static and 8 dynamic
/// choices, one with a single static choice, one without weight with 2 static and 2 dynamic ones), and two blocks.
inline TuningSpace four_ops() {
  using enum Granularity;
  const std::vector<Granularity> both{per_channel, per_tensor};
  const std::vector<RangeMethod> methods{RangeMethod::minmax, RangeMethod::kl};
  std::vector<OpChoice> full = choices_of(QuantMode::static_, both, methods, both);
  for (const OpChoice& choice : choices_of(QuantMode::dynamic, both, methods, both)) full.push_back(choice);
  std::vector<OpChoice> without_weight = choices_of(QuantMode::static_, both, {RangeMethod::minmax}, {});
  for (const OpChoice& choice : choices_of(QuantMode::dynamic, both, {RangeMethod::minmax}, {})) {
    without_weight.push_back(choice);
  }
  const std::vector<OpChoice> single =
      choices_of(QuantMode::static_, {per_channel}, {RangeMethod::minmax}, {per_channel});
  std::vector<SpaceUnit> units;
  units.push_back({"op1", "type1", "type1", {"op1"}, full, "", true});
  units.push_back({"op2", "type1", "type1", {"op2"}, full, "", true});
  units.push_back({"op3", "type2", "type2", {"op3"}, single, "", true});
  units.push_back({"op4", "type3", "type3", {"op4"}, without_weight, "", false});
  return TuningSpace(std::move(units), {}, {{"op2", "op4"}, {"op4", "op1"}});
}

/// Two convolutions, a matrix product, and two ops that are no products; static, two range methods each. As the models
/// that the original system tests its quantization levels with.
inline TuningSpace small_network() {
  using enum Granularity;
  const std::vector<OpChoice> product = choices_of(
      QuantMode::static_, {per_tensor}, {RangeMethod::minmax, RangeMethod::kl, RangeMethod::percentile}, {per_channel});
  const std::vector<OpChoice> other = choices_of(QuantMode::static_, {per_tensor}, {RangeMethod::minmax}, {});
  std::vector<SpaceUnit> units;
  units.push_back({"conv1", "Conv", "Conv + Relu", {"conv1", "relu1"}, product, "", true});
  units.push_back({"conv2", "Conv", "Conv", {"conv2"}, product, "", true});
  units.push_back({"add", "Add", "Add", {"add"}, other, "", false});
  units.push_back({"softmax", "Softmax", "Softmax", {"softmax"}, {}, "no kernel", false});
  units.push_back({"matmul", "MatMul", "MatMul", {"matmul"}, product, "", true});
  return TuningSpace(
      std::move(units),
      {{"first_conv_or_matmul", {"conv1"}}, {"last_conv_or_matmul", {"matmul"}}, {"pre_post_process", {}}}, {});
}

}  // namespace halftone::testing
