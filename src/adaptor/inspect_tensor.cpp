#include <algorithm>
#include <set>

#include "adaptor/sample_session.h"
#include "adaptor/tensor_sink.h"
#include "base/nearest_word.h"
#include "halftone/adaptor.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr InspectType kInspectTypes[] = {InspectType::weight, InspectType::activation, InspectType::all};

std::set<std::string> op_names(const GraphView& graph) {
  std::set<std::string> names;
  for (const OpNode& op : graph.ops()) names.insert(op.name);
  return names;
}

/// Names of the ops that are asked for.
std::set<std::string> selected_ops(const GraphView& graph, const InspectOptions& options) {
  std::set<std::string> all = op_names(graph);
  std::set<std::string> selected(options.op_list.begin(), options.op_list.end());
  for (const std::string& op : selected) {
    if (all.contains(op)) continue;
    throw Error(ErrorCode::invalid_argument, "the model has no op '" + op + "'", suggest(op, {all.begin(), all.end()}));
  }
  if (!selected.empty()) return selected;
  if (options.quantization_cfg == nullptr) return all;
  for (const auto& [op, unit] : options.quantization_cfg->units) {
    if (unit.choice && all.contains(op)) selected.insert(op);
  }
  return selected;
}

/// Inspects one model.
class Inspector {
 public:
  Inspector(const Adaptor& adaptor, const Model& model, const InspectOptions& options)
      : adaptor_(adaptor),
        model_(model),
        options_(options),
        graph_(adaptor.graph(model)),
        ops_(selected_ops(graph_, options)),
        wanted_(options.iteration_list.begin(), options.iteration_list.end()) {
    if (!options.save_to_disk) return;
    if (options.save_path.empty()) {
      throw Error(ErrorCode::invalid_argument, "tensors are to be saved, but no folder is named", "give save_path");
    }
    std::error_code failed;
    std::filesystem::create_directories(options.save_path, failed);
    if (failed) {
      throw Error(ErrorCode::io, "cannot make folder '" + options.save_path.string() + "': " + failed.message());
    }
  }

  /// Throws where the data are known not to have the iterations; a stream ends when it ends.
  void require_iterations(const DataLoader& data) const {
    if (!wanted_.empty() && *wanted_.begin() < 1) {
      throw Error(ErrorCode::invalid_argument, "iteration " + std::to_string(*wanted_.begin()) + " does not exist",
                  "iterations are counted from 1");
    }
    require_iteration(last_wanted(), data.size());
  }

  void inspect_weights() {
    TensorSink sink(file("weights.npz"), 0, result_.weight_names);
    const std::vector<StoredConstant> stored =
        adaptor_.stored_constants(model_).value_or(std::vector<StoredConstant>());
    for (const TensorNode& tensor : graph_.tensors()) {
      const bool is_stored = std::ranges::find(stored, tensor.name, &StoredConstant::stored) != stored.end();
      if (!tensor.is_constant() || is_stored) continue;
      if (const auto readers = readers_of(tensor); !readers.empty())
        sink.add(readers, tensor.name, tensor.value->read());
    }
    for (const StoredConstant& constant : stored) {
      const std::vector<std::string> readers = selected(constant.ops);
      if (readers.empty()) continue;
      sink.add(readers, constant.tensor, dequantized(constant));
      if (constant.is_quantized()) sink.add(readers, constant.stored, constant.values.read());
    }
    finish(sink, [&] { result_.weight = sink.take(); });
  }

  void inspect_activations(const DataLoader& data) {
    std::vector<std::string> tensors;
    for (const OpNode& op : graph_.ops()) {
      if (!ops_.contains(op.name)) continue;
      for (const TensorId output : op.outputs) {
        if (output != kNone) tensors.push_back(graph_.tensor(output).name);
      }
    }
    const auto session = open_for_samples(adaptor_, model_, tensors, /*threads=*/1);
    for_each_iteration(data, [&](int iteration, const DataItem& item) {
      const ErrorContext frame([&] { return "sample '" + item.id + "'"; });
      TensorSink sink(file("activations_" + std::to_string(iteration) + ".npz"), iteration, result_.activation_names);
      session->run(item.inputs, [&](std::size_t index, const Tensor& value) {
        sink.add({graph_.op(graph_.tensor(*graph_.find_tensor(tensors[index])).producer).name}, tensors[index], value);
      });
      finish(sink, [&] { result_.activation[iteration] = sink.take(); });
    });
  }

