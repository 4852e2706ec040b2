#include "native/tensors.h"
#include "native/words.h"

namespace halftone::python {
namespace {

using nb::literals::operator""_a;

void bind_choice(nb::module_& module) {
  nb::class_<OpChoice>(module, "OpChoice", "A concrete way of running one op in low precision.")
      .def(
          "__init__",
          [](OpChoice* self, QuantMode quant_mode, const QuantSpec& activation, std::optional<QuantSpec> weight,
             QuantFormat format, Runs runs) {
            new (self) OpChoice{quant_mode, format, weight, activation, runs};
          },
          "quant_mode"_a = QuantMode::static_, "activation"_a = QuantSpec{}, "weight"_a = nb::none(),
          "format"_a = QuantFormat::qdq, "runs"_a = Runs::int8)
      .def_rw("quant_mode", &OpChoice::quant_mode)
      .def_rw("format", &OpChoice::format)
      .def_rw("weight", &OpChoice::weight)
      .def_rw("activation", &OpChoice::activation)
      .def_rw("runs", &OpChoice::runs)
      .def_ro("float_output", &OpChoice::float_output)
      .def_ro("advice", &OpChoice::advice)
      .def(
          "__eq__", [](const OpChoice& a, const OpChoice& b) { return a == b; }, nb::is_operator(), kEqualsAnything)
      .def("__hash__", [](const OpChoice& choice) { return nb::hash(nb::str(to_string(choice).c_str())); })
      .def("__repr__", [](const OpChoice& choice) { return "OpChoice(" + to_string(choice) + ")"; });
}

/// A unit by the names of its ops.
struct NamedUnit {
  std::string name, type, pattern, reason;
  std::vector<std::string> ops;
  std::vector<OpChoice> choices;
};

/// A capability with the graph that its numbers speak of.
struct NamedCapability {
  std::string section;
  std::vector<NamedUnit> units;
  std::map<std::string, std::vector<std::string>> groups;
  std::vector<std::vector<std::string>> blocks;
  std::vector<std::vector<std::string>> precision_combinations;
};

}  // namespace

nb::object named_capability(const GraphView& graph, const Capability& capability) {
  NamedCapability named{
      capability.section, {}, capability.groups, capability.blocks, capability.precision_combinations};
  for (const UnitCapability& unit : capability.units) {
    const OpNode& anchor = graph.op(unit.unit.anchor());
    NamedUnit entry{anchor.name, anchor.type, unit.unit.pattern, unit.reason, {}, unit.choices};
    for (const OpId op : unit.unit.ops) entry.ops.push_back(graph.op(op).name);
    named.units.push_back(std::move(entry));
  }
  return nb::cast(std::move(named));
}

void bind_capability(nb::module_& module) {
  bind_choice(module);
  nb::class_<NamedUnit>(module, "Unit", "One occurrence of a fused pattern, or one op: the unit of choice.")
      .def_ro("name", &NamedUnit::name, "Of its anchor, as in TuneConfig.units.")
      .def_ro("type", &NamedUnit::type)
      .def_ro("pattern", &NamedUnit::pattern)
      .def_ro("ops", &NamedUnit::ops)
      .def_ro("choices", &NamedUnit::choices, "Best first; empty: float only.")
      .def_ro("reason", &NamedUnit::reason, "Why there are none.")
      .def("__repr__", [](const NamedUnit& unit) {
        return "Unit('" + unit.name + "', " + std::to_string(unit.choices.size()) + " choices)";
      });
  nb::class_<NamedCapability>(module, "Capability",
                              "What a backend can do with one model, under target and constraints.")
      .def_ro("section", &NamedCapability::section)
      .def_ro("units", &NamedCapability::units)
      .def_ro("groups", &NamedCapability::groups)
      .def_ro("blocks", &NamedCapability::blocks)
      .def_ro("precision_combinations", &NamedCapability::precision_combinations);
}

}  // namespace halftone::python
