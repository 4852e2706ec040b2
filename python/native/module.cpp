#include "native/binding.h"

NB_MODULE(_native, module) {
  using namespace halftone::python;
  module.attr("__doc__") = "Halftone's library, as Python sees it; use the package halftone, which is made of it.";
  // What is registered (adaptors, strategies, metrics) lives as long as the process.
  nanobind::set_leak_warnings(false);
  bind_errors(module);
  bind_quantization(module);
  bind_graph(module);
  bind_capability(module);
  bind_plan(module);
  bind_data(module);
  bind_evaluation(module);
  bind_results(module);
  bind_search(module);
  bind_adaptor(module);
  bind_conformance(module);
  bind_verbs(module);
}
