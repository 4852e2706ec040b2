#pragma once

#include <memory>
#include <string>

#include "halftone/evaluation.h"
#include "native/binding.h"

namespace halftone::python {

/// A metric that is a Python object: with `score(output, label)` a mean of scores, else one that sees all samples by
/// `reset`, `update(outputs, labels)` and `result`. `make` gives a fresh object.
std::unique_ptr<Metric> make_python_metric(const std::string& name, const HeldObject& make);

}  // namespace halftone::python
