#include "native/whole_adaptor.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "native/errors.h"
#include "native/tensors.h"
#include "native/words.h"

namespace halftone::python {
namespace {

/// halftone.OpCapability in C++.
struct ToldOp {
  std::string name, type, reason;
  std::vector<OpChoice> choices;
  bool is_product = false;
};

std::vector<ToldOp> told_ops(nb::handle ops) {
  std::vector<ToldOp> told;
  for (const nb::handle op : ops) {
    told.push_back({nb::cast<std::string>(op.attr("name")), nb::cast<std::string>(op.attr("type")),
                    nb::cast<std::string>(op.attr("reason")), nb::cast<std::vector<OpChoice>>(op.attr("choices")),
                    nb::cast<bool>(op.attr("is_product"))});
  }
  if (!told.empty()) return told;
  throw Error(ErrorCode::invalid_model, "the adaptor told of no op of the model",
              "query_fw_capability(model) returns a list of halftone.OpCapability, one for each op");
}

using Occurrences = std::vector<std::vector<std::string>>;

const ToldOp& require_op(const std::vector<ToldOp>& ops, const std::string& name) {
  const auto found = std::ranges::find(ops, name, &ToldOp::name);
  if (found != ops.end()) return *found;
  throw Error(ErrorCode::invalid_argument, "query_fused_patterns() names an op '" + name + "' that the model has not");
}

SpecChoices single(const QuantSpec& spec) {
  SpecChoices choices{{spec.dtype}, {spec.scheme}, {spec.granularity}, {spec.range_method}, {}};
  if (spec.granularity == Granularity::per_group) choices.group_sizes = {spec.group_size};
  return choices;
}

std::string precision_of(const OpChoice& choice) {
  return std::string(to_string(choice.weight ? choice.weight->dtype : choice.activation.dtype));
}

Alternative alternative_of(const OpChoice& choice) {
  Alternative alternative;
  alternative.precision = precision_of(choice);
  alternative.quant_mode = choice.quant_mode;
  alternative.format = choice.format;
  if (choice.weight) alternative.weight = single(*choice.weight);
  alternative.activation = single(choice.activation);
  alternative.runs = choice.runs;
  alternative.float_output = true;
  alternative.advice = choice.advice;
  return alternative;
}

PatternSequence sequence_of(const std::vector<ToldOp>& ops, const std::vector<std::string>& names) {
  PatternSequence sequence;
  for (const std::string& name : names) {
    const std::string& type = require_op(ops, name).type;
    sequence.text += (sequence.text.empty() ? "" : " + ") + type;
    sequence.positions.push_back({type});
  }
  return sequence;
}

class EvaluatingSession final : public Session {
 public:
  EvaluatingSession(const Adaptor& adaptor, HeldObject python_adaptor, HeldObject model)
      : adaptor_(adaptor), python_adaptor_(std::move(python_adaptor)), model_(std::move(model)) {}
  bool concurrent() const override { return false; }

 private:
  NamedTensors do_run(const NamedTensors& inputs, const TensorObserver&) const override {
    call_python("adaptor '" + adaptor_.options().key + "', evaluate()", [&] {
      DataItem item{"0", inputs, {}};
      item.labels.assign(item.samples(), 0);
      nb::list items;
      items.append(nb::cast(std::move(item)));
      python_adaptor_.get().attr("evaluate")(model_.get(), items, nb::arg("iteration") = 1);
    });
    return {};
  }

