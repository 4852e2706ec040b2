#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"
#include "capability/test_graph.h"
#include "halftone/capability.h"

namespace halftone {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kFile = R"(
- version: {range: ">=1.16"}
  precisions:
    names: [int8, uint8, bf16, fp32]
    valid_mixed_precision:
      - precisions: [int8, fp32]
      - precisions: [int8, uint8, bf16, fp32]
        requires: [avx512_bf16]
      - precisions: [uint8, fp32]
  ops:
    int8: [Conv, MatMul, Add, Softmax, Split, Concat]
    bf16: [Conv]
    fp32: ["*"]
  capabilities:
    int8:
      Conv:
        - &product
          quant_mode: static
          format: qdq
          weight: {dtype: [int8], scheme: [symmetric], granularity: [per_channel, per_tensor], algorithm: [minmax]}
          activation: &activation
            {dtype: [uint8], scheme: [asymmetric], granularity: [per_tensor], algorithm: [minmax, kl, mse]}
          when: {constant: [weight, bias], attributes: {mode: [plain]}}
          runs: int8
      MatMul:
        - <<: *product
          when: {constant: [weight]}
          float_output: true
        - &no_weight
          quant_mode: static
          format: qdq
          activation: *activation
          runs: int8
      Add: [*no_weight]
      Softmax: [{<<: *no_weight, runs: float_between}]
      Concat: [*no_weight, {<<: *no_weight, activation: {<<: *activation, dtype: [uint8, int8]}, advice: on_request}]
      Split: [{<<: *no_weight, requires: [amx]}]
  patterns: {int8: ["Conv + Relu|Clip", "Conv + Add", "MatMul + Relu"]}
- version: default
  precisions: {names: [fp32], valid_mixed_precision: [{precisions: [fp32]}]}
  ops: {fp32: ["*"]}
)";

QueryBackendCapability make_query(const std::string& version = "1.32.0") {
  const auto path = std::filesystem::path(testing::TempDir()) /
                    ("query_backend_capability_test." + std::to_string(getpid()) + ".yaml");
  write_file(path, kFile);
  return {{load_capability_file(path, {"Conv", "MatMul", "Add", "Softmax", "Split", "Relu", "Clip", "Concat"})},
          version};
}

GraphView network() {
  return TestGraph()
      .input("x")
      .constant("w")
      .op("Conv", "conv1", {"x", "w"})
      .op("Relu", "relu1", {"conv1"})
      .op("Conv", "conv2", {"relu1", "w"}, {{"mode", std::string("odd")}})
      .op("MatMul", "product", {"conv2", "relu1"})
      .op("MatMul", "head", {"product", "w"})
      .op("Softmax", "softmax", {"head"})
      .op("Split", "split", {"softmax"})
      .op("Relu", "lone", {"split"})
      .op("Mystery", "mystery", {"lone"})
      .op("Add", "sum", {"mystery", "x"}, {}, "it adds strings")
      .output("sum")
      .build();
}

const UnitCapability& unit_of(const GraphView& graph, const Capability& capability, const std::string& op) {
  for (const UnitCapability& unit : capability.units) {
    if (std::ranges::find(unit.unit.ops, *graph.find_op(op)) != unit.unit.ops.end()) return unit;
  }
  throw std::out_of_range(op);
}

TEST(QueryBackendCapability, AnswersFromTheSectionOfItsVersion) {
  const QueryBackendCapability query = make_query("1.32.0+cpu");
  EXPECT_EQ(query.get_version(), "1.32.0+cpu");
  EXPECT_EQ(query.section().name(), ">=1.16");
  EXPECT_THAT(query.get_precisions(), ElementsAre("int8", "uint8", "bf16", "fp32"));
  EXPECT_THAT(query.get_op_types_by_precision("bf16"), ElementsAre("Conv"));
  EXPECT_THAT(query.get_op_types_by_precision("uint8"), IsEmpty());
  EXPECT_THAT(query.get_op_types().at("fp32"), ElementsAre("*"));
  EXPECT_THAT(query.get_quantization_capability().at("MatMul"), SizeIs(2));
  EXPECT_EQ(make_query("1.15.9").section().name(), "default");
  EXPECT_THAT(make_query("1.15.9").get_quantization_capability(), IsEmpty());
}

