#include "data/text_source.h"

#include <gmock/gmock.h>

#include <set>

#include "data/describe.h"
#include "data/test_fixtures.h"
#include "tensor/npz.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kVocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\nfox\nrun\n##s\n.\n";
const std::vector<TensorSignature> kModel{{"input_ids", DType::s64, Shape{-1, -1}},
                                          {"attention_mask", DType::s64, Shape{-1, -1}}};

class TextSourceTest : public testing::Test {
 protected:
  std::string spec(const std::string& name, const std::string& content, const std::string& options) const {
    return "text:" + folder_.write(name, content) + ",vocab=" + folder_.write("vocab.txt", kVocabulary) + options;
  }
  std::unique_ptr<DataSource> open(const std::string& name, const std::string& content, const std::string& options = "",
                                   const std::vector<TensorSignature>& signatures = kModel) const {
    return open_data(spec(name, content, options), signatures);
  }
  Error refusal(const std::string& name, const std::string& content, const std::string& options = "",
                const std::vector<TensorSignature>& signatures = kModel) const {
    return error_of([&] { open(name, content, options, signatures); });
  }

  TemporaryFolder folder_;
};

std::vector<std::int64_t> values_of(const DataItem& item, std::size_t input = 0) {
  const auto values = item.inputs.at(input).value.values<std::int64_t>();
  return {values.begin(), values.end()};
}

