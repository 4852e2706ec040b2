#include "native/hooks.h"

#include "native/errors.h"
#include "native/python_session.h"
#include "native/tensors.h"

namespace halftone::python {
namespace {

class PythonMeasurer final : public Measurer {
 public:
  explicit PythonMeasurer(HeldObject object) : object_(std::move(object)) {}
  void start() override {
    call_python("the measurer", [&] { object_.get().attr("start")(); });
  }
  void end() override {
    call_python("the measurer", [&] { object_.get().attr("end")(); });
  }

 private:
  HeldObject object_;
};

/// Names for outputs that came without: those they had.
std::vector<TensorSignature> signatures_of(const NamedTensors& outputs) {
  std::vector<TensorSignature> signatures;
  for (const NamedTensor& output : outputs) signatures.push_back({output.name, output.value.dtype(), std::nullopt});
  return signatures;
}

}  // namespace

std::function<NamedTensors(NamedTensors)> postprocess_function(HeldObject function) {
  return [function = std::move(function)](const NamedTensors& outputs) {
    return call_python("the postprocess function", [&] {
      const nb::object returned = function.get()(to_arrays(outputs));
      const bool is_several = nb::isinstance<nb::list>(returned) || nb::isinstance<nb::tuple>(returned);
      std::vector<TensorSignature> signatures = signatures_of(outputs);
      if (!is_several) signatures.resize(std::min<std::size_t>(signatures.size(), 1));
      return to_outputs(returned, signatures, "the postprocess function");
    });
  };
}

JudgeFunction judge_function(HeldObject function) {
  return [function = std::move(function)](const std::filesystem::path& model) {
    return call_python("the evaluation function", [&] {
      std::vector<CommandMetric> metrics;
      for (const nb::handle entry : function.get()(model)) {
        metrics.push_back({nb::cast<std::string>(entry[0]), nb::cast<double>(entry[1]),
                           nb::cast<std::vector<double>>(entry[2]), nb::cast<bool>(entry[3])});
      }
      return metrics;
    });
  };
}

std::unique_ptr<Measurer> make_python_measurer(HeldObject object) {
  return std::make_unique<PythonMeasurer>(std::move(object));
}

}  // namespace halftone::python