TEST(QueryBackendCapability, RefusesWhatItDoesNotKnow) {
  const QueryBackendCapability query = make_query();
  EXPECT_EQ(error_of([&] { query.get_op_types_by_precision("int9"); }),
            "invalid_argument: the backend has no precision 'int9' | did you mean 'int8'?");
  EXPECT_THAT(error_of([&] { query.get_pattern_instances("Conv + Rely|Clip"); }),
              HasSubstr("did you mean 'Conv + Relu|Clip'?"));
  EXPECT_THAT(error_of([] { make_query("nightly"); }), HasSubstr("unsupported: 'nightly' is not a version"));
}

TEST(QueryBackendCapability, OffersMixedPrecisionsTheTargetAllowsRichestFirst) {
  const QueryBackendCapability query = make_query();
  EXPECT_THAT(query.get_mixed_precision_combination(make_target("vnni")),
              ElementsAre(ElementsAre("int8", "fp32"), ElementsAre("uint8", "fp32")));
  EXPECT_THAT(query.get_mixed_precision_combination(make_target("amx")),
              ElementsAre(SizeIs(4), ElementsAre("int8", "fp32"), ElementsAre("uint8", "fp32")));
}

TEST(QueryBackendCapability, ListsFusionsByTheOpTheyBeginWith) {
  const QueryBackendCapability query = make_query();
  const auto patterns = query.get_fuse_patterns();
  ASSERT_THAT(patterns, SizeIs(2));
  EXPECT_THAT(patterns.at("Conv"), ElementsAre("Conv + Relu|Clip", "Conv + Add"));
  std::vector<std::vector<std::string>> lists;
  // However the sequence is spaced.
  for (const PatternInstance& instance : query.get_pattern_instances("Conv+Relu | Clip")) lists.push_back(instance.ops);
  EXPECT_THAT(lists, ElementsAre(ElementsAre("Conv", "Relu"), ElementsAre("Conv", "Clip")));
}

/// A backend with products in int8 and, on CPUs that have it, in bf16; ReLU goes with either, Clip where there is vnni.
QueryBackendCapability two_precisions() {
  constexpr std::string_view kText = R"(
- version: default
  precisions:
    names: [int8, bf16, fp32]
    valid_mixed_precision:
      - {precisions: [int8, fp32]}
      - {precisions: [bf16, fp32], requires: [avx512_bf16]}
  ops: {int8: [Conv], bf16: [MatMul], fp32: ["*"]}
  capabilities:
    int8:
      Conv:
        - &product
          quant_mode: static
          format: qdq
          weight: {dtype: [int8], scheme: [symmetric], granularity: [per_tensor], algorithm: [minmax]}
          activation: {dtype: [uint8], scheme: [asymmetric], granularity: [per_tensor], algorithm: [minmax]}
          runs: int8
    bf16:
      MatMul: [*product]
  patterns:
    int8:
      - Conv + Relu
      - {sequence: Conv + Clip, requires: [amx], when: {Clip: {constant: [parameter]}}}
)";
  const auto path =
      std::filesystem::path(testing::TempDir()) / ("two_precisions." + std::to_string(getpid()) + ".yaml");
  write_file(path, kText);
  return {{load_capability_file(path, {"Conv", "MatMul", "Relu", "Clip"})}, "1.0"};
}

TEST(QueryBackendCapability, KnowsTheConditionsOfEachPatternInstance) {
  const QueryBackendCapability query = two_precisions();
  EXPECT_THAT(query.get_pattern_instances("Conv + Relu")[0].requires_isa, IsEmpty());
  const PatternInstance clip = query.get_pattern_instances("Conv + Clip").at(0);
  EXPECT_THAT(clip.requires_isa, ElementsAre("amx"));
  EXPECT_THAT(clip.when.at("Clip").constant, ElementsAre(InputRole::parameter));
  EXPECT_THAT(query.known_op_types(), testing::UnorderedElementsAre("Conv", "MatMul", "Relu", "Clip"));
}

TEST(CapabilityOf, GivesChoicesOrAReasonToEachUnit) {
  const GraphView graph = network();
  const Capability capability = make_query().capability_of(graph, make_target("vnni"));
  EXPECT_EQ(capability.section, ">=1.16");
  ASSERT_THAT(capability.units, SizeIs(9));
  const UnitCapability& fused = unit_of(graph, capability, "conv1");
  EXPECT_EQ(fused.unit.pattern, "Conv + Relu|Clip");
  EXPECT_THAT(fused.choices, SizeIs(6));
  EXPECT_EQ(fused.reason, "");
  const auto reason = [&](const std::string& op) {
    const UnitCapability& unit = unit_of(graph, capability, op);
    EXPECT_THAT(unit.choices, IsEmpty());
    return unit.reason;
  };
  EXPECT_EQ(reason("conv2"), "its attribute mode is odd, only plain runs in int8");
  EXPECT_EQ(reason("softmax"), "the backend only runs Softmax in float between conversions");
  EXPECT_EQ(reason("split"), "the target vnni lacks amx, which the low-precision kernel needs");
  EXPECT_EQ(reason("lone"), "the backend has no low-precision kernel for Relu in section >=1.16");
  EXPECT_EQ(reason("mystery"), "op type Mystery is not in the op table");
  EXPECT_EQ(reason("sum"), "it adds strings");
}

