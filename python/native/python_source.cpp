#include "native/python_source.h"

#include "native/errors.h"
#include "native/tensors.h"

namespace halftone::python {
namespace {

constexpr const char* kReading = "reading the data";

class PythonStream final : public ItemStream {
 public:
  explicit PythonStream(HeldObject iterator) : iterator_(std::move(iterator)) {}

  std::optional<DataItem> next() override {
    return call_python(kReading, [&]() -> std::optional<DataItem> {
      const nb::object entry = nb::steal(PyIter_Next(iterator_.get().ptr()));
      if (entry.is_valid()) return to_item(entry);
      if (PyErr_Occurred() != nullptr) nb::raise_python_error();
      return std::nullopt;
    });
  }

 private:
  HeldObject iterator_;
};

class PythonSource final : public DataSource {
 public:
  explicit PythonSource(HeldObject source) : source_(std::move(source)) {
    call_python(kReading, [&] {
      spec_ = nb::cast<std::string>(source_.get().attr("spec")());
      size_ = nb::cast<std::optional<std::size_t>>(source_.get().attr("size")());
    });
  }

  std::string spec() const override { return spec_; }
  std::optional<std::size_t> size() const override { return size_; }
  DataItem item(std::size_t index) const override {
    if (!size_) throw Error(ErrorCode::unsupported, spec_ + ": a stream has no items by position");
    return call_python(kReading, [&] { return to_item(source_.get().attr("item")(index)); });
  }
  std::string id(std::size_t index) const override { return std::to_string(index); }
  std::optional<std::int64_t> label(std::size_t index) const override {
    return call_python(kReading,
                       [&] { return nb::cast<std::optional<std::int64_t>>(source_.get().attr("label")(index)); });
  }
  std::unique_ptr<ItemStream> stream() const override {
    if (size_) return DataSource::stream();
    return call_python(kReading, [&] {
      return std::make_unique<PythonStream>(HeldObject(nb::object(source_.get().attr("stream")())));
    });
  }
  std::string fingerprint() const override {
    return call_python(kReading, [&] { return nb::cast<std::string>(source_.get().attr("fingerprint")()); });
  }

 private:
  HeldObject source_;
  std::string spec_;
  std::optional<std::size_t> size_;
};

}  // namespace

DataItem to_item(nb::handle entry) {
  const auto parts = nb::cast<nb::tuple>(entry);
  DataItem item;
  item.id = nb::cast<std::string>(parts[0]);
  for (const nb::handle input : parts[1]) {
    const auto name = nb::cast<std::string>(input[0]);
    item.inputs.push_back({name, to_tensor(input[1], name.empty() ? "input" : name)});
  }
  item.labels = nb::cast<std::vector<std::int64_t>>(parts[2]);
  if (!parts[3].is_none()) item.target = to_tensor(parts[3], "label");
  return item;
}

std::unique_ptr<DataSource> make_python_source(HeldObject source) {
  return std::make_unique<PythonSource>(std::move(source));
}

}  // namespace halftone::python
