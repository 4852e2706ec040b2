#include "capability/draft/capability_draft.h"

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
using testing::StartsWith;
using testing::UnorderedElementsAre;

const std::set<std::string> kKnown{"Conv", "MatMul", "Gather", "Relu", "Add", "Pool"};

/// Of the layout with a key for each precision: anchors, aliases, merge keys, flow maps over several lines.
constexpr std::string_view kSecondGeneration = R"(
-
  version:
    name: '1.6.0'
  weight_only_integer: &few_bits {
    'MatMul': {
      'weight': {
        'dtype': ['int'],
        'bits': [4, 3, 8],
        'group_size': [32, -1, 1, 128],
        'scheme': ['sym', 'asym'],
        'algorithm': ['RTN', 'AWQ']
      },
      'activation': {'dtype': ['fp32']}
    },
  }
  int8: &first {
    'static': &first_static {
      'Conv': &conv {
        'weight': &weight {'dtype': ['int8'], 'scheme': ['sym'], 'granularity': ['per_channel', 'per_tensor'],
                           'algorithm': ['minmax']},
        'activation': &input {'dtype': ['uint8'], 'scheme': ['asym'], 'granularity': ['per_tensor'],
                              'algorithm': ['minmax', 'kl', 'percentile']},
        'mode': ['QDQ', 'QLinear']
      },
      'FusedConv': *conv,
      'Add': {'activation': *input, 'mode': ['QLinear']},
    },
    'dynamic': {
      'MatMul': {'weight': {'dtype': ['int8'], 'scheme': ['sym'], 'granularity': ['per_tensor'], 'algorithm': ['minmax']},
                 'activation': {'dtype': ['uint8'], 'scheme': ['asym'], 'granularity': ['per_tensor'],
                                'algorithm': ['minmax']}}
    }
  }
  recipes: &levels
    graph_optimization:
      level: ['DISABLE_ALL', 'ENABLE_BASIC']
-
  version:
    name: ['1.8.0', '1.9.0']
  weight_only_integer: *few_bits
  int8: {
    'static': {
      <<: *first_static,
      'Pool': {'activation': *input},
    },
    'dynamic': {},
  }
  bf16: ['Conv', 'Sparse', 'MatMul']
  fp32: ['*']
  recipes:
    <<: *levels
-
  version:
    name: 'default'
  int8: *first
)";

/// Of the layout with precisions, ops, capabilities and patterns; entries are maps or lists of alternatives.
constexpr std::string_view kFirstGeneration = R"(
---
-
  version:
    name: 'default'
  precisions:
    names: int8, uint8, fp32
    valid_mixed_precisions: ['int8, fp32', 'uint8, fp32']
  ops:
    int8: ['Conv', 'Add', 'Gather']
    fp32: ['*']
  capabilities:
    int8: {
      'default': {'activation': {'dtype': ['int8'], 'quant_mode': 'static', 'scheme': ['sym'],
                                 'granularity': ['per_tensor'], 'algorithm': ['minmax']}},
      'Conv': [
        {'activation': {'dtype': ['int8'], 'quant_mode': 'static', 'scheme': ['sym'], 'granularity': ['per_tensor'],
                        'algorithm': ['minmax', 'kl']},
         'weight': {'dtype': ['int8'], 'scheme': ['sym'], 'granularity': ['per_channel'], 'algorithm': ['minmax']}},
        {'activation': {'dtype': 'fp32'}, 'weight': {'dtype': 'fp32'}},
        {'activation': {'dtype': ['int8'], 'quant_mode': 'dynamic', 'scheme': ['sym'], 'granularity': ['per_tensor'],
                        'algorithm': ['minmax', 'kl']},
         'weight': {'dtype': ['int8'], 'scheme': ['sym'], 'granularity': ['per_channel'], 'algorithm': ['minmax']}},
      ],
      'Gather': {'activation': {'dtype': ['fp32']},
                 'weight': {'dtype': ['uint8'], 'scheme': ['asym_float'], 'granularity': ['per_channel'],
                            'algorithm': ['minmax']}},
    }
  patterns:
    fp32: ['Conv + BN']
    int8: ['Conv + Relu', 'Conv + BN + Relu', 'Pool + Relu', 'Conv+Relu']
  grappler_optimization: {pruning: True}
)";

CapabilityDraft draft_of(std::string_view text) { return make_capability_draft(text, "original.yaml", kKnown); }

CapabilityFile loaded(const CapabilityDraft& made) {
  const auto path = std::filesystem::path(testing::TempDir()) / ("draft." + std::to_string(getpid()) + ".yaml");
  write_file(path, made.yaml);
  return load_capability_file(path, kKnown);
}

std::vector<std::string> notes_of(const CapabilityDraft& made) {
  std::vector<std::string> texts;
  for (const draft::Note& note : made.notes) texts.push_back(note.what + ": " + note.why);
  return texts;
}