TEST(CapabilityOf, TakesTheAlternativeThatFitsTheWeight) {
  const GraphView graph = network();
  const Capability capability = make_query().capability_of(graph, make_target("vnni"));
  const UnitCapability& computed = unit_of(graph, capability, "product");
  ASSERT_THAT(computed.choices, SizeIs(3));
  EXPECT_FALSE(computed.choices[0].weight);
  const UnitCapability& constant = unit_of(graph, capability, "head");
  ASSERT_THAT(constant.choices, SizeIs(6));
  EXPECT_TRUE(constant.choices[0].weight);
  EXPECT_TRUE(constant.choices[0].float_output);
}

TEST(CapabilityOf, OffersNoWeightToAnOpWithoutOne) {
  const GraphView graph = TestGraph().input("x").op("MatMul", "squared", {"x"}).output("squared").build();
  const Capability capability = make_query().capability_of(graph, make_target("vnni"));
  ASSERT_THAT(capability.units[0].choices, SizeIs(3));
  EXPECT_FALSE(capability.units[0].choices[0].weight);
}

TEST(CapabilityOf, DependsOnTheTarget) {
  const GraphView graph = network();
  const QueryBackendCapability query = make_query();
  EXPECT_THAT(unit_of(graph, query.capability_of(graph, make_target("amx")), "split").choices, SizeIs(3));
  EXPECT_TRUE(unit_of(graph, query.capability_of(graph, make_target("avx2")), "conv1").choices[0].weight->reduce_range);
  EXPECT_FALSE(
      unit_of(graph, query.capability_of(graph, make_target("vnni")), "conv1").choices[0].weight->reduce_range);
}

TEST(CapabilityOf, NamesTheGroups) {
  const GraphView graph = network();
  Capability capability = make_query().capability_of(graph, make_target("amx"));
  EXPECT_THAT(capability.groups["first_conv_or_matmul"], ElementsAre("conv1"));
  EXPECT_THAT(capability.groups["last_conv_or_matmul"], ElementsAre("head"));
  EXPECT_THAT(capability.groups["pre_post_process"], ElementsAre("split"));
}

GraphView product_of_each_precision() {
  return TestGraph()
      .input("x")
      .constant("w")
      .op("Conv", "conv", {"x", "w"})
      .op("Clip", "clip", {"conv", "w"})
      .op("MatMul", "product", {"clip", "w"})
      .build();
}

TEST(CapabilityOf, UsesNoPrecisionThatTheTargetAllowsInNoCombination) {
  const GraphView graph = product_of_each_precision();
  const QueryBackendCapability query = two_precisions();
  const Capability without = query.capability_of(graph, make_target("vnni"));
  EXPECT_THAT(without.precision_combinations, ElementsAre(ElementsAre("int8", "fp32")));
  EXPECT_EQ(unit_of(graph, without, "product").reason,
            "the target vnni allows no bf16, in which alone it has a kernel");
  const Capability with = query.capability_of(graph, make_target("amx"));
  EXPECT_THAT(with.precision_combinations, SizeIs(2));
  EXPECT_THAT(unit_of(graph, with, "product").choices, SizeIs(1));
}

TEST(CapabilityOf, FusesWhereTheTargetHasWhatThePatternNeeds) {
  const GraphView graph = product_of_each_precision();
  const QueryBackendCapability query = two_precisions();
  EXPECT_THAT(query.capability_of(graph, make_target("vnni")).fusions, IsEmpty());
  EXPECT_THAT(query.capability_of(graph, make_target("amx")).fusions, SizeIs(1));
}

