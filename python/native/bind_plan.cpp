#include "native/tensors.h"
#include "native/words.h"

namespace halftone::python {
namespace {

using nb::literals::operator""_a;

void bind_config(nb::module_& module) {
  nb::class_<UnitChoice>(module, "UnitChoice", "What was chosen for one unit: a way of running it, or float and why.")
      .def(
          "__init__",
          [](UnitChoice* self, std::optional<OpChoice> choice, std::string reason) {
            new (self) UnitChoice{choice, std::move(reason)};
          },
          "choice"_a = nb::none(), "reason"_a = "")
      .def_rw("choice", &UnitChoice::choice)
      .def_rw("reason", &UnitChoice::reason)
      .def(
          "__eq__", [](const UnitChoice& a, const UnitChoice& b) { return a == b; }, nb::is_operator(), kEqualsAnything)
      .def("__hash__", [](const UnitChoice& choice) { return nb::hash(nb::str(choice.reason.c_str())); });
  nb::class_<TuneConfig>(module, "TuneConfig", "One choice for each unit, by the name of its anchor op.")
      .def(
          "__init__",
          [](TuneConfig* self, std::map<std::string, UnitChoice> units) {
            new (self) TuneConfig{std::move(units), {}, {}};
          },
          "units"_a = std::map<std::string, UnitChoice>{})
      .def_rw("units", &TuneConfig::units)
      .def_prop_ro("quantized",
                   [](const TuneConfig& config) {
                     std::vector<std::string> names;
                     for (const auto& [name, unit] : config.units) {
                       if (unit.choice) names.push_back(name);
                     }
                     return names;
                   })
      .def(
          "__eq__", [](const TuneConfig& a, const TuneConfig& b) { return a == b; }, nb::is_operator(), kEqualsAnything)
      .def("__hash__", [](const TuneConfig& config) { return config.units.size(); })
      .def("__repr__",
           [](const TuneConfig& config) { return "TuneConfig(" + std::to_string(config.units.size()) + " units)"; });
}

void bind_parts(nb::module_& module) {
  nb::class_<TensorPlan>(module, "TensorPlan", "A tensor that carries quantized values between ops.")
      .def_ro("tensor", &TensorPlan::tensor)
      .def_ro("spec", &TensorPlan::spec)
      .def_ro("params", &TensorPlan::params)
      .def_ro("group", &TensorPlan::group, "Tensors of one group share their parameters.")
      .def_ro("produced_quantized", &TensorPlan::produced_quantized,
              "Its producer gives it quantized; else a conversion stands before the readers.");
  nb::class_<ConstantPlan>(module, "ConstantPlan", "A constant that one op reads quantized.")
      .def_ro("tensor", &ConstantPlan::tensor)
      .def_ro("input", &ConstantPlan::input)
      .def_ro("spec", &ConstantPlan::spec)
      .def_ro("params", &ConstantPlan::params)
      .def_ro("correction", &ConstantPlan::correction,
              "For a bias: added to its values before they are quantized; empty for none.");
  nb::class_<OpPlan>(module, "OpPlan", "What becomes of one op.")
      .def_ro("name", &OpPlan::name)
      .def_ro("type", &OpPlan::type)
      .def_ro("pattern", &OpPlan::pattern)
      .def_ro("quantized", &OpPlan::quantized)
      .def_ro("is_anchor", &OpPlan::is_anchor)
      .def_ro("choice", &OpPlan::choice)
      .def_ro("reason", &OpPlan::reason, "Of an op in float: why.")
      .def_ro("quantized_inputs", &OpPlan::quantized_inputs)
      .def_ro("dynamic_inputs", &OpPlan::dynamic_inputs)
      .def_ro("weight", &OpPlan::weight)
      .def_ro("recurrent_weight", &OpPlan::recurrent_weight)
      .def_ro("bias", &OpPlan::bias)
      .def_ro("constant_activations", &OpPlan::constant_activations)
      .def("__repr__", [](const OpPlan& op) {
        return "OpPlan('" + op.name + "', " + (op.quantized ? "quantized" : "float: " + op.reason) + ")";
      });
}

const OpPlan* find_op(const QuantizationPlan& plan, const std::string& name) {
  for (const OpPlan& op : plan.ops) {
    if (op.name == name) return &op;
  }
  return nullptr;
}

}  // namespace

void bind_plan(nb::module_& module) {
  bind_config(module);
  bind_parts(module);
  nb::class_<QuantizationPlan>(module, "QuantizationPlan", "What a configuration means for each op and tensor.")
      .def_ro("ops", &QuantizationPlan::ops)
      .def_ro("tensors", &QuantizationPlan::tensors)
      .def_ro("warnings", &QuantizationPlan::warnings)
      .def("op", find_op, "name"_a, nb::rv_policy::reference_internal, "The op of that name; None for an unknown one.")
      .def(
          "tensor", [](const QuantizationPlan& plan, const std::string& name) { return plan.find_tensor(name); },
          "name"_a, nb::rv_policy::reference_internal)
      .def_prop_ro("quantized_ops", &QuantizationPlan::quantized_ops)
      .def_prop_ro("observed_tensors", &QuantizationPlan::observed_tensors)
      .def("__repr__", [](const QuantizationPlan& plan) {
        return "QuantizationPlan(" + std::to_string(plan.quantized_ops()) + " of " + std::to_string(plan.ops.size()) +
               " ops quantized)";
      });
}

}  // namespace halftone::python
