#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "halftone/adaptor.h"
#include "halftone/plan.h"
#include "report/json_values.h"

namespace halftone {

/// The step of a record's "prepare" that changes weights beyond what the record holds.
constexpr const char* kTrainingStep = "train";
/// Throws unsupported where no model can be made of the record alone: its weights were trained, or the backend has
/// quantize() alone.
void require_recoverable(const Adaptor& adaptor, const Json& q_config);

/// Reads a result that a verb wrote as JSON. Throws io, and invalid_data for what is no result of one of `commands`.
Json read_result(const std::filesystem::path& path, const std::vector<std::string>& commands);

/// The choices that a q_config holds (see quantization_config_json()), as make_plan() takes them. Throws invalid_data
/// naming the key that is missing or of another kind.
TuneConfig recorded_choices(const Json& q_config);

/// Fills a plan that was made from recorded_choices() without statistics with the recorded parameters, those of
/// constants and corrections of biases among them. Throws invalid_data where the record and the plan do not fit.
void restore_parameters(const Json& q_config, QuantizationPlan& plan);

/// The plan that a q_config records, parameters and all, of the graph and capability that it was made for.
QuantizationPlan recorded_plan(const GraphView& graph, const Capability& capability, const Json& q_config);

}  // namespace halftone