TEST(CapabilityOf, StaysWithinTheCombinationItIsAskedFor) {
  const GraphView graph = product_of_each_precision();
  const QueryBackendCapability query = two_precisions();
  const Capability int8 = query.capability_of(graph, make_target("amx"), {"int8", "fp32"});
  EXPECT_THAT(unit_of(graph, int8, "conv").choices, SizeIs(1));
  EXPECT_EQ(unit_of(graph, int8, "product").reason,
            "the combination int8, fp32 allows no bf16, in which alone it has a kernel");
  const Capability bf16 = query.capability_of(graph, make_target("amx"), {"bf16", "fp32"});
  EXPECT_THAT(unit_of(graph, bf16, "conv").choices, IsEmpty());
  EXPECT_THAT(unit_of(graph, bf16, "product").choices, SizeIs(1));
  EXPECT_EQ(error_of([&] {
              query.capability_of(graph, make_target("vnni"), {"bf16", "fp32"});
            }),
            "invalid_argument: the combination bf16, fp32 is none that the target vnni allows | it allows int8, fp32");
}

TEST(CapabilityOf, ListsTheOtherCutsOfEachFusion) {
  const GraphView graph = network();
  const Capability capability = make_query().capability_of(graph, make_target("vnni"));
  ASSERT_THAT(capability.fusions, SizeIs(1));
  const FusedPattern& fusion = capability.fusions[0];
  EXPECT_EQ(fusion.unit.pattern, "Conv + Relu|Clip");
  ASSERT_THAT(fusion.alternatives, SizeIs(1));
  ASSERT_THAT(fusion.alternatives[0], SizeIs(2));
  EXPECT_THAT(fusion.alternatives[0][0].choices, SizeIs(6));
  EXPECT_THAT(fusion.alternatives[0][1].reason, HasSubstr("no low-precision kernel for Relu"));
}

Capability constrained(const GraphView& graph, UserConstraints constraints) {
  QueryBackendCapability query = make_query();
  query.set_quantization_config(std::move(constraints));
  return query.capability_of(graph, make_target("vnni"));
}

TEST(CapabilityOf, BreaksAUnitWhereAnInnerOpIsKeptInFloat) {
  const GraphView graph = network();
  const Capability capability = constrained(graph, {{{"Relu", true, {}, {}}}, {}});
  const UnitCapability& conv = unit_of(graph, capability, "conv1");
  EXPECT_THAT(conv.unit.ops, SizeIs(1));
  EXPECT_THAT(conv.choices, SizeIs(6));
  EXPECT_EQ(unit_of(graph, capability, "relu1").reason, "kept in float by the rule 'Relu'");
  EXPECT_THAT(capability.fusions, IsEmpty());
  EXPECT_THAT(
      capability.broken_fusions,
      ElementsAre("'relu1' is kept in float by the rule 'Relu', and so taken out of the kernel Conv + Relu|Clip "
                  "of 'conv1'"));
}

TEST(CapabilityOf, KeepsTheRestOfAUnitWhoseAnchorIsKeptInFloat) {
  const GraphView graph = network();
  const Capability capability = constrained(graph, {{}, {{"conv1", true, {}, {}}}});
  EXPECT_EQ(unit_of(graph, capability, "conv1").reason, "kept in float by the rule 'conv1'");
  EXPECT_THAT(unit_of(graph, capability, "relu1").reason, HasSubstr("no low-precision kernel for Relu"));
  EXPECT_THAT(capability.broken_fusions, IsEmpty());
}

TEST(CapabilityOf, NarrowsChoicesInTheOrderOfTheUser) {
  const GraphView graph = network();
  const SpecChoices activation{{}, {}, {}, {RangeMethod::mse, RangeMethod::percentile, RangeMethod::minmax}};
  const SpecChoices weight{{}, {}, {Granularity::per_tensor}, {}};
  const Capability capability = constrained(graph, {{{"Conv|MatMul", {}, weight, activation}}, {}});
  const UnitCapability& conv = unit_of(graph, capability, "conv1");
  ASSERT_THAT(conv.choices, SizeIs(2));
  EXPECT_EQ(to_string(conv.choices[0]), "static uint8 asymmetric per_tensor mse, weight int8 symmetric per_tensor");
  EXPECT_EQ(to_string(conv.choices[1]), "static uint8 asymmetric per_tensor, weight int8 symmetric per_tensor");
  EXPECT_THAT(unit_of(graph, capability, "product").choices, SizeIs(2));
}

