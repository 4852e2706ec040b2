#include "native/python_session.h"

#include <algorithm>

#include "native/errors.h"
#include "native/tensors.h"

namespace halftone::python {
namespace {

class PythonSession final : public Session {
 public:
  PythonSession(HeldObject session, std::vector<TensorSignature> outputs, std::vector<std::string> observed,
                std::string name)
      : session_(std::move(session)),
        outputs_(std::move(outputs)),
        observed_(std::move(observed)),
        name_(std::move(name)) {
    concurrent_ = nb::cast<bool>(nb::bool_(nb::getattr(session_.get(), "concurrent", nb::bool_(false))));
  }
  bool concurrent() const override { return concurrent_; }

 private:
  NamedTensors do_run(const NamedTensors& inputs, const TensorObserver& observe) const override {
    return call_python(name_, [&] {
      nb::object observer = nb::none();
      // Whoever keeps the function must not reach into a run that is over.
      const auto running = std::make_shared<bool>(true);
      if (observe && !observed_.empty()) observer = observing_function(observe, running);
      const nb::object returned = session_.get().attr("run")(to_arrays(inputs), observer);
      *running = false;
      return to_outputs(returned, outputs_, name_);
    });
  }

  nb::object observing_function(const TensorObserver& observe, const std::shared_ptr<bool>& running) const {
    return nb::cpp_function([this, &observe, running](const std::string& tensor, nb::handle value) {
      const auto found = std::find(observed_.begin(), observed_.end(), tensor);
      if (!*running || found == observed_.end()) return;
      observe(static_cast<std::size_t>(found - observed_.begin()), to_tensor(value, tensor));
    });
  }

  HeldObject session_;
  std::vector<TensorSignature> outputs_;
  std::vector<std::string> observed_;
  std::string name_;
  bool concurrent_ = false;
};

}  // namespace

std::unique_ptr<Session> make_python_session(HeldObject session, std::vector<TensorSignature> outputs,
                                             std::vector<std::string> observed, std::string name) {
  return std::make_unique<PythonSession>(std::move(session), std::move(outputs), std::move(observed), std::move(name));
}

NamedTensors to_outputs(nb::handle returned, const std::vector<TensorSignature>& signatures, const std::string& whose) {
  if (nb::isinstance<nb::dict>(returned)) return to_named_tensors(returned, "what " + whose + " gave");
  std::vector<Tensor> values;
  if (nb::isinstance<nb::list>(returned) || nb::isinstance<nb::tuple>(returned)) {
    for (const nb::handle value : returned) values.push_back(to_tensor(value, "output"));
  } else {
    values.push_back(to_tensor(returned, "output"));
  }
  if (!signatures.empty() && values.size() != signatures.size()) {
    throw Error(ErrorCode::invalid_data, whose + " gave " + std::to_string(values.size()) + " outputs; the model has " +
                                             std::to_string(signatures.size()));
  }
  NamedTensors outputs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    outputs.push_back({signatures.empty() ? "output" + std::to_string(i) : signatures[i].name, std::move(values[i])});
  }
  return outputs;
}

}  // namespace halftone::python
