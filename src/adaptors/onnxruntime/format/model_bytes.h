#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adaptors/onnxruntime/format/onnx_model.h"
#include "halftone/progress.h"

namespace halftone::onnxruntime {

/// A serialized model in pieces: what was written anew is held, weights are views into the model's files or made when
/// they are visited. So a model is hashed and saved without ever being in memory as a whole.
class ModelBytes {
 public:
  void add(std::string_view text) { text_.append(text); }
  void add_view(std::string_view bytes);
  void add_made(const MadeValue& value);
  void append(ModelBytes other);

  std::uint64_t size() const;
  /// All bytes in one string.
  std::string str() const;
  using Visitor = std::function<void(std::string_view)>;
  /// Calls visit(std::string_view) for the pieces in order, never twice at once, none above 4 MiB, and has `files`
  /// forget each one. Values are made on as many threads, on each those of one maker at a time.
  void for_each(const ModelFiles& files, int threads, const Visitor& visit) const;
  /// The same with several visitors: each sees all pieces in order, while those before it may be further on.
  void for_each(const ModelFiles& files, int threads, const std::vector<Visitor>& visitors) const;

 private:
  using Piece = std::variant<std::string, std::string_view, MadeValue>;
  void close_text();
  void visit_pieces(std::size_t first, std::size_t last, const ModelFiles& files, const Visitor& visit) const;

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

/// A message of protocol buffers ends at 2 GiB; some room is left for whoever adds to the model.
inline constexpr std::uint64_t kLargestMessage = (std::uint64_t{2} << 30) - (std::uint64_t{64} << 20);

/// Writes a model file beside and renames, and gives its SHA-256. A model too large for one message gets its weights in
/// a second file of the same name with ".data" behind it, which is not hashed. Large ones show how far they are.
std::string save_model(const OnnxModel& model, const std::filesystem::path& path, Progress& progress,
                       std::uint64_t largest_message = kLargestMessage);

}  // namespace halftone::onnxruntime
