#pragma once

#include "native/binding.h"

namespace halftone::python {

/// An array of any library that speaks DLPack or the buffer protocol, without a copy where it is contiguous; lists and
/// numbers as numpy.asarray() takes them, with floats in single precision; arrays of text. The tensor keeps the array
/// alive. With the interpreter's lock. Throws Error (invalid_data) for anything else, naming `name`.
Tensor to_tensor(nb::handle array, std::string_view name = "value");
/// A NumPy array over the same memory, read only. Types that NumPy lacks: bfloat16 as ml_dtypes has it, where that is
/// installed, else float32; four bits a value as eight.
nb::object to_array(const Tensor& tensor);

/// A dict of arrays by name, as it is ordered.
NamedTensors to_named_tensors(nb::handle mapping, std::string_view what);
nb::dict to_arrays(const NamedTensors& tensors);

}  // namespace halftone::python

namespace nanobind::detail {

template <>
struct type_caster<halftone::Tensor> {
  NB_TYPE_CASTER(halftone::Tensor, const_name("numpy.typing.NDArray[typing.Any]"))

  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    try {
      value = halftone::python::to_tensor(source);
      return true;
    } catch (...) {
      return false;
    }
  }
  static handle from_cpp(const halftone::Tensor& tensor, rv_policy, cleanup_list*) noexcept {
    try {
      return halftone::python::to_array(tensor).release();
    } catch (...) {
      return {};
    }
  }
};

}  // namespace nanobind::detail
