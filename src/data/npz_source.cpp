#include "data/npz_source.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/sha256.h"
#include "data/sample_arrays.h"
#include "halftone/error.h"
#include "tensor/npz.h"

namespace halftone {
namespace {

void require_index(std::size_t index, std::size_t size, const std::string& spec) {
  if (index < size) return;
  throw Error(ErrorCode::invalid_argument,
              spec + ": no item " + std::to_string(index) + ", it has " + std::to_string(size));
}

class NpzSource final : public DataSource {
 public:
  explicit NpzSource(const DataSpec& spec) : spec_(spec), arrays_(open_npz(spec.main())) {
    std::vector<std::string> names;
    for (const NpzArray& array : arrays_) names.push_back(array.name());
    const ChosenArrays chosen = choose_arrays(names, array_choice(spec), spec.main());
    std::vector<std::pair<std::string, Shape>> shapes;
    for (const std::size_t input : chosen.inputs) {
      inputs_.push_back(&arrays_[input]);
      shapes.emplace_back(names[input], arrays_[input].shape());
    }
    samples_ = samples_along_first_axis(shapes);
    if (!chosen.labels) return;
    target_ = &arrays_[*chosen.labels];
    // Maps of pixels may be larger than memory: only what can be classes is read at once.
    if (!are_one_a_sample(target_->name(), target_->shape(), samples_, spec.main())) return;
    labels_ = classes_of(target_->read(), spec.main());
  }

  std::string spec() const override { return spec_.text(); }
  std::optional<std::size_t> size() const override { return samples_; }
  std::string id(std::size_t index) const override { return std::to_string(index); }

  DataItem item(std::size_t index) const override {
    require_index(index, samples_, spec_.text());
    DataItem sample{id(index), {}, {}};
    for (const NpzArray* array : inputs_) {
      const bool scalar = array->shape().empty();
      sample.inputs.push_back(
          {array->name(), scalar ? array->read() : array->rows(static_cast<std::int64_t>(index), 1)});
    }
    if (!labels_.empty()) sample.labels = {labels_[index]};
    if (target_ != nullptr) sample.target = target_->rows(static_cast<std::int64_t>(index), 1);
    return sample;
  }

  std::optional<std::int64_t> label(std::size_t index) const override {
    require_index(index, samples_, spec_.text());
    if (labels_.empty()) return std::nullopt;
    return labels_[index];
  }

  // Asked for more than once, and the file may be large.
  std::string fingerprint() const override {
    std::call_once(hashed_, [&] {
      fingerprint_ = sha256_of("npz\n" + sha256_of_file(spec_.main()) + "\n" + spec_.options_text());
    });
    return fingerprint_;
  }

 private:
  DataSpec spec_;
  std::vector<NpzArray> arrays_;
  std::vector<const NpzArray*> inputs_;  ///< in arrays_
  const NpzArray* target_ = nullptr;     ///< in arrays_
  std::vector<std::int64_t> labels_;
  std::size_t samples_ = 0;
  mutable std::once_flag hashed_;
  mutable std::string fingerprint_;
};

std::vector<std::filesystem::path> list_archives(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  if (error) throw Error(ErrorCode::io, "cannot list '" + folder.string() + "': " + error.message());
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::directory_iterator end; entry != end && !error; entry.increment(error)) {
    std::error_code ignored;
    if (entry->path().extension() == ".npz" && entry->is_regular_file(ignored)) files.push_back(entry->path());
  }
  if (error) throw Error(ErrorCode::io, "cannot list '" + folder.string() + "': " + error.message());
  if (files.empty()) throw Error(ErrorCode::invalid_data, "no .npz in '" + folder.string() + "'");
  std::ranges::sort(files);
  return files;
}

class BatchSource final : public DataSource {
 public:
  explicit BatchSource(const DataSpec& spec)
      : spec_(spec), choice_(array_choice(spec)), files_(list_archives(spec.main())) {}

  std::string spec() const override { return spec_.text(); }
  std::optional<std::size_t> size() const override { return files_.size(); }
  std::string id(std::size_t index) const override { return file(index).filename().string(); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }

  DataItem item(std::size_t index) const override {
    return item_of_arrays(load_npz(file(index)), choice_, id(index), file(index).string());
  }

  std::string fingerprint() const override {
    Sha256 hash;
    hash.update("batches\n" + spec_.options_text() + "\n");
    for (const auto& path : files_) {
      std::error_code ignored;
      hash.update(path.filename().string() + "\n" + std::to_string(std::filesystem::file_size(path, ignored)) + "\n");
    }
    return hash.hex();
  }

 private:
  const std::filesystem::path& file(std::size_t index) const {
    require_index(index, files_.size(), spec_.text());
    return files_[index];
  }

  DataSpec spec_;
  ArrayChoice choice_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace

std::unique_ptr<DataSource> open_npz(const DataSpec& spec) { return std::make_unique<NpzSource>(spec); }
std::unique_ptr<DataSource> open_batches(const DataSpec& spec) { return std::make_unique<BatchSource>(spec); }

}  // namespace halftone
