#pragma once

// What every file of the bindings includes; compiled once.
#include <nanobind/nanobind.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "halftone/adaptor.h"
#include "halftone/error.h"

namespace halftone::python {

namespace nb = nanobind;

// What each file adds to the module.
void bind_errors(nb::module_& module);
void bind_quantization(nb::module_& module);
void bind_graph(nb::module_& module);
void bind_capability(nb::module_& module);
void bind_plan(nb::module_& module);
void bind_data(nb::module_& module);
void bind_evaluation(nb::module_& module);
void bind_results(nb::module_& module);
void bind_search(nb::module_& module);
void bind_adaptor(nb::module_& module);
void bind_conformance(nb::module_& module);
void bind_verbs(nb::module_& module);

/// What type checkers want of `__eq__`.
inline const nb::sig kEqualsAnything{"def __eq__(self, arg: object, /) -> bool"};

/// A Python object that C++ may hold, copy and let go on any thread, with the interpreter's lock or without.
class HeldObject {
 public:
  HeldObject() = default;
  /// With the lock held.
  explicit HeldObject(nb::object object);
  /// With the lock held.
  nb::handle get() const { return object_ ? nb::handle(object_->ptr()) : nb::handle(); }
  explicit operator bool() const { return object_ != nullptr && object_->is_valid() && !object_->is_none(); }

 private:
  std::shared_ptr<nb::object> object_;
};

}  // namespace halftone::python
