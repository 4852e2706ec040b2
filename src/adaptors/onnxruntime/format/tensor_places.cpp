#include "adaptors/onnxruntime/format/tensor_places.h"

#include <charconv>

#include "adaptors/onnxruntime/format/wire.h"
#include "halftone/error.h"

namespace halftone::onnxruntime {
namespace {

std::uint64_t to_number(const std::string& text, const std::string& key) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed == std::errc{} && end == text.data() + text.size()) return value;
  throw Error(ErrorCode::invalid_model, "the " + key + " of external data is '" + text + "', not a number of bytes");
}

// A StringStringEntryProto of external_data; other keys (a checksum) are not needed to find the bytes.
void read_entry(std::string_view message, ExternalPlace& place, bool& has_length) {
  std::string key, value;
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.tag() == 1)
      key = fields.text();
    else if (fields.tag() == 2)
      value = fields.text();
    else
      fields.field().skip();
  }
  if (key == "location") place.location = value;
  if (key == "offset") place.offset = to_number(value, key);
  if (key != "length") return;
  place.length = to_number(value, key);
  has_length = true;
}

void add_entry(protozero::pbf_writer& tensor, const std::string& key, const std::string& value) {
  protozero::pbf_writer entry(tensor, 13);
  entry.add_string(1, key);
  entry.add_string(2, value);
}

}  // namespace

TensorPlaces find_places(std::string_view message) {
  TensorPlaces tensor;
  ExternalPlace place;
  bool is_external = false;
  try {
    FieldReader fields(message);
    while (fields.next()) {
      switch (fields.tag()) {
        case 9:
          tensor.raw = fields.view();
          break;
        case 13:
          read_entry(fields.view(), place, tensor.has_length);
          break;
        case 14:
          is_external = fields.integer() == 1;
          break;
        default:
          fields.keep(tensor.other_fields);
      }
    }
  } catch (const protozero::exception& error) {
    throw Error(ErrorCode::invalid_model, std::string("a constant is broken: ") + error.what());
  }
  if (is_external) tensor.external = std::move(place);
  return tensor;
}

std::string_view external_bytes(const TensorPlaces& tensor, const OnnxInitializer& initializer,
                                const ModelFiles& files) {
  ExternalPlace place = *tensor.external;
  if (!tensor.has_length) {
    const TensorHeader header = read_tensor_header(initializer.message);
    place.length = size_bytes(header);
  }
  return files.external(place, initializer.name);
}

std::string with_external_place(const TensorPlaces& tensor, const ExternalPlace& place) {
  std::string bytes = tensor.other_fields;
  protozero::pbf_writer writer(bytes);
  add_entry(writer, "location", place.location);
  add_entry(writer, "offset", std::to_string(place.offset));
  add_entry(writer, "length", std::to_string(place.length));
  writer.add_enum(14, 1);
  return bytes;
}

}  // namespace halftone::onnxruntime
