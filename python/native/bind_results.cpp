#include "halftone/stored_constant.h"
#include "native/tensors.h"
#include "native/words.h"

namespace halftone::python {
namespace {

using nb::literals::operator""_a;

void bind_options(nb::module_& module) {
  nb::class_<ModelSource>(module, "ModelSource", "Where a model is.")
      .def(
          "__init__",
          [](ModelSource* self, std::filesystem::path path, std::map<std::string, std::string> options) {
            new (self) ModelSource{std::move(path), std::move(options)};
          },
          "path"_a, "options"_a = std::map<std::string, std::string>{})
      .def_ro("path", &ModelSource::path)
      .def_ro("options", &ModelSource::options);
  nb::class_<RunOptions>(module, "RunOptions", "How a model is to be opened.")
      .def(
          "__init__",
          [](RunOptions* self, int threads, std::vector<std::string> observed_tensors) {
            new (self) RunOptions{threads, std::move(observed_tensors)};
          },
          "threads"_a = 1, "observed_tensors"_a = std::vector<std::string>{})
      .def_ro("threads", &RunOptions::threads)
      .def_ro("observed_tensors", &RunOptions::observed_tensors)
      .def_ro("for_latency", &RunOptions::for_latency, "Every optimisation, as in deployment.");
  nb::class_<AdaptorOptions>(module, "AdaptorOptions", "What an adaptor is made with.")
      .def(
          "__init__",
          [](AdaptorOptions* self, std::string key, std::string format, std::string library, std::string isa,
             std::uint64_t seed) {
            new (self) AdaptorOptions;
            self->key = std::move(key);
            self->format = std::move(format);
            self->library = std::move(library);
            self->target = make_target(isa);
            self->seed = seed;
          },
          "key"_a, "format"_a = "", "library"_a = "", "target"_a = "vnni", "seed"_a = 0)
      .def_ro("key", &AdaptorOptions::key)
      .def_ro("format", &AdaptorOptions::format)
      .def_ro("library", &AdaptorOptions::library)
      .def_prop_ro("target", [](const AdaptorOptions& options) { return options.target.isa; })
      .def_ro("seed", &AdaptorOptions::seed);
}

StoredConstant stored_constant(std::string tensor, nb::handle values, Shape shape, std::vector<std::string> ops,
                               std::optional<QuantParams> params, std::string stored, bool transposed) {
  StoredConstant constant{.tensor = tensor,
                          .stored = stored.empty() ? std::move(tensor) : std::move(stored),
                          .ops = std::move(ops),
                          .shape = std::move(shape),
                          .transposed = transposed,
                          .form = std::monostate{},
                          .values = Constant(to_tensor(values))};
  if (params) constant.form = *std::move(params);
  return constant;
}

void bind_ops(nb::module_& module) {
  nb::class_<ExecutedOp>(module, "ExecutedOp", "How an op really runs after the framework's own optimisations.")
      .def(
          "__init__",
          [](ExecutedOp* self, std::string name, std::string type, bool low_precision) {
            new (self) ExecutedOp{std::move(name), std::move(type), low_precision};
          },
          "name"_a, "type"_a, "low_precision"_a)
      .def_ro("name", &ExecutedOp::name)
      .def_ro("type", &ExecutedOp::type)
      .def_ro("low_precision", &ExecutedOp::low_precision);
  nb::class_<StoredConstant>(module, "StoredConstant", "A float constant, as a quantized model holds it.")
      .def(
          "__init__",
          [](StoredConstant* self, std::string tensor, nb::handle values, Shape shape, std::vector<std::string> ops,
             std::optional<QuantParams> params, std::string stored, bool transposed) {
            new (self) StoredConstant(stored_constant(std::move(tensor), values, std::move(shape), std::move(ops),
                                                      std::move(params), std::move(stored), transposed));
          },
          "tensor"_a, "values"_a, "shape"_a, "ops"_a, "params"_a = nb::none(), "stored"_a = "", "transposed"_a = false,
          "`params`: None where it is still in float. `stored`: its name in the quantized model.")
      .def_ro("tensor", &StoredConstant::tensor)
      .def_ro("stored", &StoredConstant::stored)
      .def_ro("ops", &StoredConstant::ops)
      .def_ro("shape", &StoredConstant::shape);
  nb::class_<FrameworkVersion>(module, "FrameworkVersion", "The framework that an adaptor found.")
      .def_ro("name", &FrameworkVersion::name)
      .def_ro("version", &FrameworkVersion::version)
      .def_ro("library", &FrameworkVersion::library)
      .def("__repr__", [](const FrameworkVersion& found) { return found.name + " " + found.version; });
}

void bind_statistics(nb::module_& module) {
  nb::class_<TensorStatistics>(module, "TensorStatistics", "What calibration keeps of one tensor.")
      .def_ro("count", &TensorStatistics::count)
      .def_ro("min", &TensorStatistics::min)
      .def_ro("max", &TensorStatistics::max)
      .def_ro("nan", &TensorStatistics::nan)
      .def_ro("inf", &TensorStatistics::inf);
  nb::class_<CalibrationTable>(module, "CalibrationTable", "Statistics of a prepared model over samples.")
      .def_ro("tensors", &CalibrationTable::tensors)
      .def_ro("samples", &CalibrationTable::samples)
      .def("save", &CalibrationTable::save, "path"_a)
      .def_static("load", &CalibrationTable::load, "path"_a)
      .def("__repr__", [](const CalibrationTable& table) {
        return "CalibrationTable(" + std::to_string(table.tensors.size()) + " tensors, " +
               std::to_string(table.samples) + " samples)";
      });
}

}  // namespace

void bind_results(nb::module_& module) {
  bind_options(module);
  bind_ops(module);
  bind_statistics(module);
}

}  // namespace halftone::python
