#include "halftone/conformance.h"
#include "native/adaptor_handle.h"
#include "native/errors.h"
#include "native/words.h"

namespace halftone::python {
namespace {

using nb::literals::operator""_a;

/// A Python object that makes small models of ops.
class PythonMaker final : public OpModelMaker {
 public:
  explicit PythonMaker(HeldObject maker) : maker_(std::move(maker)) {}

  std::vector<std::string> op_types() const override {
    return call_python("the maker's op_types()",
                       [&] { return nb::cast<std::vector<std::string>>(maker_.get().attr("op_types")()); });
  }
  std::vector<OpModel> models_of(const std::string& op_type, const std::filesystem::path& folder) const override {
    return call_python("the maker's models_of()",
                       [&] { return nb::cast<std::vector<OpModel>>(maker_.get().attr("models_of")(op_type, folder)); });
  }
  std::vector<OpModel> models_of_pattern(const std::vector<std::string>& op_types,
                                         const std::filesystem::path& folder) const override {
    return call_python("the maker's models_of_pattern()", [&] {
      return nb::cast<std::vector<OpModel>>(maker_.get().attr("models_of_pattern")(op_types, folder));
    });
  }
  bool is_conversion(const std::string& executed_type) const override {
    return call_python("the maker's is_conversion()",
                       [&] { return nb::cast<bool>(maker_.get().attr("is_conversion")(executed_type)); });
  }
  bool is_kernel_of(const std::string& executed_type, const std::string& op_type) const override {
    return call_python("the maker's is_kernel_of()",
                       [&] { return nb::cast<bool>(maker_.get().attr("is_kernel_of")(executed_type, op_type)); });
  }

 private:
  HeldObject maker_;
};

void bind_trial(nb::module_& module) {
  nb::class_<ConformanceTrial>(module, "ConformanceTrial", "One model of an op, quantized in one way and run.")
      .def_ro("op_type", &ConformanceTrial::op_type)
      .def_ro("pattern", &ConformanceTrial::pattern)
      .def_ro("variant", &ConformanceTrial::variant)
      .def_ro("forced", &ConformanceTrial::forced)
      .def_ro("claim", &ConformanceTrial::claim)
      .def_ro("reason", &ConformanceTrial::reason)
      .def_ro("executed", &ConformanceTrial::executed)
      .def_ro("sqnr_db", &ConformanceTrial::sqnr_db)
      .def_ro("failure", &ConformanceTrial::failure)
      .def_prop_ro("ran_in_low_precision", &ConformanceTrial::ran_in_low_precision);
}

}  // namespace

void bind_conformance(nb::module_& module) {
  nb::class_<OpModel>(module, "OpModel", "A small float model that shows one op as a backend meets it.")
      .def(
          "__init__",
          [](OpModel* self, std::string op, std::filesystem::path file, std::string variant) {
            new (self) OpModel{std::move(variant), std::move(op), std::move(file)};
          },
          "op"_a, "file"_a, "variant"_a = "")
      .def_ro("op", &OpModel::op)
      .def_ro("file", &OpModel::file)
      .def_ro("variant", &OpModel::variant);
  bind_trial(module);
  nb::class_<ConformanceReport>(module, "ConformanceReport", "What came of holding a capability file to its word.")
      .def_ro("trials", &ConformanceReport::trials)
      .def_ro("complaints", &ConformanceReport::complaints, "Sentences; none: every claim is proved.")
      .def("__str__", [](const ConformanceReport& report) { return to_table(report.trials); });
  module.def(
      "check_conformance",
      [](const AdaptorHandle& adaptor, nb::object maker, const std::filesystem::path& folder) {
        const PythonMaker models{HeldObject(std::move(maker))};
        return run_native(
            [&] { return check_conformance(adaptor.adaptor(), models, folder, adaptor.adaptor().progress()); });
      },
      "adaptor"_a, "maker"_a, "folder"_a);
}

}  // namespace halftone::python
