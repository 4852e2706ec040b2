#include "native/tensors.h"
#include "native/words.h"

namespace halftone::python {
namespace {

using nb::literals::operator""_a;

std::vector<float> floats_of(nb::handle values) { return to_tensor(values).to_floats(); }

Tensor quantize_array(nb::handle values, const QuantParams& params) {
  const Tensor tensor = to_tensor(values, "values");
  const std::vector<float> floats = tensor.to_floats();
  const nb::gil_scoped_release unlocked;
  return quantize(floats, tensor.shape(), params);
}

Tensor dequantize_array(nb::handle values, const QuantParams& params) {
  const Tensor tensor = to_tensor(values, "values");
  return Tensor::from<float>(dequantize(tensor, params), tensor.shape());
}

QuantParams weight_parameters(nb::handle values, std::optional<int> axis, const QuantSpec& spec) {
  const Tensor tensor = to_tensor(values, "values");
  return params_from_weight(tensor.to_floats(), tensor.shape(), axis, spec);
}

std::string repr_of(const QuantParams& params) {
  std::string text = "QuantParams(" + std::string(to_string(params.dtype)) + ", ";
  if (params.scale.size() == 1) {
    return text + "scale=" + std::to_string(params.scale[0]) + ", zero_point=" + std::to_string(params.zero_point[0]) +
           ")";
  }
  text += std::to_string(params.scale.size()) + " channels";
  return text + (params.axis ? " of axis " + std::to_string(*params.axis) : "") + ")";
}

void bind_types(nb::module_& module) {
  nb::class_<QuantSpec>(module, "QuantSpec", "What was chosen for a tensor, before anything is measured.")
      .def(
          "__init__",
          [](QuantSpec* self, DType dtype, Scheme scheme, Granularity granularity, RangeMethod range_method,
             int group_size, bool reduce_range) {
            new (self) QuantSpec{dtype, scheme, granularity, range_method, group_size, reduce_range};
          },
          "dtype"_a = DType::u8, "scheme"_a = Scheme::asymmetric, "granularity"_a = Granularity::per_tensor,
          "range_method"_a = RangeMethod::minmax, "group_size"_a = 0, "reduce_range"_a = false)
      .def_rw("dtype", &QuantSpec::dtype)
      .def_rw("scheme", &QuantSpec::scheme)
      .def_rw("granularity", &QuantSpec::granularity)
      .def_rw("range_method", &QuantSpec::range_method)
      .def_rw("group_size", &QuantSpec::group_size)
      .def_rw("reduce_range", &QuantSpec::reduce_range)
      .def(
          "__eq__", [](const QuantSpec& a, const QuantSpec& b) { return a == b; }, nb::is_operator(), kEqualsAnything)
      .def("__hash__", [](const QuantSpec& spec) { return nb::hash(nb::make_tuple(spec.dtype, spec.scheme)); });
  nb::class_<QuantParams>(module, "QuantParams",
                          "What was measured: real = scale * (quantized - zero_point). One entry, or one a channel "
                          "along `axis`.")
      .def(
          "__init__",
          [](QuantParams* self, DType dtype, std::vector<float> scale, std::vector<std::int32_t> zero_point,
             std::optional<int> axis) {
            new (self) QuantParams{dtype, std::move(scale), std::move(zero_point), axis};
          },
          "dtype"_a, "scale"_a, "zero_point"_a, "axis"_a = nb::none())
      .def_rw("dtype", &QuantParams::dtype)
      .def_rw("scale", &QuantParams::scale)
      .def_rw("zero_point", &QuantParams::zero_point)
      .def_rw("axis", &QuantParams::axis)
      .def(
          "__eq__", [](const QuantParams& a, const QuantParams& b) { return a == b; }, nb::is_operator(),
          kEqualsAnything)
      .def("__hash__", [](const QuantParams& params) { return params.scale.size(); })
      .def("__repr__", repr_of);
  nb::class_<Range>(module, "Range", "A closed interval of real values.")
      .def(
          "__init__",
          [](Range* self, float low, float high) {
            new (self) Range{low, high};
          },
          "low"_a, "high"_a)
      .def_rw("low", &Range::low)
      .def_rw("high", &Range::high);
}

}  // namespace

void bind_quantization(nb::module_& module) {
  bind_types(module);
  module.def("quantize_array", quantize_array, "values"_a, "params"_a,
             "Values as integers: round half to even, saturating. Raises invalid_data for NaN and infinities.");
  module.def("dequantize_array", dequantize_array, "values"_a, "params"_a,
             "The inverse: scale * (q - zero_point), as float32.");
  module.def(
      "quantize_bias",
      [](nb::handle bias, float input_scale, const QuantParams& weight) {
        return quantize_bias(floats_of(bias), input_scale, weight).values;
      },
      "bias"_a, "input_scale"_a, "weight"_a,
      "A bias as 32-bit integers at scale input_scale * weight.scale, which integer kernels add to their sums.");
  module.def(
      "params_from_range",
      [](float low, float high, const QuantSpec& spec) {
        return params_from_range({low, high}, spec);
      },
      "low"_a, "high"_a, "spec"_a, "Scale and zero point of a range, widened to contain zero.");
  module.def("params_from_weight", weight_parameters, "values"_a, "axis"_a.none(), "spec"_a,
             "Scales of a weight by its extremes, of the tensor or of each index of `axis`.");
}

}  // namespace halftone::python
