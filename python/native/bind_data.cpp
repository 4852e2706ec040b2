#include "base/sha256.h"
#include "halftone/data.h"
#include "native/errors.h"
#include "native/python_source.h"
#include "native/tensors.h"
#include "native/words.h"

namespace halftone::python {
namespace {

using nb::literals::operator""_a;

/// The truth of an item as Python takes it: its own form, else the class or the classes, else None.
nb::object truth_of(const DataItem& item) {
  if (item.target) return to_array(*item.target);
  if (item.labels.empty()) return nb::none();
  return to_array(Tensor::from(item.labels, {static_cast<std::int64_t>(item.labels.size())}));
}

void bind_item(nb::module_& module) {
  nb::class_<DataItem>(module, "DataItem", "One sample, or a ready batch of several; unpacks into (inputs, label).")
      .def_ro("id", &DataItem::id)
      .def_prop_ro(
          "inputs", [](const DataItem& item) { return to_arrays(item.inputs); }, "Arrays by input name.")
      .def_prop_ro("label", truth_of, "The truth, one entry a sample along the first axis; None without one.")
      .def_prop_ro("samples", &DataItem::samples)
      .def(
          "__iter__",
          [](const DataItem& item) { return nb::iter(nb::make_tuple(to_arrays(item.inputs), truth_of(item))); },
          nb::sig("def __iter__(self) -> typing.Iterator[typing.Any]"));
}

/// Items of a loader, one after another.
class LoaderIterator {
 public:
  explicit LoaderIterator(const DataLoader& loader) : stream_(loader.stream()) {}
  DataItem next() {
    std::optional<DataItem> item;
    {
      const nb::gil_scoped_release unlocked;
      item = stream_->next();
    }
    if (!item) throw nb::stop_iteration();
    return *std::move(item);
  }

 private:
  std::unique_ptr<ItemStream> stream_;
};

DataLoader make_loader(const std::string& spec, std::vector<TensorSignature> inputs, std::optional<std::size_t> count,
                       std::uint64_t seed) {
  const nb::gil_scoped_release unlocked;
  return DataLoader(open_data(spec, inputs), inputs, count, seed);
}

void bind_loader(nb::module_& module) {
  nb::class_<LoaderIterator>(module, "DataLoaderIterator")
      .def(
          "__iter__", [](nb::object self) { return self; }, nb::sig("def __iter__(self) -> DataLoaderIterator"))
      .def("__next__", &LoaderIterator::next);
  nb::class_<DataLoader>(module, "DataLoader",
                         "Gives items to a model, its inputs bound and checked; may be gone through again and again.")
      .def(
          "__init__",
          [](DataLoader* self, const std::string& spec, std::vector<TensorSignature> inputs,
             std::optional<std::size_t> count,
             std::uint64_t seed) { new (self) DataLoader(make_loader(spec, std::move(inputs), count, seed)); },
          "spec"_a, "inputs"_a = std::vector<TensorSignature>{}, "count"_a = nb::none(), "seed"_a = 0)
      .def_prop_ro("size", &DataLoader::size, "Items it will give; None for a stream without limit.")
      .def_prop_ro("random_access", &DataLoader::random_access)
      .def_prop_ro("spec", [](const DataLoader& loader) { return loader.source().spec(); })
      .def("__len__",
           [](const DataLoader& loader) {
             if (const auto size = loader.size()) return *size;
             throw nb::type_error("a stream has no length");
           })
      .def(
          "__iter__", [](const DataLoader& loader) { return LoaderIterator(loader); },
          nb::sig("def __iter__(self) -> DataLoaderIterator"));
}

}  // namespace

void bind_data(nb::module_& module) {
  bind_item(module);
  bind_loader(module);
  nb::class_<HeldData>(module, "HeldData", "Data of this program under a spec, for as long as this lives.")
      .def(
          "__init__",
          [](HeldData* self, nb::callable open) {
            const HeldObject function{nb::object(open)};
            new (self) HeldData([function](const std::vector<TensorSignature>& signatures) {
              return call_python("opening the data", [&] {
                return make_python_source(HeldObject(nb::object(function.get()(signatures))));
              });
            });
          },
          "open"_a)
      .def_prop_ro("spec", &HeldData::spec);
  module.def(
      "hash_arrays",
      [](nb::iterable arrays) {
        std::vector<Tensor> tensors;
        for (const nb::handle array : arrays) tensors.push_back(to_tensor(array));
        const nb::gil_scoped_release unlocked;
        Sha256 hash;
        for (const Tensor& tensor : tensors) {
          hash.update(std::string(to_string(tensor.dtype())) + " " + to_string(tensor.shape()) + "\n");
          if (tensor.dtype() == DType::string) {
            for (const std::string& text : tensor.values<std::string>()) hash.update(text + "\n");
          } else {
            hash.update(tensor.data(), tensor.size_bytes());
          }
        }
        return hash.hex();
      },
      "arrays"_a, "SHA-256 over types, shapes and values of arrays.");
}

}  // namespace halftone::python
