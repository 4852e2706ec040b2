#include "adaptors/onnxruntime/format/model_bytes.h"
#include "adaptors/onnxruntime/format/tensor_places.h"
#include "base/file.h"

namespace halftone::onnxruntime {
namespace {

// A message of protocol buffers ends at 2 GiB; some room is left for whoever adds to the model.
constexpr std::uint64_t kLargestMessage = (std::uint64_t{2} << 30) - (std::uint64_t{64} << 20);
// Mapped weights can then be used where they are, whatever their type.
constexpr std::uint64_t kAlignment = 64;

/// The second file of a model, and the references into it.
class DataFile {
 public:
  DataFile(const std::filesystem::path& path, const ModelFiles& files)
      : file_(path), name_(path.filename()), files_(files) {}

  void write(const OnnxInitializer& initializer, ModelBytes& graph) {
    const TensorPlaces tensor = find_places(initializer.message);
    const std::string_view values = tensor.external ? external_bytes(tensor, initializer, files_) : tensor.raw;
    if (values.size() < kSmallestReference) return add_initializer(graph, initializer.message);
    file_.write(std::string((kAlignment - size_ % kAlignment) % kAlignment, '\0'));
    size_ = (size_ + kAlignment - 1) / kAlignment * kAlignment;
    file_.write(values);
    files_.forget(values);
    add_initializer(graph, with_external_place(tensor, {name_, size_, values.size()}));
    size_ += values.size();
  }
  void commit() { file_.commit(); }

 private:
  OutputFile file_;
  std::string name_;
  const ModelFiles& files_;
  std::uint64_t size_ = 0;
};

void write_pieces(const ModelBytes& bytes, const ModelFiles& files, const std::filesystem::path& path) {
  OutputFile file(path);
  bytes.for_each(files, [&](std::string_view piece) { file.write(piece); });
  file.commit();
}

}  // namespace

void save_model(const OnnxModel& model, const std::filesystem::path& path) {
  const ModelBytes whole = serialize(model, Weights::inside);
  if (whole.size() <= kLargestMessage) return write_pieces(whole, *model.files, path);
  DataFile data(path.string() + ".data", *model.files);
  const ModelBytes message =
      serialize(model, [&](const OnnxInitializer& initializer, ModelBytes& graph) { data.write(initializer, graph); });
  data.commit();
  write_pieces(message, *model.files, path);
}

}  // namespace halftone::onnxruntime