TEST_F(TextSourceTest, GivesEveryLineAsOneSampleOfItsOwnLength) {
  const auto source = open("a.txt", "The fox runs.\n\nFox\n");
  ASSERT_EQ(source->size(), 2u);
  EXPECT_THAT(values_of(source->item(0)), ElementsAre(2, 4, 5, 6, 7, 8, 3));
  EXPECT_THAT(values_of(source->item(0), 1), ElementsAre(1, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(values_of(source->item(1)), ElementsAre(2, 5, 3));
  EXPECT_EQ(source->item(1).inputs[0].name, "input_ids");
  EXPECT_EQ(source->item(1).inputs[0].value.shape(), (Shape{1, 3}));
  EXPECT_EQ(source->id(1), "3") << "the line in the file";
  EXPECT_EQ(source->item(1).id, "3");
  EXPECT_THAT(source->item(1).labels, IsEmpty());
  EXPECT_EQ(source->label(1), std::nullopt);
}

TEST_F(TextSourceTest, JoinsTwoColumnsIntoAPair) {
  const std::vector<TensorSignature> model{{"token_type_ids", DType::s32, Shape{-1, -1}},
                                           {"input_ids", DType::s32, Shape{-1, -1}}};
  const auto source = open("a.csv", "score,a,b\n1,the fox,\"runs.\"\n0,fox,fox\n", ",columns=a+b,label=score", model);
  ASSERT_EQ(source->size(), 2u);
  const DataItem item = source->item(0);
  EXPECT_THAT(item.inputs[0].value.values<std::int32_t>(), ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
  EXPECT_THAT(item.inputs[1].value.values<std::int32_t>(), ElementsAre(2, 4, 5, 3, 6, 7, 8, 3));
  EXPECT_THAT(item.labels, ElementsAre(1));
  EXPECT_EQ(source->label(1), 0);
  EXPECT_EQ(source->id(0), "2");
}

TEST_F(TextSourceTest, PadsToTheModelsLengthWhateverIsSaid) {
  const std::vector<TensorSignature> fixed{{"input_ids", DType::s64, Shape{-1, 5}},
                                           {"attention_mask", DType::s64, Shape{-1, 5}}};
  const auto source = open("a.txt", "fox\nthe fox runs.\n", ",pad=longest,max_length=100", fixed);
  EXPECT_THAT(values_of(source->item(0)), ElementsAre(2, 5, 3, 0, 0));
  EXPECT_THAT(values_of(source->item(0), 1), ElementsAre(1, 1, 1, 0, 0));
  EXPECT_THAT(values_of(source->item(1)), ElementsAre(2, 4, 5, 6, 3)) << "cut to the model's length";
}

TEST_F(TextSourceTest, CutsAndPadsToMaxLength) {
  const auto source = open("a.txt", "fox\nthe fox runs.\n", ",pad=max,max_length=4");
  EXPECT_THAT(values_of(source->item(0)), ElementsAre(2, 5, 3, 0));
  EXPECT_THAT(values_of(source->item(1)), ElementsAre(2, 4, 5, 3));
  const auto unpadded = open("a.txt", "fox\nthe fox runs.\n", ",max_length=4");
  EXPECT_THAT(values_of(unpadded->item(0)), ElementsAre(2, 5, 3));
}

TEST_F(TextSourceTest, GivesTheUsualInputsWhereNoModelIsKnown) {
  const auto names = [](const DataItem& item) {
    std::vector<std::string> all;
    for (const NamedTensor& input : item.inputs) all.push_back(input.name);
    return all;
  };
  EXPECT_THAT(names(open("a.txt", "fox\n", "", {})->item(0)), ElementsAre("input_ids", "attention_mask"));
  EXPECT_THAT(names(open("a.tsv", "fox\tfox\n", ",columns=0+1", {})->item(0)),
              ElementsAre("input_ids", "attention_mask", "token_type_ids"));
}

TEST_F(TextSourceTest, DescribesSamplesOfDifferentLengths) {
  const DataDescription described =
      describe_data(open("a.tsv", "fox\t0\nthe fox\t1\nthe\t1\n", ",label=1"), kModel, 10, 1);
  ASSERT_EQ(described.inputs.size(), 2u);
  EXPECT_EQ(described.inputs[0].shape, (Shape{1, -1}));
  EXPECT_EQ(described.inputs[0].max, 5);
  EXPECT_THAT(described.mismatches, IsEmpty());
  EXPECT_THAT(described.warnings, IsEmpty()) << "a mask of ones is nothing to warn of";
  EXPECT_EQ(described.labels.at(1), 2u);
}

TEST_F(TextSourceTest, StratifiesByLabel) {
  std::string content;
  for (int i = 0; i < 90; ++i) content += "fox\t" + std::to_string(i % 10 == 0 ? 1 : 0) + "\n";
  const auto source = open("a.tsv", content, ",label=1");
  std::size_t ones = 0;
  for (const std::size_t item : select_items(*source, 20, 7)) ones += source->label(item) == 1 ? 1 : 0;
  EXPECT_EQ(ones, 2u);
}

TEST_F(TextSourceTest, HasAFingerprintOfAllThatItGives) {
  const std::string content = "fox\t1\nruns\t0\n";
  const auto print = [&](const std::string& options, const std::vector<TensorSignature>& model = kModel) {
    return open("a.tsv", content, options, model)->fingerprint();
  };
  const std::string known = print("");
  EXPECT_EQ(print(",columns=0,max_length=128,tokenizer=wordpiece,lowercase=yes"), known)
      << "what is the default anyway";
  const std::vector<TensorSignature> fixed{{"input_ids", DType::s64, Shape{1, 9}}};
  const std::set<std::string> all{known,
                                  print(",label=1"),
                                  print(",columns=1"),
                                  print(",header=yes"),
                                  print(",max_length=9"),
                                  print(",max_length=9,pad=max"),
                                  print(",lowercase=no"),
                                  print(",tokenizer=whitespace"),
                                  print(",tokenizer=whitespace,blanks=."),
                                  print(",tokenizer=whitespace,apart=."),
                                  print("", fixed),
                                  open("a.tsv", content + "x\t1\n")->fingerprint()};
  EXPECT_EQ(all.size(), 12u);
  const std::string elsewhere = "text:" + folder_.write("b/c.tsv", content) + ",vocab=";
  EXPECT_EQ(open_data(elsewhere + folder_.write("b/v.txt", kVocabulary), kModel)->fingerprint(), known);
  EXPECT_NE(open_data(elsewhere + folder_.write("b/v.txt", "[UNK]\nfox\n"), kModel)->fingerprint(), known);
}

TEST_F(TextSourceTest, ReadsASpecFromYamlWithCommasInValues) {
  const std::string file = folder_.write("a.tsv", "fox.the\t1\n");
  const std::string vocabulary = folder_.write("vocab.txt", kVocabulary);
  const std::string yaml = folder_.write(
      "data.yaml", "text: " + file + "\nvocab: " + vocabulary + "\ntokenizer: whitespace\napart: \".,\"\nlabel: 1\n");
  EXPECT_THAT(values_of(open_data("@" + yaml, kModel)->item(0)), ElementsAre(2, 5, 8, 4, 3));
}

TEST_F(TextSourceTest, RefusesATextWithoutTokens) {
  const std::string vocabulary = folder_.write("bare.txt", "<unk>\nfox\n");
  const std::string file = folder_.write("a.tsv", "fox\t1\n \t1\n");
  const auto source = open_data("text:" + file + ",tokenizer=whitespace,vocab=" + vocabulary, kModel);
  EXPECT_THAT(values_of(source->item(0)), ElementsAre(1));
  EXPECT_THAT(error_of([&] { source->item(1); }).message(), HasSubstr("a.tsv:2: no token is in this text"));
}

TEST_F(TextSourceTest, RefusesItemsBeyondTheEnd) {
  const auto source = open("a.tsv", "text\tlabel\nfox\t1\n", ",label=label");
  EXPECT_EQ(error_of([&] { source->item(1); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { source->id(1); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { source->label(1); }).code(), ErrorCode::invalid_argument);
}

TEST_F(TextSourceTest, RefusesOptionsThatDoNotFit) {
  const auto message = [&](const std::string& options) { return refusal("a.tsv", "fox\tfox\n", options).message(); };
  EXPECT_THAT(message(",max_length=0"), HasSubstr("max_length: '0' is no whole number from 1 to"));
  EXPECT_THAT(message(",max_length=1e3"), HasSubstr("max_length: '1e3'"));
  EXPECT_THAT(message(",max_length=2"), HasSubstr("2 tokens leave no room for text: special tokens take 2"));
  EXPECT_THAT(message(",max_length=4,columns=0+1"), HasSubstr("special tokens take 3"));
  EXPECT_THAT(message(",pad=shortest"), HasSubstr("pad: unknown word 'shortest'"));
  EXPECT_THAT(message(",tokenizer=wordpieces"), HasSubstr("did you mean 'wordpiece'?"));
  EXPECT_THAT(message(",lowercase=on"), HasSubstr("lowercase: unknown word"));
  EXPECT_THAT(message(",apart=!"), HasSubstr("apart: is for tokenizer=whitespace alone"));
  EXPECT_THAT(error_of([&] { open("a.tsv", "fox\n", ",colums=0"); }).hint(), HasSubstr("'columns'"));
  EXPECT_THAT(refusal("b.tsv", "text\n", ",columns=text").message(), HasSubstr("nothing but a header"));
}

TEST_F(TextSourceTest, RefusesAVocabularyThatDoesNotFit) {
  const std::string file = folder_.write("a.tsv", "fox\tfox\n");
  const auto message = [&](const std::string& words, const std::string& options) {
    return error_of([&] { open_data("text:" + file + ",vocab=" + folder_.write("v.txt", words) + options, kModel); })
        .message();
  };
  EXPECT_THAT(message("<unk>\nfox\n", ",pad=max"), HasSubstr("has no [PAD] or <pad>"));
  EXPECT_THAT(message("<unk>\nfox\n", ",columns=0+1"), HasSubstr("has no [SEP] or <sep> to part two texts with"));
  EXPECT_THAT(message("<unk>\nFox\n", ""), HasSubstr("lowercase: say yes or no"));
  EXPECT_THAT(message("<unk>\nFox\n", ""), HasSubstr("('Fox')"));
  const Error missing = error_of([&] { open_data("text:" + file, kModel); });
  EXPECT_EQ(missing.code(), ErrorCode::configuration);
  EXPECT_THAT(missing.message(), HasSubstr("vocab: is missing"));
  EXPECT_EQ(error_of([&] { open_data("text:" + file + ",vocab=/nonexistent/v.txt", kModel); }).code(), ErrorCode::io);
}

TEST_F(TextSourceTest, SuggestsItselfForATableOfTexts) {
  EXPECT_THAT(error_of([] { open_data("reviews.tsv"); }).hint(), HasSubstr("write text:reviews.tsv"));
}

/// The real sentences, whose ids were made by another program.
TEST(TextSource, ReproducesTheIdsThatARealModelWasTrainedOn) {
  const char* assets = std::getenv("HALFTONE_ASSETS");
  if (assets == nullptr) GTEST_SKIP() << "SKIPPED: assets not found";
  const std::string folder = std::string(assets) + "/sst2/";
  const NamedTensors arrays = load_npz(folder + "sst2_ids.npz");
  const std::vector<TensorSignature> model{{"ids", DType::s64, Shape{-1, 40}}};
  for (const std::string part : {"test", "dev", "train"}) {
    const auto source = open_data("text:" + folder + part + ".tsv,label=1,tokenizer=whitespace,vocab=" + folder +
                                      "vocab.json,blanks=0123456789`,apart=!?",
                                  model);
    const Tensor& ids = *find_tensor(arrays, part + "_x");
    const auto labels = find_tensor(arrays, part + "_y")->values<std::int64_t>();
    ASSERT_EQ(source->size(), labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const DataItem item = source->item(i);
      ASSERT_EQ(item.inputs[0].value, ids.rows(i, 1)) << part << " " << item.id;
      ASSERT_EQ(item.labels, std::vector{labels[i]}) << part << " " << item.id;
    }
  }
}

}  // namespace
}  // namespace halftone
