#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"

namespace halftone::onnxruntime {

/// A serialized model in pieces: what was written anew is held, weights are views into the model's files. So a model
/// is hashed and saved without ever being in memory as a whole.
class ModelBytes {
 public:
  void add(std::string_view text) { text_.append(text); }
  void add_view(std::string_view bytes);
  void append(ModelBytes other);

  std::uint64_t size() const;
  /// All bytes in one string.
  std::string str() const;
  /// Calls visit(std::string_view) for the pieces in order, none above 4 MiB, and has `files` forget each one.
  template <typename Visit>
  void for_each(const ModelFiles& files, Visit visit) const {
    for (const Piece& piece : pieces_) visit_piece(view_of(piece), files, visit);
    visit_piece(text_, files, visit);
  }

 private:
  using Piece = std::variant<std::string, std::string_view>;
  static std::string_view view_of(const Piece& piece) {
    return std::visit([](const auto& bytes) { return std::string_view(bytes); }, piece);
  }
  template <typename Visit>
  static void visit_piece(std::string_view bytes, const ModelFiles& files, Visit& visit) {
    constexpr std::size_t kStep = std::size_t{4} << 20;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kStep))) {
      visit(bytes.substr(0, kStep));
      files.forget(bytes.substr(0, kStep));
    }
  }

  std::vector<Piece> pieces_;
  std::string text_;  ///< after the pieces
};

/// Where the big weights of a serialized model are.
enum class Weights {
  inside,        ///< all in the message
  by_reference,  ///< in the files the model was read from; for the runtime, which must be given their folder
};

/// Values smaller than this many bytes are always inside: they cost less so than a place of their own.
inline constexpr std::size_t kSmallestReference = 1024;

ModelBytes serialize(const OnnxModel& model, Weights weights);

/// Adds one initializer to the pieces of the main graph; weights of inner graphs are always inside.
using InitializerWriter = std::function<void(const OnnxInitializer& initializer, ModelBytes& graph)>;
ModelBytes serialize(const OnnxModel& model, const InitializerWriter& write_initializer);
/// Adds a serialized TensorProto as an initializer.
void add_initializer(ModelBytes& graph, std::string_view tensor);

/// All bytes with the weights inside; the same model gives the same bytes.
std::string write_model(const OnnxModel& model);

/// Writes a model file beside and renames. A model too large for one message (2 GiB) gets its weights in a second file
/// of the same name with ".data" behind it.
void save_model(const OnnxModel& model, const std::filesystem::path& path);

}  // namespace halftone::onnxruntime