  InspectResult take() { return std::move(result_); }

 private:
  std::filesystem::path file(const std::string& name) const {
    return options_.save_to_disk ? options_.save_path / name : std::filesystem::path();
  }

  template <typename Keep>
  void finish(TensorSink& sink, Keep keep) {
    if (!options_.save_to_disk) {
      keep();
    } else if (const auto written = sink.commit()) {
      result_.files.push_back(*written);
    }
  }

  std::vector<std::string> selected(const std::vector<std::string>& ops) const {
    std::vector<std::string> found;
    std::ranges::copy_if(ops, std::back_inserter(found), [&](const std::string& op) { return ops_.contains(op); });
    return found;
  }

  // Shapes, axes and indices are no weights.
  std::vector<std::string> readers_of(const TensorNode& tensor) const {
    std::vector<std::string> readers;
    for (const TensorUse& use : tensor.uses) {
      const OpNode& op = graph_.op(use.op);
      if (op.role(static_cast<std::size_t>(use.input)) != InputRole::parameter) readers.push_back(op.name);
    }
    return selected(readers);
  }

  template <typename Use>
  void for_each_iteration(const DataLoader& data, Use use) {
    const bool all = wanted_.empty();
    const std::size_t last = last_wanted();
    Stage stage(adaptor_.progress(), "inspect activations", all ? data.size().value_or(0) : wanted_.size());
    if (!all && data.random_access()) {
      for (const int iteration : wanted_) {
        use(iteration, data.item(static_cast<std::size_t>(iteration) - 1));
        stage.advance();
      }
      return;
    }
    int given = 0;
    (all ? data : data.prefix(last)).for_each(1, [&](std::size_t position, const DataItem& item) {
      given = static_cast<int>(position) + 1;
      if (!all && !wanted_.contains(given)) return;
      use(given, item);
      stage.advance();
    });
    require_iteration(last, static_cast<std::size_t>(given));
  }

  /// 0 where all are wanted.
  std::size_t last_wanted() const { return wanted_.empty() ? 0 : static_cast<std::size_t>(*wanted_.rbegin()); }

  static void require_iteration(std::size_t last, std::optional<std::size_t> items) {
    if (!items || last <= *items) return;
    throw Error(ErrorCode::invalid_argument,
                "iteration " + std::to_string(last) + " does not exist: the data have " + std::to_string(*items));
  }

  const Adaptor& adaptor_;
  const Model& model_;
  const InspectOptions& options_;
  GraphView graph_;
  std::set<std::string> ops_;
  std::set<int> wanted_;
  InspectResult result_;
};

}  // namespace

std::string_view to_string(InspectType type) {
  switch (type) {
    case InspectType::weight:
      return "weight";
    case InspectType::activation:
      return "activation";
    default:
      return "all";
  }
}

InspectType parse_inspect_type(std::string_view text) {
  std::vector<std::string> words;
  for (const InspectType type : kInspectTypes) {
    if (to_string(type) == text) return type;
    words.emplace_back(to_string(type));
  }
  throw Error(ErrorCode::invalid_argument, "'" + std::string(text) + "' is no kind of tensors", suggest(text, words));
}

InspectResult Adaptor::do_inspect_tensor(const Model& model, const DataLoader* data,
                                         const InspectOptions& options) const {
  const bool activations = options.inspect_type != InspectType::weight;
  if (activations && data == nullptr) {
    throw Error(ErrorCode::invalid_argument,
                "activations are inspected while the model runs on data, and none is given",
                "give some, or inspect weights alone");
  }
  Inspector inspector(*this, model, options);
  if (activations) inspector.require_iterations(*data);
  if (options.inspect_type != InspectType::activation) inspector.inspect_weights();
  if (activations) inspector.inspect_activations(*data);
  return inspector.take();
}

}  // namespace halftone