TEST(CapabilityOf, SaysWhatIsOfferedWhereARuleLeavesNothing) {
  const GraphView graph = network();
  const SpecChoices activation{{}, {}, {}, {RangeMethod::percentile}};
  EXPECT_THAT(error_of([&] {
                constrained(graph, {{{"Conv", {}, {}, activation}}, {}});
              }),
              AllOf(HasSubstr("configuration: the user's rules 'Conv' leave op 'conv1' (Conv) without a choice"),
                    HasSubstr("the backend offers static activation (dtype uint8, scheme asymmetric, granularity "
                              "per_tensor, algorithm minmax|kl|mse), weight (dtype int8, scheme symmetric, "
                              "granularity per_channel|per_tensor, algorithm minmax)")));
}

TEST(CapabilityOf, LetsARuleForANameWinOverOneForItsType) {
  const GraphView graph = network();
  const SpecChoices kl{{}, {}, {}, {RangeMethod::kl}}, mse{{}, {}, {}, {RangeMethod::mse}};
  const Capability capability = constrained(graph, {{{"MatMul", {}, {}, kl}}, {{"head", {}, {}, mse}}});
  for (const OpChoice& choice : unit_of(graph, capability, "product").choices) {
    EXPECT_EQ(choice.activation.range_method, RangeMethod::kl);
  }
  for (const OpChoice& choice : unit_of(graph, capability, "head").choices) {
    EXPECT_EQ(choice.activation.range_method, RangeMethod::mse);
  }
}

TEST(CapabilityOf, RefusesADemandOfAnyKindThatLeavesNothing) {
  const GraphView graph = network();
  const std::vector<std::pair<SpecChoices, SpecChoices>> demands{
      {{{DType::s4}, {}, {}, {}}, {}},
      {{{}, {Scheme::asymmetric}, {}, {}}, {}},
      {{{}, {}, {Granularity::per_group}, {}}, {}},
      {{{}, {}, {}, {RangeMethod::kl}}, {}},
      {{}, {{DType::s8}, {}, {}, {}}},
      {{}, {{}, {Scheme::symmetric}, {}, {}}},
      {{}, {{}, {}, {Granularity::per_channel}, {}}},
  };
  for (const auto& [weight, activation] : demands) {
    EXPECT_THAT(error_of([&] {
                  constrained(graph, {{}, {{"conv1", {}, weight, activation}}});
                }),
                HasSubstr("the user's rules 'conv1' leave op 'conv1' (Conv) without a choice"));
  }
}

TEST(CapabilityOf, RefusesARuleThatMatchesNothing) {
  const GraphView graph = network();
  EXPECT_THAT(error_of([&] {
                constrained(graph, {{{"Softmx", true, {}, {}}}, {}});
              }),
              HasSubstr("did you mean 'Softmax'?"));
  QueryBackendCapability query = make_query();
  EXPECT_THAT(error_of([&] {
                query.set_quantization_config({{{"(", true, {}, {}}}, {}});
              }),
              HasSubstr("configuration: '(' is not a regular expression"));
}

TEST(CapabilityOf, QuantizesAKernelByItsFirstOpsListing) {
  const GraphView graph = network();
  UserConstraints constraints;
  constraints.op_types_to_quantize = {"Conv"};
  const Capability capability = constrained(graph, constraints);
  EXPECT_THAT(unit_of(graph, capability, "conv1").unit.ops, SizeIs(2)) << "the Relu is taken along";
  EXPECT_THAT(unit_of(graph, capability, "conv1").choices, SizeIs(6));
  EXPECT_EQ(unit_of(graph, capability, "head").reason, "MatMul is not among the op types to quantize");
}

TEST(CapabilityOf, TakesAnExcludedOpOutOfItsKernel) {
  const GraphView graph = network();
  UserConstraints constraints;
  constraints.ops_to_exclude = {"relu1"};
  const Capability capability = constrained(graph, constraints);
  EXPECT_THAT(unit_of(graph, capability, "conv1").unit.ops, SizeIs(1));
  EXPECT_EQ(unit_of(graph, capability, "relu1").reason, "among the ops to exclude ('relu1')");
}

TEST(CapabilityOf, LeavesResultsInFloatByTheTypeOfTheLastOp) {
  const GraphView graph = network();
  UserConstraints constraints;
  constraints.float_outputs = {"Conv"};
  EXPECT_FALSE(unit_of(graph, constrained(graph, constraints), "conv1").choices.front().float_output);
  constraints.float_outputs = {"Relu"};
  EXPECT_TRUE(unit_of(graph, constrained(graph, constraints), "conv1").choices.front().float_output);
}

