#include "native/tensors.h"

#include <nanobind/ndarray.h>

#include <array>

#include "native/errors.h"

namespace halftone::python {
namespace {

using AnyArray = nb::ndarray<nb::ro, nb::c_contig>;

struct DTypePair {
  DType dtype;
  nb::dlpack::dtype_code code;
  std::uint8_t bits;
};
constexpr std::array kDTypes{DTypePair{DType::f32, nb::dlpack::dtype_code::Float, 32},
                             DTypePair{DType::f64, nb::dlpack::dtype_code::Float, 64},
                             DTypePair{DType::f16, nb::dlpack::dtype_code::Float, 16},
                             DTypePair{DType::bf16, nb::dlpack::dtype_code::Bfloat, 16},
                             DTypePair{DType::s8, nb::dlpack::dtype_code::Int, 8},
                             DTypePair{DType::u8, nb::dlpack::dtype_code::UInt, 8},
                             DTypePair{DType::s16, nb::dlpack::dtype_code::Int, 16},
                             DTypePair{DType::u16, nb::dlpack::dtype_code::UInt, 16},
                             DTypePair{DType::s32, nb::dlpack::dtype_code::Int, 32},
                             DTypePair{DType::u32, nb::dlpack::dtype_code::UInt, 32},
                             DTypePair{DType::s64, nb::dlpack::dtype_code::Int, 64},
                             DTypePair{DType::u64, nb::dlpack::dtype_code::UInt, 64},
                             DTypePair{DType::boolean, nb::dlpack::dtype_code::Bool, 8}};

DType dtype_of(const nb::dlpack::dtype& dtype, std::string_view name) {
  for (const DTypePair& known : kDTypes) {
    if (dtype.code == static_cast<std::uint8_t>(known.code) && dtype.bits == known.bits && dtype.lanes == 1)
      return known.dtype;
  }
  throw Error(ErrorCode::invalid_data, "'" + std::string(name) + "' has an element type that models do not take",
              "floats, integers, bool and text are possible");
}

nb::dlpack::dtype dlpack_dtype(DType dtype) {
  for (const DTypePair& known : kDTypes) {
    if (known.dtype == dtype) return {static_cast<std::uint8_t>(known.code), known.bits, 1};
  }
  throw Error(ErrorCode::internal, "no array has the element type " + std::string(to_string(dtype)));
}

nb::module_ numpy() { return nb::module_::import_("numpy"); }

Tensor tensor_over(AnyArray array, std::string_view name) {
  if (array.device_type() != nb::device::cpu::value) {
    throw Error(ErrorCode::invalid_data, "'" + std::string(name) + "' is not in the CPU's memory",
                "move it there first, e.g. with .cpu()");
  }
  Shape shape;
  for (std::size_t axis = 0; axis < array.ndim(); ++axis) shape.push_back(static_cast<std::int64_t>(array.shape(axis)));
  const DType dtype = dtype_of(array.dtype(), name);
  const void* data = array.data();
  const std::size_t bytes = array.nbytes();
  std::shared_ptr<const void> owner(new AnyArray(std::move(array)), [](const AnyArray* held) {
    if (!can_take_lock()) return;  // at the very end there is no interpreter to give it back to
    const nb::gil_scoped_acquire lock;
    delete held;
  });
  return {dtype, std::move(shape), std::move(owner), data, bytes};
}

Tensor tensor_of_texts(nb::handle array) {
  const nb::object numbers = numpy().attr("asarray")(array);
  Shape shape;
  for (const nb::handle extent : numbers.attr("shape")) shape.push_back(nb::cast<std::int64_t>(extent));
  std::vector<std::string> texts;
  for (const nb::handle text : numbers.attr("ravel")().attr("tolist")()) {
    if (nb::isinstance<nb::bytes>(text)) {
      const auto bytes = nb::cast<nb::bytes>(text);
      texts.emplace_back(bytes.c_str(), bytes.size());
    } else if (nb::isinstance<nb::str>(text)) {
      texts.push_back(nb::cast<std::string>(text));
    } else {
      throw Error(ErrorCode::invalid_data, "an array of objects holds something that is no text");
    }
  }
  return Tensor::from<std::string>(std::move(texts), std::move(shape));
}

/// What NumPy makes of lists and numbers; floats in single precision, which models take.
nb::object as_numpy(nb::handle value) {
  nb::object array = numpy().attr("asarray")(value);
  const bool is_double = nb::cast<std::string>(array.attr("dtype").attr("name")) == "float64";
  return is_double ? array.attr("astype")("float32") : array;
}

std::string dtype_name(nb::handle array) {
  if (!nb::hasattr(array, "dtype")) return {};
  const nb::object dtype = array.attr("dtype");
  return nb::hasattr(dtype, "name") ? nb::cast<std::string>(nb::str(dtype.attr("name"))) : std::string();
}

bool holds_texts(nb::handle array) {
  if (!nb::hasattr(array, "dtype") || !nb::hasattr(array.attr("dtype"), "kind")) return false;
  const std::string kind = nb::cast<std::string>(array.attr("dtype").attr("kind"));
  return kind == "U" || kind == "S" || kind == "O";
}

nb::object without_gradient(nb::handle array) {
  const bool tracked = nb::hasattr(array, "requires_grad") && nb::cast<bool>(array.attr("requires_grad"));
  return tracked ? array.attr("detach")() : nb::borrow(array);
}

/// Values of four bits, two to a byte, as one byte each.
nb::object unpacked(const Tensor& tensor) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(tensor.data());
  std::vector<std::int8_t> values(tensor.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int nibble = i % 2 == 0 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4;
    values[i] = static_cast<std::int8_t>(tensor.dtype() == DType::s4 && nibble > 7 ? nibble - 16 : nibble);
  }
  const nb::object array = to_array(Tensor::from<std::int8_t>(std::move(values), tensor.shape()));
  return tensor.dtype() == DType::s4 ? array : array.attr("astype")("uint8");
}

nb::object bf16_array(const Tensor& tensor) {
  try {
    const nb::object type = nb::module_::import_("ml_dtypes").attr("bfloat16");
    const Tensor bits(DType::u16, tensor.shape(), tensor.owner(), tensor.data(), tensor.size_bytes());
    return to_array(bits).attr("view")(type);
  } catch (const nb::python_error&) {
    return to_array(Tensor::from<float>(tensor.to_floats(), tensor.shape()));
  }
}

nb::object array_of_texts(const Tensor& tensor) {
  nb::list texts;
  for (const std::string& text : tensor.values<std::string>()) texts.append(text);
  const nb::object array = numpy().attr("array")(texts, nb::arg("dtype") = "object");
  nb::list shape;
  for (const std::int64_t extent : tensor.shape()) shape.append(extent);
  return array.attr("reshape")(nb::tuple(shape));
}

}  // namespace

