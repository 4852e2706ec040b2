#include "conformance/testing/chain_adaptor.h"

#include <algorithm>
#include <functional>
#include <sstream>

#include "base/file.h"
#include "halftone/error.h"

namespace halftone::testing {
namespace {

constexpr std::size_t kWidth = 4;

struct ChainOp {
  std::string type;
  bool quantized = false;
  std::optional<QuantParams> input;   ///< how what it reads is rounded
  std::optional<QuantParams> weight;  ///< how its weight is rounded
};

std::string output_of(std::size_t op) { return "y" + std::to_string(op); }
std::string input_of(std::size_t op) { return op == 0 ? "x" : output_of(op - 1); }
std::string name_of(std::size_t op) { return "op" + std::to_string(op); }

// Any values do that differ, as long as no channel is empty.
std::vector<float> weights_of(std::size_t op) {
  std::vector<float> values(kWidth * kWidth);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>((i * 7 + op * 3) % 11) / 11.0F - (i % kWidth == i / kWidth ? 0.0F : 0.35F);
  return values;
}

std::vector<float> rounded(const std::vector<float>& values, const Shape& shape, const QuantParams& params) {
  return dequantize(quantize(values, shape, params), params);
}

std::vector<float> run_op(const ChainOp& op, std::size_t index, std::vector<float> x) {
  if (op.input) x = rounded(x, {static_cast<std::int64_t>(x.size())}, *op.input);
  if (op.type == "Relu") std::ranges::transform(x, x.begin(), [](float value) { return std::max(value, 0.0F); });
  if (op.type == "Halve") std::ranges::transform(x, x.begin(), [](float value) { return value / 2; });
  if (op.type == "Negate") std::ranges::transform(x, x.begin(), std::negate<float>());
  if (op.type != "Dense") return x;
  std::vector<float> weight = weights_of(index);
  if (op.weight) weight = rounded(weight, {kWidth, kWidth}, *op.weight);
  std::vector<float> y(x.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::size_t row = i % kWidth, sample = i - row;
    for (std::size_t k = 0; k < kWidth; ++k) y[i] += weight[row * kWidth + k] * x[sample + k];
  }
  return y;
}

class ChainModel final : public Model {
 public:
  explicit ChainModel(std::vector<ChainOp> chain) : ops(std::move(chain)) {}
  std::vector<TensorSignature> inputs() const override { return {{"x", DType::f32, Shape{2, kWidth}}}; }
  std::vector<TensorSignature> outputs() const override {
    return {{output_of(ops.size() - 1), DType::f32, Shape{2, kWidth}}};
  }
  std::string sha256() const override { return std::string(64, '0'); }
  std::uint64_t size_bytes() const override { return ops.size(); }
  std::vector<ChainOp> ops;
};

const std::vector<ChainOp>& ops_of(const Model& model) { return dynamic_cast<const ChainModel&>(model).ops; }

class ChainSession final : public Session {
 public:
  ChainSession(std::vector<ChainOp> ops, std::vector<std::string> observed, float error)
      : ops_(std::move(ops)), observed_(std::move(observed)), error_(error) {}
  bool concurrent() const override { return true; }

 private:
  NamedTensors do_run(const NamedTensors& inputs, const TensorObserver& observe) const override {
    Tensor value = *find_tensor(inputs, "x");
    show("x", value, observe);
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      std::vector<float> y = run_op(ops_[i], i, value.to_floats());
      if (ops_[i].quantized && i + 1 == ops_.size())
        std::ranges::transform(y, y.begin(), [&](float v) { return v + error_; });
      value = Tensor::from<float>(std::move(y), {2, kWidth});
      show(output_of(i), value, observe);
    }
    return {{output_of(ops_.size() - 1), std::move(value)}};
  }
  void show(const std::string& name, const Tensor& value, const TensorObserver& observe) const {
    const auto found = std::ranges::find(observed_, name);
    if (observe && found != observed_.end()) observe(static_cast<std::size_t>(found - observed_.begin()), value);
  }
  std::vector<ChainOp> ops_;
  std::vector<std::string> observed_;
  float error_;
};

CapabilityFile file_of(CapabilitySection section) {
  CapabilityFile file;
  file.known_op_types = {"Dense", "Relu", "Halve", "Negate"};
  file.sections.push_back(std::move(section));
  return file;
}

class ChainAdaptor : public Adaptor {
 public:
  ChainAdaptor(AdaptorOptions given, CapabilitySection section, ChainFramework framework)
      : Adaptor(std::move(given)), framework_(std::move(framework)), query_({file_of(std::move(section))}, "1.0") {}
  FrameworkVersion framework() const override { return {"chains", "1.0", "built in"}; }
  const QueryBackendCapability& query() const override { return query_; }

