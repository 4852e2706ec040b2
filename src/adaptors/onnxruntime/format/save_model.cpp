#include <optional>
#include <utility>

#include "adaptors/onnxruntime/format/model_bytes.h"
#include "adaptors/onnxruntime/format/tensor_places.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/sha256.h"

namespace halftone::onnxruntime {
namespace {

// Mapped weights can then be used where they are, whatever their type.
constexpr std::uint64_t kAlignment = 64;

/// The second file of a model, and the references into it.
class DataFile {
 public:
  DataFile(std::string name, const ModelFiles& files) : name_(std::move(name)), files_(files) {}

  void add(const OnnxInitializer& initializer, ModelBytes& graph) {
    const TensorPlaces tensor = find_places(initializer.message);
    std::string_view values = tensor.raw;
    if (tensor.external) values = external_bytes(tensor, initializer, files_);
    const std::uint64_t size = initializer.made ? initializer.made->bytes : values.size();
    if (size < kSmallestReference) return add_initializer(graph, write_small(initializer));
    bytes_.add(std::string((kAlignment - size_ % kAlignment) % kAlignment, '\0'));
    size_ = (size_ + kAlignment - 1) / kAlignment * kAlignment;
    add_initializer(graph, with_external_place(tensor, {name_, size_, size}));
    size_ += size;
    if (initializer.made)
      bytes_.add_made(*initializer.made);
    else
      bytes_.add_view(values);
  }
  const ModelBytes& bytes() const { return bytes_; }

 private:
  std::string write_small(const OnnxInitializer& initializer) const {
    const bool has_values = !initializer.made && !find_places(initializer.message).external;
    if (has_values) return std::string(initializer.message);
    return write_tensor(initializer.name, read_value(initializer, files_));
  }

  std::string name_;
  const ModelFiles& files_;
  ModelBytes bytes_;
  std::uint64_t size_ = 0;
};

/// A file in the making, and how far it is.
class Writing {
 public:
  Writing(const OnnxModel& model, Progress& progress) : files_(*model.files), progress_(progress) {}

  /// Shows all pieces to `also` behind the writing.
  void write(const ModelBytes& bytes, const std::filesystem::path& path,
             const std::vector<ModelBytes::Visitor>& also) const {
    constexpr std::uint64_t kMegabyte = 1'000'000, kWorthShowing = 100 * kMegabyte;
    std::optional<Stage> stage;
    if (bytes.size() >= kWorthShowing) stage.emplace(progress_, "write model, in MB", bytes.size() / kMegabyte);
    OutputFile file(path);
    std::uint64_t written = 0;
    std::vector<ModelBytes::Visitor> visitors{[&](std::string_view piece) {
      file.write(piece);
      const std::uint64_t before = std::exchange(written, written + piece.size()) / kMegabyte;
      if (stage) stage->advance(written / kMegabyte - before);
    }};
    visitors.insert(visitors.end(), also.begin(), also.end());
    bytes.for_each(files_, available_threads(), visitors);
    file.commit();
  }

  /// The SHA-256, which takes longer than writing, is taken of pieces while the next ones are written.
  std::string write_hashed(const ModelBytes& bytes, const std::filesystem::path& path) const {
    Sha256 sha;
    write(bytes, path, {[&](std::string_view piece) { sha.update(piece); }});
    return sha.hex();
  }

 private:
  const ModelFiles& files_;
  Progress& progress_;
};

}  // namespace

std::string save_model(const OnnxModel& model, const std::filesystem::path& path, Progress& progress,
                       std::uint64_t largest_message) {
  const Writing writing(model, progress);
  const ModelBytes whole = serialize(model, Weights::inside);
  if (whole.size() <= largest_message) return writing.write_hashed(whole, path);
  const std::filesystem::path data_path = path.string() + ".data";
  DataFile data(data_path.filename(), *model.files);
  const ModelBytes message =
      serialize(model, [&](const OnnxInitializer& initializer, ModelBytes& graph) { data.add(initializer, graph); });
  writing.write(data.bytes(), data_path, {});
  return writing.write_hashed(message, path);
}

}  // namespace halftone::onnxruntime
