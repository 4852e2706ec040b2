#pragma once

#include <string>
#include <vector>

#include "halftone/capability.h"
#include "halftone/graph.h"
#include "halftone/plan.h"

namespace halftone {

/// What became of one unit.
struct UnitPlacement {
  std::optional<OpChoice> choice;  ///< absent: float
  std::string reason;              ///< why it is float
  bool quantized() const { return choice.has_value(); }
  /// Its tensors carry quantized values. A unit that quantizes at run time, or weights alone, takes and gives float.
  bool carries_integers() const {
    return choice && choice->quant_mode != QuantMode::dynamic && choice->quant_mode != QuantMode::weight_only;
  }
};

/// Which units run in low precision, and which tensors therefore carry quantized values. Decided once, read by the
/// steps that find groups, parameters and conversions.
class Placement {
 public:
  /// Starts from the configuration and takes back every unit whose low precision would only add conversions:
  /// everything but products needs an input that arrives quantized and, unless its kernel can give its result as it
  /// is, a reader that wants it quantized. The result is the largest set of units for which this holds. `excluded`
  /// (parallel to the units) holds a reason for units that must stay float, empty elsewhere. Graph, capability and
  /// configuration must outlive it.
  Placement(const GraphView& graph, const Capability& capability, const TuneConfig& config,
            const std::vector<std::string>& excluded);

  const GraphView& graph() const { return graph_; }
  const std::vector<UnitCapability>& units() const { return capability_.units; }
  const UnitPlacement& unit(std::size_t index) const { return placements_[index]; }
  std::size_t unit_of(OpId op) const { return unit_of_op_[static_cast<std::size_t>(op)]; }

  /// Indices of the activation inputs that a quantized op takes from outside its unit; constants included.
  std::vector<int> outside_activations(OpId op) const;
  /// A quantized op reads the tensor quantized.
  bool is_read_quantized(TensorId tensor) const;
  /// The tensor leaves its producer quantized.
  bool is_written_quantized(TensorId tensor) const;
  bool carries_quantized(TensorId tensor) const { return is_read_quantized(tensor) || is_written_quantized(tensor); }
  /// Tensors a unit gives to others.
  const std::vector<TensorId>& outputs_of(std::size_t unit) const;
  /// What the user gives for the tensor, or null.
  const GivenParameters* given(TensorId tensor) const;

 private:
  void choose(const TuneConfig& config, const std::vector<std::string>& excluded);
  bool take_back_one_round();
  bool anchor_is_product(std::size_t unit) const;
  bool any_input_written_quantized(std::size_t unit) const;
  bool any_output_read_quantized(std::size_t unit) const;

  const GraphView& graph_;
  const Capability& capability_;
  const std::map<std::string, GivenParameters>& given_;
  std::vector<std::size_t> unit_of_op_;
  std::vector<UnitPlacement> placements_;
};

}  // namespace halftone
