#include "tensor/npz.h"

#include <algorithm>
#include <array>
#include <cstring>
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

/// The name of an array by that of its member, with the words for messages about it. Throws when it is there twice.
std::string array_name(const ZipMember& member, std::unordered_set<std::string>& names, const std::string& archive,
                       std::string& what) {
  std::string key = member.name;
  if (key.ends_with(kSuffix)) key.resize(key.size() - kSuffix.size());
  what = archive + ": array '" + key + "'";
  if (!names.insert(key).second) fail_npy(what, "is there twice");
  return key;
}

/// Elements that can be taken row by row as they are.
bool is_plain(const NpyHeader& header) {
  const bool ordered = !header.fortran_order || header.shape.size() < 2;
  return ordered && !header.big_endian && header.kind != 'S' && header.kind != 'U' && !header.shape.empty();
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

std::vector<NpzArray> open_npz(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  std::vector<NpzArray> arrays;
  std::unordered_set<std::string> names;
  for (ZipMember& member : read_zip(file, path.string())) {
    NpzArray& array = arrays.emplace_back();
    array.name_ = array_name(member, names, path.string(), array.what_);
    array.header_ = parse_npy_header(member.content, array.what_);
    array.content_ = member.content.substr(array.header_.data_offset);
    require_size(array.header_, array.content_.size(), array.what_);
    array.file_ = file;
    if (file->contains(member.content) && is_plain(array.header_)) continue;
    array.whole_ = parse_npy(std::move(member.owner), member.content, array.what_);
  }
  return arrays;
}

Tensor NpzArray::rows(std::int64_t first, std::int64_t count) const {
  if (whole_) return whole_->rows(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
  NpyHeader header = header_;
  header.shape.front() = count;
  const std::size_t all = element_count(header_.shape), bytes = element_count(header.shape) * header.item_bytes;
  const std::size_t row = all == 0 ? 0 : content_.size() / static_cast<std::size_t>(header_.shape.front());
  const std::string_view part = content_.substr(static_cast<std::size_t>(first) * row, bytes);
  // Aligned for any type, as arrays in the file need not be.
  std::shared_ptr<std::byte[]> copy(new std::byte[bytes]);
  std::memcpy(copy.get(), part.data(), bytes);
  file_->forget(part);
  const std::byte* const data = copy.get();
  return decode_npy(header, std::move(copy), data, what_);
}

Tensor NpzArray::read() const { return whole_ ? *whole_ : rows(0, header_.shape.front()); }

NamedTensors load_npz(const std::filesystem::path& path) {
  NamedTensors arrays;
  for (const NpzArray& array : open_npz(path)) arrays.push_back({array.name(), array.read()});
  return arrays;
}

NamedTensors parse_npz(std::shared_ptr<const void> owner, std::string_view bytes, const std::string& name) {
  NamedTensors arrays;
  std::unordered_set<std::string> names;
  for (ZipMember& member : read_zip(owner, bytes, name)) {
    std::string what;
    std::string key = array_name(member, names, name, what);
    arrays.push_back({std::move(key), parse_npy(std::move(member.owner), member.content, what)});
  }
  return arrays;
}

NpzWriter::NpzWriter(const std::filesystem::path& path) : path_(path), file_(path), archive_(file_) {}

void NpzWriter::add(const std::string& name, const Tensor& value) {
  if (!names_.insert(name).second) {
    throw Error(ErrorCode::invalid_argument, "two arrays of '" + path_.string() + "' have the name '" + name + "'");
  }
  add_array(archive_, {name, value});
}

void NpzWriter::commit() {
  archive_.finish();
  file_.commit();
}

void save_npz(const std::filesystem::path& path, const NamedTensors& arrays) {
  NpzWriter writer(path);
  for (const NamedTensor& array : arrays) writer.add(array.name, array.value);
  writer.commit();
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
