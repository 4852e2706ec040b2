#pragma once

#include "native/binding.h"

namespace halftone::python {

/// A session that is a Python object with `run(inputs, observe)`. `name` names that function for people.
std::unique_ptr<Session> make_python_session(HeldObject session, std::vector<TensorSignature> outputs,
                                             std::vector<std::string> observed, std::string name);

/// Outputs of Python code: a dict by name, several in the model's order, or the only one.
NamedTensors to_outputs(nb::handle returned, const std::vector<TensorSignature>& signatures, const std::string& whose);

}  // namespace halftone::python
