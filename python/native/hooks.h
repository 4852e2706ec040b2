#pragma once

#include "native/binding.h"
#include "verbs/verbs.h"

namespace halftone::python {

/// What metrics see of outputs: a Python function from arrays by name to the same, or to one array or several.
std::function<NamedTensors(NamedTensors)> postprocess_function(HeldObject function);

/// A Python function from a model's path to (name, value, scores, higher_is_better) of each metric.
JudgeFunction judge_function(HeldObject function);

/// Notes each inference to a Python object with start() and end().
std::unique_ptr<Measurer> make_python_measurer(HeldObject object);

}  // namespace halftone::python