TEST(CapabilityDraft, OfTheSecondGenerationIsReadByTheLoader) {
  const CapabilityFile file = loaded(draft_of(kSecondGeneration));
  ASSERT_THAT(file.sections, SizeIs(3));
  EXPECT_EQ(file.sections[0].name(), ">=1.6.0,<1.8.0");
  EXPECT_EQ(file.sections[1].name(), ">=1.8.0");
  EXPECT_EQ(file.sections[2].name(), "default");
  EXPECT_THAT(file.sections[0].precisions, ElementsAre("int4", "int8", "uint8", "fp32"));
  EXPECT_THAT(file.sections[1].precisions, ElementsAre("int4", "int8", "uint8", "bf16", "fp32"));
  EXPECT_THAT(file.sections[1].ops.at("bf16"), ElementsAre("Conv", "MatMul"));
  EXPECT_THAT(file.sections[1].mixed_precisions[0].requires_isa, ElementsAre("avx512_bf16"));
  EXPECT_THAT(file.sections[1].mixed_precisions[1].requires_isa, IsEmpty());
}

TEST(CapabilityDraft, KeepsTheOrderInWhichTheFirstIsTheDefault) {
  const CapabilityFile file = loaded(draft_of(kSecondGeneration));
  const auto& conv = file.sections[0].capabilities.at("int8").at("Conv");
  ASSERT_THAT(conv, SizeIs(2));
  EXPECT_EQ(conv[0].format, QuantFormat::qdq);
  EXPECT_EQ(conv[1].format, QuantFormat::qlinear);
  EXPECT_EQ(conv[0].quant_mode, QuantMode::static_);
  EXPECT_THAT(conv[0].weight->granularities, ElementsAre(Granularity::per_channel, Granularity::per_tensor));
  EXPECT_THAT(conv[0].activation.schemes, ElementsAre(Scheme::asymmetric));
  EXPECT_THAT(conv[0].activation.algorithms,
              ElementsAre(RangeMethod::minmax, RangeMethod::kl, RangeMethod::percentile));
  EXPECT_THAT(conv[0].when.constant, ElementsAre(InputRole::weight));
}

TEST(CapabilityDraft, HasWhatMergeKeysBring) {
  const CapabilityFile file = loaded(draft_of(kSecondGeneration));
  EXPECT_THAT(file.sections[1].ops.at("int8"), UnorderedElementsAre("Conv", "Add", "Pool", "MatMul"));
  EXPECT_THAT(file.sections[0].ops.at("int8"), UnorderedElementsAre("Conv", "Add", "MatMul"));
}

TEST(CapabilityDraft, HasAnAlternativeForEachWidthOfWeights) {
  const CapabilitySection section = loaded(draft_of(kSecondGeneration)).sections[0];
  const Alternative& four = section.capabilities.at("int4").at("MatMul").at(0);
  EXPECT_EQ(four.quant_mode, QuantMode::weight_only);
  EXPECT_THAT(four.weight->dtypes, ElementsAre(DType::s4));
  EXPECT_THAT(four.weight->granularities, ElementsAre(Granularity::per_group, Granularity::per_channel));
  EXPECT_THAT(four.weight->group_sizes, ElementsAre(32, 128));
  EXPECT_THAT(four.weight->algorithms, ElementsAre(RangeMethod::minmax));
  EXPECT_THAT(four.activation.dtypes, ElementsAre(DType::f32));
  const auto& eight = section.capabilities.at("int8").at("MatMul");
  ASSERT_THAT(eight, SizeIs(2));
  EXPECT_EQ(eight[0].quant_mode, QuantMode::dynamic);
  EXPECT_EQ(eight[0].format, QuantFormat::integer);
  EXPECT_EQ(eight[1].quant_mode, QuantMode::weight_only);
  EXPECT_EQ(eight[1].advice, Advice::on_request);
}

TEST(CapabilityDraft, SaysWhatIsNotInIt) {
  EXPECT_THAT(notes_of(draft_of(kSecondGeneration)),
              UnorderedElementsAre(
                  "op type 'FusedConv': is not in the op table", "op type 'Sparse': is not in the op table",
                  "bits 3: weights of 4 and of 8 bits are known here", "group_size 1: groups have 2 to 65536 values",
                  "algorithm 'AWQ': weights that are rounded by data or training are no range method",
                  "key 'recipes': has no counterpart"));
  const std::string yaml = draft_of(kSecondGeneration).yaml;
  EXPECT_THAT(yaml, StartsWith("# UNPROVED DRAFT, imported from original.yaml by `halftone import-capability`.\n"));
  EXPECT_THAT(yaml, HasSubstr("\n# - line 26: op type 'FusedConv': is not in the op table\n"));
}