  const Adaptor& adaptor_;
  HeldObject python_adaptor_, model_;
};

double number_of(const std::string& metric, nb::handle value) {
  double number = 0;
  if (nb::try_cast(nb::float_(value), number) && std::isfinite(number)) return number;
  throw Error(ErrorCode::invalid_data, "evaluate() gave no finite number for metric '" + metric + "'");
}

}  // namespace

GraphView graph_of_ops(nb::handle ops, nb::handle fused_patterns) {
  const std::vector<ToldOp> told = told_ops(ops);
  std::map<std::string, std::string> read_by;  // op → the op before it in a fused pattern
  for (const std::vector<std::string>& occurrence : nb::cast<Occurrences>(fused_patterns)) {
    for (std::size_t i = 1; i < occurrence.size(); ++i) {
      require_op(told, occurrence[i]);
      read_by[occurrence[i]] = require_op(told, occurrence[i - 1]).name;
    }
  }
  std::set<std::string> inner;
  for (const auto& [op, before] : read_by) inner.insert(before);
  GraphBuilder builder;
  builder.add_input({"data", DType::f32, std::nullopt});
  for (const ToldOp& op : told) {
    const auto before = read_by.find(op.name);
    std::vector<std::string> inputs{before == read_by.end() ? "data" : before->second + ":result"};
    OpMeaning meaning{.roles = {InputRole::activation}};
    meaning.is_product = op.is_product;
    // A choice that says how a weight is quantized is one for an op that has a constant weight.
    if (!op.choices.empty() && op.choices.front().weight) {
      meaning.roles.push_back(InputRole::weight);
      inputs.push_back(op.name + ":weight");
      builder.add_constant(inputs.back(), Tensor::from<float>({0}, {1}));
    }
    builder.add_op(
        {op.name, op.type, std::move(inputs), {op.name + ":result"}, {}, meaning, op.choices.empty() ? op.reason : ""});
    if (!inner.contains(op.name)) builder.add_output(op.name + ":result");
  }
  return std::move(builder).build();
}

QueryBackendCapability capability_of_ops(nb::handle ops, nb::handle fused_patterns, const std::string& version) {
  const std::vector<ToldOp> told = told_ops(ops);
  CapabilitySection section;
  std::set<std::string> precisions{"fp32"};
  for (const ToldOp& op : told) {
    std::vector<Alternative>& alternatives = section.of_ops[op.name];
    for (const OpChoice& choice : op.choices) {
      alternatives.push_back(alternative_of(choice));
      precisions.insert(precision_of(choice));
      section.ops[precision_of(choice)].push_back(op.type);
    }
    section.ops["fp32"] = {"*"};
  }
  section.precisions.assign(precisions.begin(), precisions.end());
  section.mixed_precisions = {{section.precisions, {}}};
  std::set<std::string> known;
  for (const std::vector<std::string>& occurrence : nb::cast<Occurrences>(fused_patterns)) {
    PatternSequence sequence = sequence_of(told, occurrence);
    if (occurrence.size() > 1 && known.insert(sequence.text).second) section.patterns.push_back(std::move(sequence));
  }
  return {std::move(section), version};
}

Measurement to_measurement(nb::handle returned, const std::vector<std::string>& metrics) {
  Measurement measured;
  if (!nb::isinstance<nb::dict>(returned)) {
    const std::string name = metrics.empty() ? "score" : metrics.front();
    measured.values[name] = number_of(name, returned);
    return measured;
  }
  auto values = nb::cast<nb::dict>(returned);
  nb::dict per_sample;
  if (values.contains("per_sample")) per_sample = nb::cast<nb::dict>(values["per_sample"]);
  if (values.contains("metrics")) values = nb::cast<nb::dict>(values["metrics"]);
  for (const auto& [key, value] : values) {
    const auto name = nb::cast<std::string>(key);
    if (name == "per_sample") continue;
    if (per_sample.contains(key)) {
      const std::vector<float> scores = to_tensor(per_sample[key], name).to_floats();
      measured.scores[name].assign(scores.begin(), scores.end());
      if (measured.ids.empty()) {
        for (std::size_t i = 0; i < scores.size(); ++i) measured.ids.push_back(std::to_string(i));
      }
    } else {
      measured.values[name] = number_of(name, value);
    }
  }
  return measured;
}

std::unique_ptr<Session> make_evaluating_session(const Adaptor& adaptor, HeldObject python_adaptor, HeldObject model) {
  return std::make_unique<EvaluatingSession>(adaptor, std::move(python_adaptor), std::move(model));
}

}  // namespace halftone::python
