#include "adaptors/onnxruntime/format/renaming.h"

#include "adaptors/onnxruntime/format/wire.h"

namespace halftone::onnxruntime {
namespace {

// The message with another text in the field of that tag.
std::string with_text(std::string_view message, protozero::pbf_tag_type tag, const std::string& text) {
  std::string bytes;
  protozero::pbf_writer(bytes).add_string(tag, text);
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.tag() == tag)
      fields.field().skip();
    else
      fields.keep(bytes);
  }
  return bytes;
}

}  // namespace

void rename_value(OnnxModel& model, OnnxValueInfo& value, const std::string& name) {
  value.name = name;
  value.message = model.keep(with_text(value.message, 1, name));
}

void rename_initializer(OnnxModel& model, OnnxInitializer& initializer, const std::string& name) {
  initializer.name = name;
  initializer.message = model.keep(with_text(initializer.message, 8, name));
}

}  // namespace halftone::onnxruntime
