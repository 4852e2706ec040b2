#include "verbs/input_suggestions.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/data_options.h"
#include "report/config_yaml.h"
#include "verbs/metric_choice.h"

namespace halftone {
namespace {

constexpr std::int64_t kUsualImage = 224;
constexpr std::int64_t kUsualLength = 128;

enum class InputKind { channels_first, channels_last, tokens, other };

bool is_integer(DType dtype) { return dtype == DType::s32 || dtype == DType::s64; }

InputKind kind_of(const TensorSignature& input) {
  if (!input.shape) return InputKind::other;
  const Shape& shape = *input.shape;
  if (is_integer(input.dtype) && shape.size() == 2) return InputKind::tokens;
  if (input.dtype != DType::f32 || shape.size() != 4) return InputKind::other;
  if (shape[1] == 3 || shape[1] == 1) return InputKind::channels_first;
  return shape[3] == 3 || shape[3] == 1 ? InputKind::channels_last : InputKind::other;
}

std::int64_t usual_extent(InputKind kind, std::size_t axis) {
  if (axis == 0) return 1;
  if (kind == InputKind::tokens) return kUsualLength;
  return kind == InputKind::other ? 1 : kUsualImage;
}

bool is_open(const TensorSignature& input) {
  return !input.shape || std::any_of(input.shape->begin(), input.shape->end(), [](auto extent) { return extent < 0; });
}

bool offers_kind(const std::string& name) {
  const auto& kinds = data_kinds();
  return std::any_of(kinds.begin(), kinds.end(), [&](const DataKind& kind) { return kind.name == name; });
}

std::string image_sizes(std::int64_t height, std::int64_t width) {
  if (height < 0 || width < 0) height = width = kUsualImage;
  // Small images are classified whole; larger ones are cut from the centre of one of 256 for each 224.
  constexpr std::int64_t kWhole = 64;
  if (height != width || height <= kWhole) return "resize=" + std::to_string(height) + "x" + std::to_string(width);
  constexpr std::int64_t kUsualSide = 256;
  const bool is_usual = height >= kUsualImage && height <= kUsualSide;
  const auto shorter = is_usual ? kUsualSide : std::lround(static_cast<double>(height) * kUsualSide / kUsualImage);
  return "resize=" + std::to_string(shorter) + ",crop=" + std::to_string(height);
}

std::string image_spec(const TensorSignature& input, InputKind kind, bool labelled) {
  const Shape& shape = *input.shape;
  const bool is_last = kind == InputKind::channels_last;
  const std::size_t first = is_last ? 1 : 2;
  if (shape[is_last ? 3 : 1] != 3) return "";
  return std::string("images:FOLDER,") + (labelled ? "labels=labels.csv," : "") +
         image_sizes(shape[first], shape[first + 1]) + ",scale=1/255" + (is_last ? ",layout=nhwc" : "");
}

/// "image (fp32, Nx3x224x224)".
std::string array_text(const TensorSignature& input) {
  std::string shape = "any shape";
  if (input.shape) {
    shape = to_string(*input.shape);
    // Another first extent is one that the model needs as it is, such as the layers of a recurrent state.
    const bool counts_samples = !input.shape->empty() && (input.shape->front() < 0 || input.shape->front() == 1);
    if (counts_samples) shape.replace(0, 1, "N");
  }
  return "'" + input.name + "' (" + std::string(to_string(input.dtype)) + ", " + shape + ")";
}

std::string arrays_text(const std::vector<TensorSignature>& inputs, bool labelled) {
  std::string text;
  for (const TensorSignature& input : inputs) text += (text.empty() ? "" : ", ") + array_text(input);
  return text + (labelled ? ", 'label' (whole numbers)" : "");
}

/// Not more than one axis is longer than 1 beside the first, which counts samples.
bool is_row(const Shape& shape) {
  return std::count_if(shape.begin() + 1, shape.end(), [](std::int64_t extent) { return extent > 1; }) == 1;
}

}  // namespace

std::vector<std::string> input_examples(const std::vector<TensorSignature>& inputs) {
  std::vector<std::string> examples;
  for (const TensorSignature& input : inputs) {
    if (!is_open(input) || !input.shape || !can_be_yaml_key(input.name)) continue;
    Shape shape = *input.shape;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      if (shape[axis] < 0) shape[axis] = usual_extent(kind_of(input), axis);
    }
    examples.push_back(yaml_text(input.name) + ": " + to_string(shape));
  }
  return examples;
}

std::string suggested_spec(const std::vector<TensorSignature>& inputs, bool labelled) {
  if (inputs.empty()) return "";
  const InputKind first = kind_of(inputs.front());
  const bool is_image = first == InputKind::channels_first || first == InputKind::channels_last;
  if (is_image && inputs.size() == 1) return image_spec(inputs.front(), first, labelled);
  const bool all_tokens =
      std::all_of(inputs.begin(), inputs.end(), [](const auto& input) { return kind_of(input) == InputKind::tokens; });
  if (!all_tokens || !offers_kind("text")) return "";
  const bool is_open_length = (*inputs.front().shape)[1] < 0;
  return std::string("text:sentences.tsv,vocab=vocab.txt") + (labelled ? ",label=label" : "") +
         (is_open_length ? ",max_length=" + std::to_string(kUsualLength) : "");
}

std::vector<std::string> data_advice(const std::vector<TensorSignature>& inputs, bool labelled) {
  std::vector<std::string> advice;
  const std::string spec = suggested_spec(inputs, labelled);
  if (spec.starts_with("images:")) {
    advice.push_back("For this model, for example: \"" + spec +
                     "\" with the scale, mean and std of its training (preset= has the usual ones)");
  } else if (!spec.empty()) {
    advice.push_back("For this model, for example: \"" + spec +
                     "\" with the vocabulary and the tokenizer of its training");
  }
  advice.push_back(std::string(advice.empty() ? "For this model: " : "Or: ") + "\"npz:samples.npz\" with the arrays " +
                   arrays_text(inputs, labelled));
  return advice;
}

std::vector<std::string> metrics_advice(const std::vector<TensorSignature>& outputs) {
  if (outputs.empty()) return {};
  const std::optional<std::size_t> values = output_values(outputs);
  const std::string output = "For output '" + outputs.front().name + "'" +
                             (outputs.front().shape ? " " + to_string(*outputs.front().shape) : "") + ": ";
  if (values == 1) return {output + "[accuracy] with labels of two classes, else [cosine, sqnr]"};
  if (!values || !is_row(*outputs.front().shape)) return {output + "[cosine, sqnr], which need no labels"};
  constexpr std::size_t kManyClasses = 100;
  return {output + (*values >= kManyClasses ? "[top1, top5]" : "[top1]") +
          " with labels, else [agreement, cosine, sqnr]"};
}

}  // namespace halftone
