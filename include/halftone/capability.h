#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "halftone/graph.h"
#include "halftone/quantization.h"

namespace halftone {

/// "major.minor.patch", missing parts are zero; anything after the numbers (".post1", "+cpu", "rc1") is ignored.
struct Version {
  int major = 0, minor = 0, patch = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};
std::optional<Version> parse_version(std::string_view text);
std::string to_string(const Version& version);

/// Versions from `low` on, up to but without `high`: ">=1.16,<1.21", ">=1.16" or "<1.16".
struct VersionRange {
  std::string text;
  Version low;                  ///< inclusive
  std::optional<Version> high;  ///< exclusive
  bool contains(const Version& version) const { return version >= low && (!high || version < *high); }
};

/// What the backend really does with an op between Q and DQ: a low-precision kernel, a move of values without
/// arithmetic, or a float kernel between conversions (never chosen by default).
enum class Runs { int8, moves, float_between };
std::string_view to_string(Runs runs);

/// When `approach: auto` takes an alternative: in the order of the file; where it turns out closer to float on the
/// calibration data than the first choice; or never, since it is slower than float and only a user can want it.
enum class Advice { first_choice, closer_to_float, on_request };
std::string_view to_string(Advice advice);

/// Values a spec may take; the first of each is the default.
struct SpecChoices {
  std::vector<DType> dtypes;
  std::vector<Scheme> schemes;
  std::vector<Granularity> granularities;
  std::vector<RangeMethod> algorithms;
  std::vector<int> group_sizes;  ///< for per_group
};

/// What an occurrence of an op must satisfy for an alternative to apply.
struct OpConditions {
  std::vector<InputRole> constant;                             ///< inputs of these roles are constants (where present)
  std::map<std::string, std::vector<std::string>> attributes;  ///< attribute (absent = first value) in this list
  /// First unmet condition as a sentence ("its weight is not constant"), or nullopt when all hold.
  std::optional<std::string> first_unmet(const GraphView& graph, OpId op) const;
};

/// One way of running an op type, as a capability file states it.
struct Alternative {
  std::string precision;  ///< the one it stands under: int8, int4, bf16 …
  QuantMode quant_mode = QuantMode::static_;
  QuantFormat format = QuantFormat::qdq;
  std::optional<SpecChoices> weight;
  SpecChoices activation;
  std::vector<std::string> requires_isa;
  Runs runs = Runs::int8;
  bool float_output = false;  ///< the kernel can also give float, so that a last op loses nothing to rounding
  OpConditions when;
  Advice advice = Advice::first_choice;
};

/// A concrete way of running one op: an alternative with every list narrowed to one value.
struct OpChoice {
  QuantMode quant_mode = QuantMode::static_;
  QuantFormat format = QuantFormat::qdq;
  std::optional<QuantSpec> weight;
  QuantSpec activation;
  Runs runs = Runs::int8;
  bool float_output = false;
  Advice advice = Advice::first_choice;
  friend bool operator==(const OpChoice&, const OpChoice&) = default;
};
/// "static uint8 asymmetric per_tensor, weight int8 symmetric per_channel"; a range method other than minmax and
/// "reduced" follow the granularity.
std::string to_string(const OpChoice& choice);

/// A sequence of op types that the backend runs as one kernel; each position lists alternatives ("Relu|Clip").
struct PatternSequence {
  std::string text;  ///< as written: "Conv + Relu|Clip"
  std::vector<std::vector<std::string>> positions;
  std::map<std::string, OpConditions> when;  ///< op type → what its ops must satisfy
  std::vector<std::string> requires_isa;
};

/// One of the op lists that a sequence stands for, with what an occurrence of it must satisfy.
struct PatternInstance {
  std::vector<std::string> ops;              ///< op types, in order of data
  std::map<std::string, OpConditions> when;  ///< of the sequence, for the types that stand in this list
  std::vector<std::string> requires_isa;
};

struct MixedPrecision {
  std::vector<std::string> precisions;
  std::vector<std::string> requires_isa;
};

/// What one range of framework versions can do.
struct CapabilitySection {
  std::optional<VersionRange> range;  ///< nullopt: the default section
  std::string united_names;           ///< of the sections this one unites; empty for one of a file
  std::vector<std::string> precisions;
  std::vector<MixedPrecision> mixed_precisions;
  std::map<std::string, std::vector<std::string>> ops;  ///< precision → op types ("*" = all)
  std::map<std::string, std::map<std::string, std::vector<Alternative>>> capabilities;  ///< precision → op type → …
  std::vector<PatternSequence> patterns;
  /// Alternatives of single ops of one model, by name, in place of those of their types. No file has them: adaptors do
  /// whose backend answers for each model anew.
  std::map<std::string, std::vector<Alternative>> of_ops;
  std::string name() const;
};

struct CapabilityFile {
  std::filesystem::path path;
  std::vector<CapabilitySection> sections;
  std::set<std::string> known_op_types;  ///< that the file may name: those of the adaptor's op table
  /// The newest section whose range holds the version, else the default. Throws unsupported when there is neither.
  const CapabilitySection& section_for(const Version& version) const;
};

/// What several backends of one framework can do together, the alternatives of earlier sections first. Precisions, ops
/// and patterns are united; the name joins those that differ.
CapabilitySection united(const std::vector<const CapabilitySection*>& sections);

/// Reads a capability file strictly: an unknown key, op type (not in `known_op_types`), enum word or empty list, and
/// overlapping sections, throw `configuration` naming file, line and the nearest valid word.
CapabilityFile load_capability_file(const std::filesystem::path& path, const std::set<std::string>& known_op_types);

/// One occurrence of a fused pattern, or one op alone: the unit of choice and of fallback.
struct QuantizationUnit {
  std::vector<OpId> ops;  ///< in order of data; the first is the anchor, whose alternatives count
  std::string pattern;    ///< text of the sequence; the op type for a single op
  OpId anchor() const { return ops.front(); }
};

/// Cuts a graph into units: longest patterns first, in topological order; inner tensors must have one reader and be
/// no graph outputs; ops after the anchor must be quantizable and take nothing but activations at run time. Every op is
/// in exactly one unit, and units stand in the order of their anchors.
std::vector<QuantizationUnit> find_units(const GraphView& graph, const std::vector<PatternSequence>& patterns);

struct UnitCapability {
  QuantizationUnit unit;
  std::vector<OpChoice> choices;  ///< best first; empty: float only
  std::string reason;             ///< why there are none
};

/// An occurrence of a fused pattern, and the other ways in which the same ops could be cut into units.
struct FusedPattern {
  QuantizationUnit unit;
  /// Cuts of fewer units first; the last leaves every op alone. Each piece with what could be done with it.
  std::vector<std::vector<UnitCapability>> alternatives;
};

/// What a backend can do with one model, narrowed by the target and the user's constraints.
struct Capability {
  std::string section;
  std::vector<UnitCapability> units;
  /// Named groups of op names: first_conv_or_matmul, last_conv_or_matmul, pre_post_process.
  std::map<std::string, std::vector<std::string>> groups;
  /// For fallback block by block: the products of each transformer layer's feed-forward part, the last layer first.
  std::vector<std::vector<std::string>> blocks;
  /// The units that are more than one op, in the order of `units`.
  std::vector<FusedPattern> fusions;
  /// Combinations of precisions that the target allows in one model, richest first.
  std::vector<std::vector<std::string>> precision_combinations;
  /// A sentence for each fused pattern that a rule of the user takes apart.
  std::vector<std::string> broken_fusions;
};

/// What the user demands of some ops, over what the backend can do.
struct OpRule {
  std::string pattern;                ///< regular expression that must match the whole op type or op name
  std::optional<bool> keep_float;     ///< precision: fp32
  std::optional<SpecChoices> weight;  ///< empty lists mean "as the backend can"
  std::optional<SpecChoices> activation;
};
/// Rules, and lists of regular expressions that must match a whole op type or op name. A list that is empty says
/// nothing; each item of one must match something.
struct UserConstraints {
  std::vector<OpRule> op_types;
  std::vector<OpRule> ops;
  std::vector<std::string> op_types_to_quantize;  ///< a unit is quantized only if its first op is of one of these types
  std::vector<std::string> ops_to_quantize;       ///< and only if its first op has one of these names
  std::vector<std::string> ops_to_exclude;        ///< names of ops that stay in float, whatever the rules say
  /// Op types whose results are quantized on account of their readers alone, never on their own.
  std::vector<std::string> float_outputs;
  /// Whether weights of 8 bits give up one of them; absent: where sums of products saturate on the target.
  std::optional<bool> reduce_range;
};

/// Instruction sets a model may be deployed on.
struct Target {
  std::string isa = "vnni";  ///< avx2, avx512, vnni, amx, arm_dot, arm_i8mm
  /// Sums of two u8*s8 products saturate 16 bits there, so that weights must give up a bit.
  bool saturates() const { return isa == "avx2" || isa == "avx512"; }
  /// Whether code for the target may use a feature: an instruction set or avx512_bf16. avx512 and vnni bring avx2 (vnni
  /// not avx512: client CPUs have its 256-bit form alone), amx brings all of them, arm_i8mm brings arm_dot.
  bool has(std::string_view feature) const;
};
/// Throws invalid_argument for an unknown instruction set.
Target make_target(std::string_view isa);

/// Answers what a backend can do. The base does everything from capability files; a framework's query class says which
/// version the framework has.
class QueryBackendCapability {
 public:
  /// Of several files (a union of backends), the alternatives of earlier ones come first. Throws unsupported when a
  /// file has no section for the version.
  QueryBackendCapability(const std::vector<CapabilityFile>& files, std::string version_text);
  /// From one section that no file holds; op types are those it names.
  QueryBackendCapability(CapabilitySection section, std::string version_text);
  virtual ~QueryBackendCapability();