TEST(CapabilityDraft, OfTheFirstGenerationIsReadByTheLoader) {
  const CapabilityFile file = loaded(draft_of(kFirstGeneration));
  ASSERT_THAT(file.sections, SizeIs(1));
  const CapabilitySection& section = file.sections[0];
  EXPECT_EQ(section.name(), "default");
  EXPECT_THAT(section.ops.at("int8"), ElementsAre("Conv"));
  const auto& conv = section.capabilities.at("int8").at("Conv");
  ASSERT_THAT(conv, SizeIs(2));
  EXPECT_THAT(conv[0].activation.algorithms, ElementsAre(RangeMethod::minmax, RangeMethod::kl));
  EXPECT_EQ(conv[1].quant_mode, QuantMode::dynamic);
  EXPECT_THAT(conv[1].activation.algorithms, ElementsAre(RangeMethod::minmax));
  ASSERT_THAT(section.patterns, SizeIs(1));
  EXPECT_EQ(section.patterns[0].text, "Conv + Relu");
  ASSERT_THAT(section.mixed_precisions, SizeIs(2));
  EXPECT_THAT(section.mixed_precisions[0].precisions, ElementsAre("int8", "fp32"));
}

TEST(CapabilityDraft, OfTheFirstGenerationSaysWhatIsNotInIt) {
  EXPECT_THAT(
      notes_of(draft_of(kFirstGeneration)),
      UnorderedElementsAre("the entry 'default': stands for every op type that is not named; our files name each",
                           "range methods of dynamic Conv: ranges taken at run time are minmax",
                           "scheme 'asym_float': zero points in float have no counterpart",
                           "an alternative of Gather: nothing is left of one of its lists",
                           "patterns of fp32: fusions of float ops are the framework's own business",
                           "pattern 'Conv + BN + Relu': 'BN' is not in the op table",
                           "pattern 'Pool + Relu': it begins with Pool, which has no capability",
                           "key 'grappler_optimization': has no counterpart"));
}

TEST(CapabilityDraft, CountsWhatItHolds) {
  const CapabilityDraft made = draft_of(kSecondGeneration);
  EXPECT_EQ(made.sections, 3u);
  EXPECT_THAT(made.op_types, UnorderedElementsAre("Add", "Conv", "MatMul", "Pool"));
  EXPECT_EQ(draft_of(kFirstGeneration).patterns, 1u);
}

std::string minimal(const std::string& versions) {
  return "- version: {name: " + versions +
         "}\n  int8: {static: {Add: {activation: {dtype: uint8, scheme: sym, "
         "granularity: per_tensor, algorithm: minmax}}}}\n";
}

TEST(CapabilityDraft, GivesEachVersionToOneSection) {
  const CapabilityDraft made = draft_of(minimal("[default, '2.0', '1.5']") + minimal("[1.9, '2.0.0-up1', nightly]"));
  const CapabilityFile file = loaded(made);
  std::vector<std::string> names;
  for (const CapabilitySection& section : file.sections) names.push_back(section.name());
  EXPECT_THAT(names, ElementsAre(">=1.5.0,<1.9.0", ">=1.9.0,<2.0.0", ">=2.0.0", "default"));
  EXPECT_THAT(notes_of(made), UnorderedElementsAre("version '2.0.0-up1': another section has the same numbers",
                                                   "version 'nightly': is not of the form major.minor.patch"));
}

TEST(CapabilityDraft, LetsTheLastOfSeveralKeysCountAndSaysSo) {
  const CapabilityDraft made =
      draft_of(minimal("default") +
               "- version: {name: '1.0'}\n  int8:\n    static:\n      Add: {}\n"
               "      Add: {activation: {dtype: int8, scheme: sym, granularity: per_tensor, algorithm: kl}}\n");
  EXPECT_THAT(notes_of(made), ElementsAre("an earlier key 'Add': the map has it again, and the last counts"));
  EXPECT_EQ(made.notes[0].line, 7);
  EXPECT_THAT(loaded(made).sections[0].capabilities.at("int8").at("Add").at(0).activation.algorithms,
              ElementsAre(RangeMethod::kl));
}

TEST(CapabilityDraft, TakesAScalarForAListOfOne) {
  EXPECT_THAT(loaded(draft_of(minimal("default"))).sections[0].ops.at("int8"), ElementsAre("Add"));
}

TEST(CapabilityDraft, OfWhatIsNoSuchFileIsAnErrorWithItsPlace) {
  EXPECT_THAT(error_of([] { draft_of("a: 1\n"); }),
              StartsWith("configuration: original.yaml:1: a capability file is a list of sections"));
  EXPECT_THAT(error_of([] { draft_of("- int8: {}\n"); }), HasSubstr("original.yaml:1: the key 'version' is missing"));
  EXPECT_THAT(error_of([] { draft_of(minimal("[]")); }), HasSubstr("no version is named"));
  EXPECT_THAT(error_of([] { draft_of(minimal("nightly")); }), HasSubstr("no section names a version"));
  EXPECT_THAT(error_of([] { draft_of("- version: {name: '1.0'}\n  int8: [a]\n"); }),
              AllOf(HasSubstr("original.yaml:2: "), HasSubstr("expected a map")));
}

}  // namespace
}  // namespace halftone