 private:
  std::unique_ptr<Model> do_load(const ModelSource& source) const override {
    std::istringstream words(read_file(source.path));
    std::vector<ChainOp> ops;
    for (std::string word; words >> word;) ops.push_back({.type = word});
    return std::make_unique<ChainModel>(std::move(ops));
  }
  std::string do_save(const Model&, const std::filesystem::path&) const override { return {}; }
  std::unique_ptr<Model> do_prepare(const Model& model) const override {
    return std::make_unique<ChainModel>(ops_of(model));
  }
  GraphView do_graph(const Model& model) const override {
    GraphBuilder builder;
    builder.add_input(model.inputs().front());
    const std::vector<ChainOp>& ops = ops_of(model);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      std::vector<std::string> inputs{input_of(i)};
      OpMeaning meaning{.roles = {InputRole::activation}};
      if (ops[i].type == "Dense") {
        meaning = {.roles = {InputRole::activation, InputRole::weight}, .channel_axis = 0, .is_product = true};
        inputs.push_back(name_of(i) + ".w");
        builder.add_constant(inputs.back(), Tensor::from<float>(weights_of(i), {kWidth, kWidth}));
      }
      builder.describe_tensor({output_of(i), DType::f32, Shape{2, kWidth}});
      builder.add_op({name_of(i), ops[i].type, inputs, {output_of(i)}, {}, meaning, {}});
    }
    builder.add_output(output_of(ops.size() - 1));
    return std::move(builder).build();
  }
  std::unique_ptr<Session> do_open(const Model& model, const RunOptions& options) const override {
    return std::make_unique<ChainSession>(ops_of(model), options.observed_tensors, framework_.error);
  }
  std::unique_ptr<Model> do_convert(const Model& model, const QuantizationPlan& plan) const override {
    if (framework_.interrupted) throw Error(ErrorCode::interrupted, "interrupted");
    std::vector<ChainOp> ops = ops_of(model);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      const OpPlan& planned = *std::ranges::find(plan.ops, name_of(i), &OpPlan::name);
      if (!planned.quantized) continue;
      if (ops[i].type == framework_.refuses) throw Error(ErrorCode::unsupported, "no " + ops[i].type + " in int8");
      ops[i].quantized = true;
      if (!planned.quantized_inputs.empty()) ops[i].input = plan.find_tensor(input_of(i))->params;
      if (planned.weight) ops[i].weight = planned.weight->params;
    }
    return std::make_unique<ChainModel>(std::move(ops));
  }

  // A kernel between ops in float has conversions around it.
  std::optional<std::vector<ExecutedOp>> do_executed_ops(const Model& model) const override {
    if (!framework_.tells_execution) return std::nullopt;
    std::vector<ExecutedOp> executed;
    bool in_integers = false;
    const auto enter = [&](bool low) {
      if (low != in_integers) executed.push_back({"", low ? "Quantize" : "Dequantize", false});
      in_integers = low;
    };
    const std::vector<ChainOp>& ops = ops_of(model);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      const bool fused = ops[i].type == "Relu" && i > 0 && in_integers && framework_.fuses_relu;
      if (fused) {
        executed.back().type += "Relu";
        continue;
      }
      const bool low = ops[i].quantized && framework_.kernels.contains(ops[i].type);
      enter(low);
      executed.push_back({name_of(i), ops[i].type, low});
    }
    // The product at the end gives float by itself.
    return executed;
  }

  ChainFramework framework_;
  QueryBackendCapability query_;
};

/// Does all at once.
class ComposedChainAdaptor final : public ChainAdaptor {
 public:
  using ChainAdaptor::ChainAdaptor;
  bool only_quantizes() const override { return true; }

 private:
  QuantizeResult do_quantize(const TuneConfig& config, const Model& model, const Capability& capability,
                             const DataLoader* data, const CalibrationOptions& options,
                             const TrainingFunction&) const override {
    QuantizeResult result;
    const GraphView view = graph(model);
    const QuantizationPlan outline = make_plan(view, capability, config, nullptr);
    const CalibrationTable table = calibrate(model, outline.observed_tensors(), *data, options);
    result.model = convert(model, make_plan(view, capability, config, &table));
    result.plan = outline;
    result.plan.conversions = {};
    return result;
  }
};

AdaptorOptions chain_options() {
  AdaptorOptions options;
  options.key = "chains";
  return options;
}

}  // namespace

Alternative element_wise(Runs runs) {
  Alternative alternative;
  alternative.precision = "int8";
  alternative.activation = {{DType::u8}, {Scheme::asymmetric}, {Granularity::per_tensor}, {RangeMethod::minmax}, {}};
  alternative.runs = runs;
  return alternative;
}

CapabilitySection true_section() {
  Alternative dense = element_wise();
  dense.weight = SpecChoices{
      {DType::s8}, {Scheme::symmetric}, {Granularity::per_channel, Granularity::per_tensor}, {RangeMethod::minmax}, {}};
  dense.float_output = true;
  CapabilitySection section;
  section.precisions = {"int8", "fp32"};
  section.mixed_precisions = {{{"int8", "fp32"}, {}}};
  section.ops = {{"int8", {"Dense"}}, {"fp32", {"*"}}};
  section.capabilities["int8"]["Dense"] = {dense};
  section.patterns = {{"Dense + Relu", {{"Dense"}, {"Relu"}}, {}, {}}};
  return section;
}

std::unique_ptr<Adaptor> make_chain_adaptor(CapabilitySection section, ChainFramework framework) {
  return std::make_unique<ChainAdaptor>(chain_options(), std::move(section), std::move(framework));
}

std::unique_ptr<Adaptor> make_composed_chain_adaptor(CapabilitySection section, ChainFramework framework) {
  return std::make_unique<ComposedChainAdaptor>(chain_options(), std::move(section), std::move(framework));
}

}  // namespace halftone::testing
