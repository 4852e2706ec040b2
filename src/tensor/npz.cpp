#include "tensor/npz.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "base/file.h"
#include "halftone/error.h"
#include "tensor/npy_elements.h"
#include "tensor/npy_header.h"
#include "tensor/zip_reader.h"
#include "tensor/zip_writer.h"

namespace halftone {
namespace {

constexpr std::string_view kSuffix = ".npy";

/// The bytes that a header promises must be all there, and nothing more.
void require_size(const NpyHeader& header, std::size_t present, const std::string& name) {
  const bool is_empty = std::find(header.shape.begin(), header.shape.end(), 0) != header.shape.end();
  std::size_t bytes = is_empty ? 0 : header.item_bytes;
  // Elements of no bytes could be any number of them.
  if (!is_empty && bytes == 0) fail_npy(name, "the array's elements have no size");
  for (const std::int64_t extent : header.shape) {
    if (__builtin_mul_overflow(bytes, static_cast<std::size_t>(extent), &bytes)) bytes = present + 1;
    if (bytes > present) break;
  }
  if (bytes == present) return;
  fail_npy(name,
           "the array's shape " + to_string(header.shape) + " does not fit the " + std::to_string(present) +
               " bytes that are there",
           "the file is damaged or was not written to its end: save it again");
}

void add_array(ZipWriter& archive, const NamedTensor& array) {
  const NpyHeader header = npy_header_of(array.value, array.name);
  const std::string header_text = write_npy_header(header);
  const bool is_text = array.value.dtype() == DType::string;
  const std::string texts = is_text ? encode_npy_strings(array.value, header.item_bytes) : std::string();
  const std::string_view numbers(reinterpret_cast<const char*>(array.value.data()), array.value.size_bytes());
  const std::array<std::string_view, 2> pieces{header_text, is_text ? std::string_view(texts) : numbers};
  archive.add(array.name + std::string(kSuffix), pieces);
}

}  // namespace

NamedTensors load_npz(const std::filesystem::path& path) {
  auto file = MappedFile::open(path);
  const std::string_view bytes = file->text();
  return parse_npz(std::move(file), bytes, path.string());
}

NamedTensors parse_npz(std::shared_ptr<const void> owner, std::string_view bytes, const std::string& name) {
  NamedTensors arrays;
  std::unordered_set<std::string> names;
  for (ZipMember& member : read_zip(owner, bytes, name)) {
    std::string key = member.name;
    if (key.ends_with(kSuffix)) key.resize(key.size() - kSuffix.size());
    const std::string what = name + ": array '" + key + "'";
    if (!names.insert(key).second) fail_npy(what, "is there twice");
    arrays.push_back({std::move(key), parse_npy(std::move(member.owner), member.content, what)});
  }
  return arrays;
}

void save_npz(const std::filesystem::path& path, const NamedTensors& arrays) {
  std::unordered_set<std::string_view> names;
  for (const NamedTensor& array : arrays) {
    if (names.insert(array.name).second) continue;
    throw Error(ErrorCode::invalid_argument,
                "two arrays of '" + path.string() + "' have the name '" + array.name + "'");
  }
  OutputFile file(path);
  ZipWriter archive(file);
  for (const NamedTensor& array : arrays) add_array(archive, array);
  archive.finish();
  file.commit();
}

Tensor load_npy(const std::filesystem::path& path) {
  auto file = MappedFile::open(path);
  const std::string_view bytes = file->text();
  return parse_npy(std::move(file), bytes, path.string());
}

Tensor parse_npy(std::shared_ptr<const void> owner, std::string_view bytes, const std::string& name) {
  const NpyHeader header = parse_npy_header(bytes, name);
  const std::string_view content = bytes.substr(header.data_offset);
  require_size(header, content.size(), name);
  return decode_npy(header, std::move(owner), reinterpret_cast<const std::byte*>(content.data()), name);
}

}  // namespace halftone
