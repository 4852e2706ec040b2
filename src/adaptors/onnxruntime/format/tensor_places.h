#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {

/// A TensorProto taken apart: what it says of the tensor, and where the values are.
struct TensorPlaces {
  std::string other_fields;  ///< all fields but the values' bytes and places, serialized
  std::string_view raw;      ///< raw_data; empty where values are in typed fields or in another file
  std::optional<ExternalPlace> external;
  bool has_length = false;  ///< the place states how many bytes there are
};

/// Throws invalid_model for a broken message.
TensorPlaces find_places(std::string_view message);
/// The bytes of a tensor whose values are in another file.
std::string_view external_bytes(const TensorPlaces& tensor, const OnnxInitializer& initializer,
                                const ModelFiles& files);
/// The TensorProto again, with its values in another place.
std::string with_external_place(const TensorPlaces& tensor, const ExternalPlace& place);

}  // namespace halftone::onnxruntime
