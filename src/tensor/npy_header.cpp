#include "tensor/npy_header.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "halftone/error.h"
#include "tensor/little_endian.h"

namespace halftone {
namespace {

constexpr std::size_t kMaxRank = 64;  // NumPy 2's own
constexpr std::size_t kMaxItemBytes = std::size_t{1} << 30;
constexpr std::size_t kAlignment = 64;

/// Reads the header's Python literal, e.g. {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class HeaderLiteral {
 public:
  HeaderLiteral(std::string_view text, const std::string& name) : rest_(text), name_(name) {}

  NpyHeader parse() {
    NpyHeader header;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      expect(':');
      read_value(key, header);
      if (!accept(',') && !next_is('}')) fail();
    }
    skip_spaces();
    if (!rest_.empty() || !(has_type_ && has_order_ && has_shape_)) fail();
    return header;
  }

 private:
  [[noreturn]] void fail() const { fail_npy(name_, "the array's header is not one that NumPy writes"); }

  [[noreturn]] void fail_type(std::string_view type) const {
    const bool is_object = type.find('O') != std::string_view::npos;
    fail_npy(name_, "the array's element type '" + std::string(type.substr(0, 40)) + "' cannot be read",
             is_object ? "an object array needs Python's pickle; save arrays of numbers, e.g. "
                         "np.stack(list) or array.astype(np.float32)"
                       : "save it as one of bool, int8 to int64, uint8 to uint64, float16 to float64 or text");
  }

  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n\t"), rest_.size())); }

  bool next_is(char wanted) {
    skip_spaces();
    return !rest_.empty() && rest_[0] == wanted;
  }

  bool accept(char wanted) {
    if (!next_is(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) fail();
  }

  std::string_view quoted() {
    skip_spaces();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) fail();
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) fail();
    const std::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return text;
  }

  void read_value(std::string_view key, NpyHeader& header) {
    if (key == "descr" && !std::exchange(has_type_, true)) return read_type(header);
    if (key == "fortran_order" && !std::exchange(has_order_, true)) return read_order(header);
    if (key == "shape" && !std::exchange(has_shape_, true)) return read_shape(header);
    fail();
  }

  void read_type(NpyHeader& header) {
    if (next_is('[')) fail_type("a structure of fields");
    const std::string_view type = quoted();
    if (type.size() < 3 || std::string_view("<>|=").find(type[0]) == std::string_view::npos) fail_type(type);
    const auto [end, error] = std::from_chars(type.data() + 2, type.data() + type.size(), header.item_bytes);
    const bool complete = error == std::errc{} && end == type.data() + type.size();
    if (!complete || header.item_bytes > kMaxItemBytes) fail_type(type);
    header.kind = type[1];
    header.big_endian = type[0] == '>';
    const std::string_view sizes = sizes_of(header.kind);
    const bool known = header.item_bytes < 10 && sizes.find(static_cast<char>('0' + header.item_bytes)) != sizes.npos;
    if (!known && header.kind != 'S' && header.kind != 'U') fail_type(type);
    if (header.kind == 'U') header.item_bytes *= 4;
  }

  static std::string_view sizes_of(char kind) {
    switch (kind) {
      case 'b':
        return "1";
      case 'i':
      case 'u':
        return "1248";
      case 'f':
        return "248";
      default:
        return "";
    }
  }

  void read_order(NpyHeader& header) {
    skip_spaces();
    for (const auto& [word, value] : {std::pair(std::string_view("True"), true), {"False", false}}) {
      if (!rest_.starts_with(word)) continue;
      header.fortran_order = value;
      rest_.remove_prefix(word.size());
      return;
    }
    fail();
  }

  void read_shape(NpyHeader& header) {
    expect('(');
    while (!accept(')')) {
      skip_spaces();
      std::int64_t extent = -1;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
      if (error != std::errc{} || extent < 0) fail_npy(name_, "the array's header holds a shape that no array has");
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      header.shape.push_back(extent);
      if (header.shape.size() > kMaxRank) fail_npy(name_, "the array has more than 64 axes");
      accept('L');  // Python 2 wrote its long integers so
      if (!accept(',') && !next_is(')')) fail();
    }
  }

  std::string_view rest_;
  const std::string& name_;
  bool has_type_ = false;
  bool has_order_ = false;
  bool has_shape_ = false;
};

std::string type_string(const NpyHeader& header) {
  const std::size_t size = header.kind == 'U' ? header.item_bytes / 4 : header.item_bytes;
  const bool has_order = header.kind == 'U' || (header.kind != 'S' && header.item_bytes > 1);
  std::string type(1, has_order ? '<' : '|');
  type += header.kind;
  type += std::to_string(size);
  return type;
}

std::string shape_tuple(const Shape& shape) {
  std::string tuple = "(";
  for (const std::int64_t extent : shape) {
    tuple += std::to_string(extent);
    tuple += ", ";
  }
  if (shape.size() > 1) tuple.resize(tuple.size() - 2);
  if (shape.size() == 1) tuple.pop_back();
  return tuple + ")";
}

}  // namespace

void fail_npy(const std::string& name, std::string_view problem, std::string hint) {
  throw Error(ErrorCode::invalid_data, name + ": " + std::string(problem), std::move(hint));
}

NpyHeader parse_npy_header(std::string_view bytes, const std::string& name) {
  if (!bytes.starts_with(kNpyMagic)) fail_npy(name, "not an array in NumPy's format", "write it with numpy.save()");
  const std::size_t prefix = kNpyMagic.size() + 2;
  if (bytes.size() < prefix + 4) fail_npy(name, "the array's header is cut short");
  const auto version = static_cast<unsigned char>(bytes[kNpyMagic.size()]);
  if (version < 1 || version > 3) fail_npy(name, "version " + std::to_string(version) + " of the format is not known");
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  const std::size_t length = version == 1 ? read_little_endian<std::uint16_t>(bytes, prefix)
                                          : read_little_endian<std::uint32_t>(bytes, prefix);
  const std::size_t begin = prefix + length_bytes;
  if (length > bytes.size() - begin) fail_npy(name, "the array's header is cut short");
  NpyHeader header = HeaderLiteral(bytes.substr(begin, length), name).parse();
  header.data_offset = begin + length;
  return header;
}

std::string write_npy_header(const NpyHeader& header) {
  std::string literal = "{'descr': '" + type_string(header) + "', 'fortran_order': False, 'shape': ";
  literal += shape_tuple(header.shape) + ", }";
  const std::size_t begin = kNpyMagic.size() + 4;
  const std::size_t total = (begin + literal.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
  literal.resize(total - begin - 1, ' ');
  literal += '\n';
  std::string text(kNpyMagic);
  text += '\1';
  text += '\0';
  append_little_endian(text, static_cast<std::uint16_t>(literal.size()));
  return text + literal;
}

}  // namespace halftone