HeldObject::HeldObject(nb::object object)
    : object_(new nb::object(std::move(object)), [](nb::object* held) {
        if (!can_take_lock()) return;
        const nb::gil_scoped_acquire lock;
        delete held;
      }) {}

Tensor to_tensor(nb::handle array, std::string_view name) {
  if (holds_texts(array) || nb::isinstance<nb::str>(array)) return tensor_of_texts(array);
  const nb::object source = without_gradient(array);
  if (dtype_name(source) == "bfloat16" && !nb::hasattr(source, "detach")) {
    const Tensor bits = to_tensor(source.attr("view")("uint16"), name);
    return {DType::bf16, bits.shape(), bits.owner(), bits.data(), bits.size_bytes()};
  }
  AnyArray found;
  if (nb::try_cast<AnyArray>(source, found)) return tensor_over(std::move(found), name);
  const bool is_plain = nb::isinstance<nb::list>(source) || nb::isinstance<nb::tuple>(source) ||
                        nb::isinstance<nb::float_>(source) || nb::isinstance<nb::int_>(source) ||
                        nb::isinstance<nb::bool_>(source) || nb::hasattr(source, "__array__");
  if (is_plain) {
    const nb::object converted = as_numpy(source);
    if (holds_texts(converted)) return tensor_of_texts(converted);
    if (nb::try_cast<AnyArray>(converted, found)) return tensor_over(std::move(found), name);
  }
  throw Error(ErrorCode::invalid_data,
              "'" + std::string(name) + "' is a " + nb::cast<std::string>(source.type().attr("__name__")) +
                  ", which is no array",
              "anything with DLPack or the buffer protocol will do (NumPy, torch), and lists of numbers");
}

nb::object to_array(const Tensor& tensor) {
  if (tensor.dtype() == DType::string) return array_of_texts(tensor);
  if (tensor.dtype() == DType::s4 || tensor.dtype() == DType::u4) return unpacked(tensor);
  if (tensor.dtype() == DType::bf16) return bf16_array(tensor);
  std::vector<std::size_t> shape(tensor.shape().begin(), tensor.shape().end());
  const void* data = tensor.data();
  auto* owner = new Tensor(tensor);  // the array's: the capsule deletes it
  const nb::capsule keeper(owner, [](void* held) noexcept { delete static_cast<Tensor*>(held); });
  return nb::ndarray<nb::numpy, nb::ro>(data, shape.size(), shape.data(), keeper, nullptr, dlpack_dtype(tensor.dtype()),
                                        nb::device::cpu::value)
      .cast();
}

NamedTensors to_named_tensors(nb::handle mapping, std::string_view what) {
  if (!nb::isinstance<nb::dict>(mapping)) {
    throw Error(ErrorCode::invalid_data, std::string(what) + " is a " +
                                             nb::cast<std::string>(mapping.type().attr("__name__")) +
                                             ", not a dict of arrays by name");
  }
  NamedTensors tensors;
  for (const auto& [name, value] : nb::cast<nb::dict>(mapping)) {
    const std::string text = nb::cast<std::string>(nb::str(name));
    tensors.push_back({text, to_tensor(value, text)});
  }
  return tensors;
}

nb::dict to_arrays(const NamedTensors& tensors) {
  nb::dict arrays;
  for (const NamedTensor& tensor : tensors) arrays[tensor.name.c_str()] = to_array(tensor.value);
  return arrays;
}

}  // namespace halftone::python