  /// Version of the framework as it names itself.
  virtual std::string get_version() const { return version_text_; }
  /// Every precision of the section, in the order of the file.
  std::vector<std::string> get_precisions() const;
  /// Combinations of precisions the target allows in one model, richest first.
  std::vector<std::vector<std::string>> get_mixed_precision_combination(const Target& target) const;
  /// The op types of each precision; "*" alone stands for all.
  std::map<std::string, std::vector<std::string>> get_op_types() const;
  /// Throws invalid_argument for a precision that the backend does not have, naming the nearest.
  std::vector<std::string> get_op_types_by_precision(const std::string& precision) const;
  /// The supported sequences, by the op type they begin with.
  std::map<std::string, std::vector<std::string>> get_fuse_patterns() const;
  /// The concrete op lists a sequence expands to, each with its conditions. Throws invalid_argument for a sequence that
  /// the backend does not have, naming the nearest.
  std::vector<PatternInstance> get_pattern_instances(const std::string& sequence) const;
  /// The alternatives of each op type, of all precisions, best first.
  const std::map<std::string, std::vector<Alternative>>& get_quantization_capability() const;
  /// The user's override, applied by capability_of(). Throws configuration for an invalid regular expression.
  void set_quantization_config(UserConstraints constraints);

  const CapabilitySection& section() const { return section_; }
  /// Op types that capability files of this backend may name.
  const std::set<std::string>& known_op_types() const { return known_op_types_; }
  /// Intersects the section with a model, a target and the user's constraints. Throws configuration when a rule
  /// matches nothing or leaves an op without a choice.
  Capability capability_of(const GraphView& graph, const Target& target) const;
  /// The same with nothing but the precisions of one combination: what one configuration may mix. Throws
  /// invalid_argument for a combination that get_mixed_precision_combination() does not list.
  Capability capability_of(const GraphView& graph, const Target& target,
                           const std::vector<std::string>& combination) const;

 private:
  struct AllowedPrecisions {
    std::vector<std::string> names;
    std::string by;  ///< who allows these alone
  };
  Capability capability_within(const GraphView& graph, const Target& target, const AllowedPrecisions& allowed) const;

  std::string version_text_;
  CapabilitySection section_;
  std::set<std::string> known_op_types_;
  std::map<std::string, std::vector<Alternative>> alternatives_;
  UserConstraints constraints_;
};

}  // namespace halftone
