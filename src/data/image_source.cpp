#include "data/image_source.h"

#include "base/file.h"
#include "base/sha256.h"
#include "data/image_listing.h"
#include "data/image_transform.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{1} << 30;

std::vector<ImageFile> labelled_images(const DataSpec& spec) {
  const std::optional<std::string> labels = spec.value("labels");
  if (labels == "folder") return list_image_classes(spec.main());
  std::vector<ImageFile> files = list_images(spec.main());
  if (labels) assign_labels(files, *labels);
  return files;
}

class ImageSource final : public DataSource {
 public:
  explicit ImageSource(const DataSpec& spec)
      : spec_(spec.text()), transform_(image_transform(spec)), files_(labelled_images(spec)) {}

  std::string spec() const override { return spec_; }
  std::optional<std::size_t> size() const override { return files_.size(); }
  std::string id(std::size_t index) const override { return file(index).id; }
  std::optional<std::int64_t> label(std::size_t index) const override { return file(index).label; }

  DataItem item(std::size_t index) const override {
    const ImageFile& source = file(index);
    const std::string name = source.path.string();
    if (source.bytes > kMaxFileBytes) throw Error(ErrorCode::invalid_data, name + ": an image file beyond 1 GiB");
    const RgbImage image = decode_image(read_file(source.path), name);
    DataItem sample{source.id, {{"", transform_.apply(image, name)}}, {}};
    if (source.label) sample.labels = {*source.label};
    return sample;
  }

  std::string fingerprint() const override {
    Sha256 hash;
    hash.update("images\n" + transform_.text() + "\n");
    for (const ImageFile& source : files_) {
      const std::string label = source.label ? std::to_string(*source.label) : "none";
      hash.update(source.id + "\n" + std::to_string(source.bytes) + "\n" + label + "\n");
    }
    return hash.hex();
  }

 private:
  const ImageFile& file(std::size_t index) const {
    if (index < files_.size()) return files_[index];
    throw Error(ErrorCode::invalid_argument,
                spec_ + ": no item " + std::to_string(index) + ", it has " + std::to_string(files_.size()));
  }

  std::string spec_;
  ImageTransform transform_;
  std::vector<ImageFile> files_;
};

}  // namespace

std::unique_ptr<DataSource> open_images(const DataSpec& spec) { return std::make_unique<ImageSource>(spec); }

}  // namespace halftone
