#include "data/exec_source.h"
#include "data/held_data.h"
#include "data/image_source.h"
#include "data/npz_source.h"
#include "data/random_source.h"
#include "data/sample_arrays.h"
#include "data/text_source.h"
#include "halftone/data.h"
#include "halftone/error.h"

namespace halftone {
namespace {

class ItemsInOrder final : public ItemStream {
 public:
  explicit ItemsInOrder(const DataSource& source) : source_(source), size_(source.size().value_or(0)) {}

  std::optional<DataItem> next() override {
    if (next_ == size_) return std::nullopt;
    return source_.item(next_++);
  }

 private:
  const DataSource& source_;
  std::size_t size_;
  std::size_t next_ = 0;
};

}  // namespace

std::size_t samples_along_first_axis(const std::vector<std::pair<std::string, Shape>>& arrays) {
  const std::pair<std::string, Shape>* first = nullptr;
  for (const auto& array : arrays) {
    const auto& [name, shape] = array;
    if (shape.empty()) continue;
    if (first == nullptr) first = &array;
    if (shape.front() == first->second.front()) continue;
    throw Error(ErrorCode::invalid_data,
                "arrays disagree on the number of samples: '" + first->first + "' is " + to_string(first->second) +
                    ", '" + name + "' is " + to_string(shape),
                "the first axis counts samples; choose arrays with inputs=A+B and labels=KEY");
  }
  if (first == nullptr) {
    throw Error(ErrorCode::invalid_data, "no array has a first axis, which would count samples");
  }
  return static_cast<std::size_t>(first->second.front());
}

std::size_t DataItem::samples() const {
  std::optional<std::int64_t> extent;
  for (const NamedTensor& input : inputs) {
    const Shape& shape = input.value.shape();
    if (shape.empty()) continue;
    if (extent && *extent != shape.front()) return 1;
    extent = shape.front();
  }
  return static_cast<std::size_t>(extent.value_or(1));
}

ItemStream::~ItemStream() = default;
DataSource::~DataSource() = default;

std::unique_ptr<ItemStream> DataSource::stream() const { return std::make_unique<ItemsInOrder>(*this); }

std::unique_ptr<DataSource> open_data(const std::string& spec, const std::vector<TensorSignature>& signatures) {
  if (is_held_spec(spec)) return open_held(spec, signatures);
  const DataSpec parsed = DataSpec::parse(spec);
  const ErrorContext context("opening data '" + spec + "'");
  if (parsed.kind() == "npz") return open_npz(parsed);
  if (parsed.kind() == "batches") return open_batches(parsed);
  if (parsed.kind() == "images") return open_images(parsed);
  if (parsed.kind() == "text") return open_text(parsed, signatures);
  if (parsed.kind() == "exec") return open_exec(parsed);
  if (parsed.kind() == "random") return open_random(parsed, signatures);
  throw Error(ErrorCode::internal, "no source for data kind '" + parsed.kind() + "'");
}

}  // namespace halftone
