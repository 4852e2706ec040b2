#pragma once

#include <string>
#include <utility>

#include "native/binding.h"

namespace halftone::python {

/// Whether there is still an interpreter whose lock can be taken.
bool can_take_lock();

/// What a function of the user's threw, on its way through C++ code. Back in Python the very exception goes on, with
/// its traceback, and with our context as notes.
class PythonError : public Error {
 public:
  /// With the interpreter's lock.
  explicit PythonError(nb::python_error thrown);
  const nb::python_error& thrown() const { return *thrown_; }

 private:
  std::shared_ptr<nb::python_error> thrown_;
};

/// Runs Python code from any thread, with the lock; what it throws becomes a PythonError.
template <typename Function>
auto call_python(const std::string& what, const Function& function) {
  const nb::gil_scoped_acquire lock;
  const ErrorContext frame(what);
  try {
    return function();
  } catch (nb::python_error& thrown) {
    throw PythonError(std::move(thrown));
  } catch (const nb::cast_error&) {
    throw Error(ErrorCode::invalid_argument, what + " gave something of another type than it should");
  }
}

}  // namespace halftone::python