TEST(CapabilityOf, ReducesWeightsByTheTargetOrTheUser) {
  const GraphView graph = network();
  const auto is_reduced = [&](const std::string& isa, std::optional<bool> demanded) {
    QueryBackendCapability query = make_query();
    UserConstraints constraints;
    constraints.reduce_range = demanded;
    query.set_quantization_config(constraints);
    const Capability capability = query.capability_of(graph, make_target(isa));
    return unit_of(graph, capability, "conv1").choices.front().weight->reduce_range;
  };
  EXPECT_FALSE(is_reduced("vnni", {}));
  EXPECT_TRUE(is_reduced("vnni", true));
  EXPECT_TRUE(is_reduced("avx2", {}));
  EXPECT_FALSE(is_reduced("avx2", false));
}

TEST(CapabilityOf, GrantsWhatIsThereOnRequestWhereARuleAsks) {
  const GraphView graph = TestGraph().input("x").op("Concat", "join", {"x", "x"}).build();
  const Capability offered = constrained(graph, {});
  const std::vector<OpChoice>& choices = unit_of(graph, offered, "join").choices;
  ASSERT_THAT(choices, SizeIs(6)) << "uint8 once, though it is named twice";
  EXPECT_EQ(choices.front().advice, Advice::first_choice);
  EXPECT_EQ(choices.back().advice, Advice::on_request);
  const SpecChoices demanded{{DType::s8}, {}, {}, {}};
  const Capability asked = constrained(graph, {{{"Concat", {}, {}, demanded}}, {}});
  const OpChoice& granted = unit_of(graph, asked, "join").choices.front();
  EXPECT_EQ(granted.activation.dtype, DType::s8);
  EXPECT_EQ(granted.advice, Advice::first_choice);
}

TEST(CapabilityOf, IsEmptyForAnEmptyGraph) {
  const GraphView graph = GraphBuilder().build();
  EXPECT_THAT(make_query().capability_of(graph, make_target("vnni")).units, IsEmpty());
}

CapabilitySection section_of_one_model() {
  Alternative alternative;
  alternative.precision = "int8";
  alternative.activation = {{DType::u8}, {Scheme::asymmetric}, {Granularity::per_tensor}, {RangeMethod::minmax}};
  CapabilitySection section;
  section.precisions = {"int8", "fp32"};
  section.mixed_precisions = {{{"int8", "fp32"}, {}}};
  section.ops = {{"int8", {"Add"}}, {"fp32", {"*"}}};
  section.capabilities["int8"]["Add"] = {alternative};
  alternative.activation.dtypes = {DType::s8};
  section.of_ops["second"] = {alternative};
  section.of_ops["third"] = {};
  return section;
}

TEST(CapabilityOf, TakesWhatIsSaidOfAnOpInPlaceOfItsType) {
  const GraphView graph = TestGraph()
                              .input("x")
                              .op("Add", "first", {"x", "x"})
                              .op("Add", "second", {"first", "x"})
                              .op("Add", "third", {"second", "x"})
                              .op("Softmax", "last", {"third"})
                              .output("last")
                              .build();
  const QueryBackendCapability query(section_of_one_model(), "no version");
  const Capability capability = query.capability_of(graph, make_target("vnni"));
  EXPECT_EQ(unit_of(graph, capability, "first").choices.at(0).activation.dtype, DType::u8);
  EXPECT_EQ(unit_of(graph, capability, "second").choices.at(0).activation.dtype, DType::s8);
  EXPECT_EQ(unit_of(graph, capability, "third").reason, "the backend does not quantize this op");
  EXPECT_THAT(unit_of(graph, capability, "last").reason, HasSubstr("no low-precision kernel for Softmax"));
}

TEST(QueryBackendCapability, KnowsTheOpTypesThatASectionWithoutAFileNames) {
  CapabilitySection section = section_of_one_model();
  section.patterns = {{"Add + Relu", {{"Add"}, {"Relu"}}}};
  const QueryBackendCapability query(section, "2.0");
  EXPECT_THAT(query.known_op_types(), ElementsAre("Add", "Relu"));
  EXPECT_EQ(query.get_version(), "2.0");
}

TEST(QueryBackendCapability, RefusesAlternativesOfOpsWithoutAKnownPrecision) {
  CapabilitySection section = section_of_one_model();
  section.of_ops["second"].front().precision = "int9";
  EXPECT_THAT(error_of([&] { QueryBackendCapability(section, "2.0"); }),
              AllOf(HasSubstr("'second'"), HasSubstr("did you mean 'int8'?")));
}

}  // namespace
}  // namespace halftone
