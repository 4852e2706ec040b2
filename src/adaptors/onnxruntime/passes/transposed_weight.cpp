#include "adaptors/onnxruntime/passes/transposed_weight.h"

#include <string>

#include "adaptors/onnxruntime/format/wire.h"

namespace halftone::onnxruntime {
namespace {

constexpr protozero::pbf_tag_type kDocumentation = 6;  ///< NodeProto.doc_string
constexpr std::string_view kNote = "halftone: the float model has the weight transposed";

}  // namespace

void note_transposed_weight(OnnxModel& model, OnnxNode& product) {
  std::string fields(product.rest);
  protozero::pbf_writer(fields).add_string(kDocumentation, kNote.data(), kNote.size());
  product.rest = model.keep(std::move(fields));
}

bool has_transposed_weight(const OnnxNode& product) {
  FieldReader fields(product.rest);
  std::string passed_over;
  while (fields.next()) {
    if (fields.tag() == kDocumentation && fields.view() == kNote) return true;
    if (fields.tag() != kDocumentation) fields.keep(passed_over);
  }
  return false;
}

}  // namespace halftone::onnxruntime
