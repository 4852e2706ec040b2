#pragma once

#include <cstdint>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace halftone::onnxruntime {

inline std::string_view view_of(protozero::data_view view) { return {view.data(), view.size()}; }
inline protozero::pbf_reader reader_of(std::string_view message) {
  return protozero::pbf_reader{message.data(), message.size()};
}

/// Reads the fields of a message one by one and keeps the bytes of those that nobody asked for.
class FieldReader {
 public:
  explicit FieldReader(std::string_view message) : reader_(reader_of(message)), begin_(message.data()) {}

  /// Steps to the next field.
  bool next() {
    begin_ = reader_.data().data();
    return reader_.next();
  }
  std::uint32_t tag() const { return reader_.tag(); }
  protozero::pbf_reader& field() { return reader_; }
  /// Passes over the field and appends its bytes, tag included.
  void keep(std::string& rest) {
    reader_.skip();
    rest.append(begin_, static_cast<std::size_t>(reader_.data().data() - begin_));
  }

  // The library only asserts that a field has the wire type it is read as; files are free to lie.
  std::string text() { return std::string(view()); }
  std::string_view view() {
    require(protozero::pbf_wire_type::length_delimited);
    return view_of(reader_.get_view());
  }
  std::int64_t integer() {
    require(protozero::pbf_wire_type::varint);
    return reader_.get_int64();
  }
  float number() {
    require(protozero::pbf_wire_type::fixed32);
    return reader_.get_float();
  }

  /// Repeated numbers, packed or not, appended to a list.
  void integers(std::vector<std::int64_t>& list) {
    if (!is_packed()) {
      list.push_back(integer());
      return;
    }
    for (const std::int64_t value : reader_.get_packed_int64()) list.push_back(value);
  }
  void floats(std::vector<float>& list) {
    if (!is_packed()) {
      list.push_back(number());
      return;
    }
    for (const float value : reader_.get_packed_float()) list.push_back(value);
  }
  void doubles(std::vector<double>& list) {
    if (!is_packed()) {
      require(protozero::pbf_wire_type::fixed64);
      list.push_back(reader_.get_double());
      return;
    }
    for (const double value : reader_.get_packed_double()) list.push_back(value);
  }

 private:
  bool is_packed() const { return reader_.wire_type() == protozero::pbf_wire_type::length_delimited; }
  void require(protozero::pbf_wire_type type) const {
    if (reader_.wire_type() != type) throw protozero::unknown_pbf_wire_type_exception();
  }

  protozero::pbf_reader reader_;
  const char* begin_;
};

}  // namespace halftone::onnxruntime
