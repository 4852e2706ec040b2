#include "verbs/testing/dense_network.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/sha256.h"
#include "halftone/error.h"

namespace halftone::testing {
namespace {

constexpr std::int64_t kInputs = 4;
constexpr std::int64_t kHidden = 4;
constexpr std::int64_t kClasses = 3;

std::vector<float> numbers(const nlohmann::json& file, const char* key) {
  return file.at(key).get<std::vector<float>>();
}

/// values [n, rows] times weight [rows, columns].
std::vector<float> multiply(const std::vector<float>& values, const std::vector<float>& weight, std::int64_t rows) {
  const auto depth = static_cast<std::size_t>(rows);
  const std::size_t columns = weight.size() / depth;
  std::vector<float> product(values.size() / depth * columns, 0.0F);
  for (std::size_t i = 0; i < product.size(); ++i) {
    for (std::size_t k = 0; k < depth; ++k) {
      product[i] += values[i / columns * depth + k] * weight[k * columns + i % columns];
    }
  }
  return product;
}

OpMeaning dense_meaning() {
  OpMeaning meaning;
  meaning.roles = {InputRole::activation, InputRole::weight};
  meaning.channel_axis = 1;
  meaning.is_product = true;
  return meaning;
}

OpMeaning relu_meaning() {
  OpMeaning meaning;
  meaning.roles = {InputRole::activation};
  return meaning;
}

}  // namespace

DenseNetwork::DenseNetwork(nlohmann::json file) : file_(std::move(file)) {
  if (!file_.is_object() || numbers(file_, "fc1").size() != kInputs * kHidden ||
      numbers(file_, "fc2").size() != kHidden * kClasses) {
    throw Error(ErrorCode::invalid_model, "not a network of 4, 4 and 3 values");
  }
}

TensorSignature DenseNetwork::input() const {
  return {file_.value("input", "x"), DType::f32, Shape{file_.value("batch", -1), kInputs}};
}
std::vector<TensorSignature> DenseNetwork::inputs() const {
  if (file_.value("undeclared", false)) return {};
  return {input()};
}
std::vector<TensorSignature> DenseNetwork::outputs() const {
  if (file_.value("undeclared", false)) return {};
  return {{file_.value("output", "y"), DType::f32, Shape{-1, kClasses}}};
}
std::string DenseNetwork::sha256() const { return sha256_of(text()); }
std::uint64_t DenseNetwork::size_bytes() const { return text().size(); }

GraphView DenseNetwork::graph() const {
  GraphBuilder builder;
  builder.add_input(input());
  const std::string x = input().name;
  const std::string y = file_.value("output", "y");
  builder.add_output(y);
  builder.add_constant("fc1_weight", Tensor::from<float>(numbers(file_, "fc1"), {kInputs, kHidden}));
  builder.add_constant("fc2_weight", Tensor::from<float>(numbers(file_, "fc2"), {kHidden, kClasses}));
  builder.add_op({"fc1", "Dense", {x, "fc1_weight"}, {"h"}, {}, dense_meaning(), {}});
  builder.add_op({"relu", "Relu", {"h"}, {"r"}, {}, relu_meaning(), {}});
  builder.add_op({"fc2", "Dense", {"r", "fc2_weight"}, {y}, {}, dense_meaning(), {}});
  return std::move(builder).build();
}

DenseNetwork DenseNetwork::with(const QuantizationPlan& plan) const {
  nlohmann::json file = file_;
  file["quantized"] = nlohmann::json::object();
  for (const TensorPlan& tensor : plan.tensors) {
    file["quantized"][tensor.tensor] = {{"scale", tensor.params.value().scale.front()},
                                        {"zero_point", tensor.params.value().zero_point.front()}};
  }
  return DenseNetwork(std::move(file));
}

DenseSession::DenseSession(const DenseNetwork& network, std::vector<std::string> observed)
    : file_(network.file()), observed_(std::move(observed)) {}

NamedTensors DenseSession::do_run(const NamedTensors& inputs, const TensorObserver& observe) const {
  const std::string input = file_.value("input", "x");
  const std::string output = file_.value("output", "y");
  const Tensor* x = find_tensor(inputs, input);
  if (x == nullptr) throw Error(ErrorCode::invalid_data, "input '" + input + "' is missing");
  const std::int64_t samples = x->shape().front();
  std::map<std::string, Tensor> seen{{input, *x}};
  const auto show = [&](const std::string& name, const std::vector<float>& values) {
    seen[name] = Tensor::from<float>(values, {samples, static_cast<std::int64_t>(values.size()) / samples});
  };
  const std::vector<float> hidden = multiply(rounded(input, x->to_floats()), numbers(file_, "fc1"), kInputs);
  show("h", hidden);
  std::vector<float> rectified = hidden;
  for (float& value : rectified) value = std::max(value, 0.0F);
  show("r", rectified);
  std::vector<float> scores = multiply(rounded("r", rectified), numbers(file_, "fc2"), kHidden);
  const bool broken = file_.contains("quantized") && file_.value("fault", "") == "nan";
  if (broken) scores.front() = std::numeric_limits<float>::quiet_NaN();
  show(output, scores);
  for (std::size_t i = 0; i < observed_.size(); ++i) {
    if (observe) observe(i, seen.at(observed_[i]));
  }
  return {{output, seen.at(output)}};
}

std::vector<float> DenseSession::rounded(const std::string& tensor, std::vector<float> values) const {
  if (!file_.contains("quantized") || !file_["quantized"].contains(tensor)) return values;
  const auto& params = file_["quantized"][tensor];
  const float scale = params.at("scale");
  const float zero_point = params.at("zero_point");
  for (float& value : values) {
    value = (std::clamp(std::nearbyint(value / scale) + zero_point, 0.0F, 255.0F) - zero_point) * scale;
  }
  return values;
}

}  // namespace halftone::testing
