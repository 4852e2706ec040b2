#include "adaptor/sample_session.h"
#include "halftone/adaptor.h"
#include "halftone/error.h"

namespace halftone {

Model::~Model() = default;
Session::~Session() = default;

NamedTensors Session::run(const NamedTensors& inputs, const TensorObserver& observe) const {
  const ErrorContext frame("running the model");
  return do_run(inputs, observe);
}

std::unique_ptr<Session> open_for_samples(const Adaptor& adaptor, const Model& model,
                                          const std::vector<std::string>& tensors, int threads) {
  auto session = adaptor.open(model, {.threads = 1, .observed_tensors = tensors});
  if (session->concurrent() || threads <= 1) return session;
  return adaptor.open(model, {.threads = threads, .observed_tensors = tensors});
}

}  // namespace halftone
