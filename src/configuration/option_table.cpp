#include "configuration/option_table.h"

#include <algorithm>
#include <utility>

#include "base/full_match.h"
#include "capability/enum_words.h"
#include "configuration/expected_metric.h"
#include "configuration/input_override.h"
#include "configuration/op_rules.h"
#include "configuration/option_setters.h"
#include "configuration/search_options.h"
#include "configuration/tensor_rules.h"
#include "evaluation/evaluation_command.h"
#include "halftone/error.h"
#include "halftone/evaluation.h"

namespace halftone {
namespace {

using Setter = std::function<void(Config&, const OptionValue&)>;

const std::vector<std::string>& isa_words() {
  static const std::vector<std::string> kWords{"avx2", "avx512", "vnni", "amx", "arm_dot", "arm_i8mm"};
  return kWords;
}

template <typename Section>
Setter text_of(std::string Section::*member, Section Config::*section) {
  return [=](Config& config, const OptionValue& value) { config.*section.*member = value.text(); };
}

Setter recipe(std::string Config::Quantization::*member) {
  return [=](Config& config, const OptionValue& value) { config.quantization.*member = value.word({"int8", "fp32"}); };
}

Setter expressions(std::vector<std::string> UserConstraints::*member) {
  return [=](Config& config, const OptionValue& value) {
    const std::vector<std::string> patterns = value.texts();
    check_at(value, [&] {
      for (const std::string& pattern : patterns) FullMatch{pattern};
    });
    config.quantization.constraints.*member = patterns;
  };
}

Setter layout(bool ConversionLayout::*member) {
  return [=](Config& config, const OptionValue& value) {
    config.quantization.layout.*member = value.word({"true", "false"}) == "true";
  };
}

void set_reduce_range(Config& config, const OptionValue& value) {
  const std::string word = value.word({"auto", "true", "false"});
  config.quantization.constraints.reduce_range = word == "auto" ? std::nullopt : std::optional(word == "true");
}

void set_range_method(Config& config, const OptionValue& value) {
  const std::string word = value.word(words_of<RangeMethod>());
  for (const RangeMethod method : named_values<RangeMethod>()) {
    if (to_string(method) == word) config.quantization.range_method = method;
  }
}

void set_metrics(Config& config, const OptionValue& value) {
  const std::vector<std::string> names = value.texts();
  check_at(value, [&] {
    for (const std::string& name : names) make_metric(name);
  });
  config.evaluation.metrics = names;
}

void set_expect(Config& config, const OptionValue& value) {
  check_at(value, [&] { parse_expected_metric(value.text()); });
  config.evaluation.expect = value.text();
}

void set_inputs_at(Config& config, const OptionValue& value) {
  if (!value.is_typed()) return set_inputs(config, value);
  check_at(value, [&] { set_inputs(config, value); });
}

std::vector<ConfigOption> model_options() {
  using Model = Config::ModelSection;
  return {
      {"model.path",
       {},
       "MODEL",
       "The model's file, or what the backend takes as one",
       "",
       OptionGroup::model,
       false,
       [](Config& config, const OptionValue& value) { config.model.path = value.text(); }},
      {"model.backend",
       {"--backend"},
       "KEY",
       "Adaptor that reads the model; `halftone backends` lists them",
       "(chosen from the file)",
       OptionGroup::model,
       false,
       text_of(&Model::backend, &Config::model)},
      {"model.library",
       {"--library"},
       "PATH",
       "The framework's library to use",
       "(searched for)",
       OptionGroup::model,
       false,
       text_of(&Model::library, &Config::model)},
      {"model.signature",
       {"--signature"},
       "NAME",
       "Which of the model's signatures to take, where it has several",
       "(the model's default)",
       OptionGroup::model,
       false,
       text_of(&Model::signature, &Config::model)},
      {"model.inputs",
       {"--input"},
       "NAME=1x3x224x224[:dtype]",
       "Shape, and type, of an input whose extents the model "
       "leaves open; once for each input",
       "(as the model says)",
       OptionGroup::model,
       true,
       set_inputs_at},
      {"target.isa",
       {"--target"},
       "ISA",
       "Instruction set of the machines the model will run on: avx2, avx512, vnni, "
       "amx, arm_dot or arm_i8mm",
       "vnni",
       OptionGroup::model,
       false,
       [](Config& config, const OptionValue& value) { config.target_isa = value.word(isa_words()); }},
  };
}

std::vector<ConfigOption> quantization_options() {
  using Quantization = Config::Quantization;
  return {
      {"quantization.approach",
       {"--approach"},
       "auto|static|dynamic|weight_only|qat",
       "How activations get their ranges: static from calibration data, dynamic from each input at run time, "
       "weight_only leaves them in float, qat as static with weights trained for it (by a function of the calling "
       "program: from Python or C++ alone); auto follows the backend's advice, and takes what is closer to float on "
       "the "
       "calibration data where it has none",
       "auto",
       OptionGroup::quantization,
       false,
       [](Config& config, const OptionValue& value) {
         config.quantization.approach = value.word({"auto", "static", "dynamic", "weight_only", "qat"});
       }},
      {"quantization.format",
       {"--format"},
       "qdq|qlinear|integer",
       "How the model file says that an op is quantized",
       "(the backend's default)",
       OptionGroup::quantization,
       false,
       [](Config& config, const OptionValue& value) {
         config.quantization.format = value.word({"qdq", "qlinear", "integer"});
       }},
      {"quantization.calibration.data",
       {"--calib"},
       "SPEC",
       "Calibration data: samples as the model will see them; "
       "`halftone data --help` lists the kinds",
       "",
       OptionGroup::data,
       false,
       text_of(&Quantization::calibration_data, &Config::quantization)},
      {"quantization.calibration.samples",
       {"--calib-samples", "--samples"},
       "N",
       "How many samples calibrate",
       "100",
       OptionGroup::data,
       false,
       [](Config& config, const OptionValue& value) { set_samples(config.quantization.calibration_samples, value); }},
      {"quantization.calibration.table",
       {"--table"},
       "FILE",
       "Statistics of a calibration, kept: read where they are of this model and these data, else taken anew and "
       "written there",
       "",
       OptionGroup::data,
       false,
       text_of(&Quantization::calibration_table, &Config::quantization)},
      {"quantization.calibration.range_method",
       {"--range-method", "--method"},
       "minmax|percentile|kl|mse",
       "How the range of an activation is chosen from what calibration saw",
       "(the backend's default)",
       OptionGroup::quantization,
       false,
       set_range_method},
      {"quantization.reduce_range",
       {"--reduce-range"},
       "auto|true|false",
       "Whether 8-bit weights give up one bit, so that sums of two products fit 16 bits; auto does so where they "
       "saturate on the target",
       "auto",
       OptionGroup::quantization,
       false,
       set_reduce_range},
  };
}

std::vector<ConfigOption> op_options() {
  using Quantization = Config::Quantization;
  return {
      {"quantization.recipes.first_conv_or_matmul",
       {},
       "int8|fp32",
       "Precision of the first convolution or matrix "
       "product",
       "int8",
       OptionGroup::quantization,
       false,
       recipe(&Quantization::first_conv_or_matmul)},
      {"quantization.recipes.last_conv_or_matmul",
       {},
       "int8|fp32",
       "Precision of the last convolution or matrix "
       "product",
       "int8",
       OptionGroup::quantization,
       false,
       recipe(&Quantization::last_conv_or_matmul)},
      {"quantization.recipes.pre_post_process",
       {},
       "int8|fp32",
       "Precision of the ops before the first and after the "
       "last of these",
       "int8",
       OptionGroup::quantization,
       false,
       recipe(&Quantization::pre_post_process)},
      {"quantization.recipes.float_outputs",
       {},
       "[TYPE, …]",
       "Op types whose results stay in float where no op reads them quantized; regular expressions",
       "",
       OptionGroup::quantization,
       false,
       expressions(&UserConstraints::float_outputs)},
      {"quantization.recipes.dedicated_qdq_pairs",
       {},
       "true|false",
       "Whether each op that reads a quantized tensor has conversions of its own, in format qdq",
       "false",
       OptionGroup::quantization,
       false,
       layout(&ConversionLayout::dedicated_pairs)},
      {"quantization.recipes.qdq_on_weights",
       {},
       "true|false",
       "Whether weights stay in float in the file, with both conversions behind them, in format qdq",
       "false",
       OptionGroup::quantization,
       false,
       layout(&ConversionLayout::pairs_on_weights)},
  };
}

std::vector<ConfigOption> rule_options() {
  return {
      {"quantization.op_types_to_quantize",
       {"--op-types-to-quantize"},
       "A,B",
       "The only op types to quantize, regular expressions; ops that a kernel takes along behind its first one need "
       "not be named",
       "(all)",
       OptionGroup::quantization,
       false,
       expressions(&UserConstraints::op_types_to_quantize)},
      {"quantization.ops_to_quantize",
       {"--ops-to-quantize"},
       "a,b",
       "The only ops to quantize, likewise by name",
       "(all)",
       OptionGroup::quantization,
       false,
       expressions(&UserConstraints::ops_to_quantize)},
      {"quantization.ops_to_exclude",
       {"--ops-to-exclude"},
       "a,b",
       "Ops that stay in float, by name, whatever the rules say",
       "",
       OptionGroup::quantization,
       false,
       expressions(&UserConstraints::ops_to_exclude)},
      {"quantization.tensors",
       {},
       "{NAME: PARAMETERS}",
       "Parameters of quantized tensors by name, a regular expression, in place of calibration: {scale: S, "
       "zero_point: Z} or {min: A, max: B}",
       "",
       OptionGroup::quantization,
       true,
       [](Config& config, const OptionValue& value) { add_tensor_rules(config.quantization.tensors, value.yaml()); }},
      {"quantization.op_types",
       {},
       "{TYPE: RULE}",
       "Rules by op type, a regular expression: {precision: fp32}, or "
       "dtype, scheme, granularity and range_method of weight and activation",
       "",
       OptionGroup::quantization,
       true,
       [](Config& config, const OptionValue& value) {
         add_op_rules(config.quantization.constraints.op_types, value.yaml());
       }},
      {"quantization.ops",
       {},
       "{NAME: RULE}",
       "The same by op name; these win over rules by type",
       "",
       OptionGroup::quantization,
       true,
       [](Config& config, const OptionValue& value) {
         add_op_rules(config.quantization.constraints.ops, value.yaml());
       }},
  };
}

std::string metrics_help() {
  std::string names;
  for (const std::string& name : metric_names()) names += (names.empty() ? "" : ", ") + name;
  return "What is measured: " + names + "; any topK is one; the first decides";
}

std::vector<ConfigOption> evaluation_options() {
  using Evaluation = Config::Evaluation;
  return {
      {"evaluation.data",
       {"--eval"},
       "SPEC",
       "Evaluation data, by which the result is judged",
       "",
       OptionGroup::data,
       false,
       text_of(&Evaluation::data, &Config::evaluation)},
      {"evaluation.samples",
       {"--eval-samples"},
       "N",
       "How many samples evaluate",
       "(all)",
       OptionGroup::data,
       false,
       [](Config& config, const OptionValue& value) { set_samples(config.evaluation.samples.emplace(), value); }},
      {"evaluation.metrics",
       {"--metrics"},
       "a,b",
       metrics_help(),
       "(top1 with labels; agreement, cosine, sqnr without)",
       OptionGroup::judgement,
       false,
       set_metrics},
      {"evaluation.labels",
       {},
       "given|float",
       "What counts as right: the data's labels, or what the float model says",
       "given",
       OptionGroup::judgement,
       false,
       [](Config& config, const OptionValue& value) {
         config.evaluation.labels = value.word({"given", "float"});
       }},
      {"evaluation.command",
       {"--eval-command"},
       "CMD",
       "A program that judges a model in place of data and metrics: {model} in CMD is its path; the last line it "
       "prints "
       "is {\"metrics\": {NAME: VALUE}}, with \"per_sample\" and \"higher_is_better\" where they are known",
       "",
       OptionGroup::judgement,
       false,
       [](Config& config, const OptionValue& value) {
         check_at(value, [&] { EvaluationCommand{value.text()}; });
         config.evaluation.command = value.text();
       }},
      {"evaluation.expect",
       {"--expect"},
       "top1=0.76±0.01",
       "What the float model has to reach (+- for ± is fine); if it "
       "does not, preprocessing is wrong and the work stops",
       "",
       OptionGroup::judgement,
       false,
       set_expect},
  };
}

}  // namespace

std::string_view title_of(OptionGroup group) {
  switch (group) {
    case OptionGroup::model:
      return "Model and target";
    case OptionGroup::data:
      return "Data";
    case OptionGroup::quantization:
      return "Quantization";
    case OptionGroup::judgement:
      return "Judgement";
    case OptionGroup::search:
      return "Search";
    case OptionGroup::running:
      return "Running";
  }
  return "";
}

const std::vector<ConfigOption>& option_table() {
  static const std::vector<ConfigOption> kTable = [] {
    std::vector<ConfigOption> table = model_options();
    for (auto options :
         {quantization_options(), op_options(), rule_options(), evaluation_options(), search_options()}) {
      for (ConfigOption& option : options) table.push_back(std::move(option));
    }
    return table;
  }();
  return kTable;
}

}  // namespace halftone
