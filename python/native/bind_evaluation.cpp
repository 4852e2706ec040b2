#include "halftone/evaluation.h"
#include "native/errors.h"
#include "native/python_metric.h"
#include "native/tensors.h"

namespace halftone::python {
namespace {

using nb::literals::operator""_a;

std::string repr_of(const Estimate& estimate) {
  return std::to_string(estimate.value) + " [" + std::to_string(estimate.low) + ", " + std::to_string(estimate.high) +
         "]";
}

}  // namespace

void bind_evaluation(nb::module_& module) {
  nb::class_<Estimate>(module, "Estimate", "A value with the ends of its confidence interval.")
      .def_ro("value", &Estimate::value)
      .def_ro("low", &Estimate::low)
      .def_ro("high", &Estimate::high)
      .def("__float__", [](const Estimate& estimate) { return estimate.value; })
      .def("__repr__", repr_of);
  module.def(
      "add_metric",
      [](const std::string& name, nb::callable make, bool replace) {
        const HeldObject held{nb::object(make)};
        add_metric(
            name, [name, held] { return make_python_metric(name, held); }, replace);
      },
      "name"_a, "make"_a, "replace"_a = false);
  module.def("metric_names", metric_names, "Names of all metrics, built-in ones first.");
}

}  // namespace halftone::python
