#include <gmock/gmock.h>

#include <algorithm>

#include "base/file.h"
#include "evaluation/sequential_gate.h"
#include "halftone/adaptor.h"
#include "halftone/evaluation.h"
#include "tensor/npz.h"
#include "verbs/opened_model.h"
#include "verbs/testing/verb_fixture.h"

namespace halftone {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::SizeIs;

/// Notes that start() and end() take turns.
class CountingMeasurer : public Measurer {
 public:
  void start() override { open_ = !open_ && ++starts_ > 0; }
  void end() override {
    taken_turns_ = taken_turns_ && open_;
    open_ = false;
  }
  int starts() const { return starts_; }
  bool took_turns() const { return taken_turns_; }

 private:
  int starts_ = 0;
  bool open_ = false, taken_turns_ = true;
};

/// A source that forgot how to find an item.
class Streamed : public DataSource {
 public:
  explicit Streamed(std::shared_ptr<const DataSource> source) : source_(std::move(source)) {}
  std::string spec() const override { return source_->spec(); }
  std::optional<std::size_t> size() const override { return std::nullopt; }
  DataItem item(std::size_t) const override { throw Error(ErrorCode::unsupported, "a stream"); }
  std::string id(std::size_t index) const override { return source_->id(index); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }
  std::unique_ptr<ItemStream> stream() const override { return source_->stream(); }
  std::string fingerprint() const override { return source_->fingerprint(); }

 private:
  std::shared_ptr<const DataSource> source_;
};

/// What every adaptor can do, by a backend that has nothing of its own for it.
class AdaptorSkills : public testing::VerbFixture {
 protected:
  void SetUp() override {
    testing::VerbFixture::SetUp();
    config_.model.backend = "dense";
    opened_ = open_model(plugins_, stages_, config_);
  }
  const Adaptor& adaptor() const { return *opened_.adaptor; }
  const Model& model() const { return *opened_.model; }
  DataLoader data(std::size_t count = 40) const {
    return {open_data(write_samples("d.npz", count, 1)), opened_.inputs, std::nullopt, 0};
  }
  DataLoader shuffled(std::size_t count) const {
    return {open_data(write_samples("d.npz", count, 1)), opened_.inputs, count, 7};
  }
  std::unique_ptr<Model> quantized() const {
    const Capability capability = adaptor().query_fw_capability(model());
    const TuneConfig config = default_config(adaptor().graph(model()), capability, std::nullopt);
    const DataLoader samples = data();
    return adaptor().quantize(config, model(), capability, &samples, {}).model;
  }

  OpenedModel opened_;
};

TEST_F(AdaptorSkills, EvaluateShowsTheMetricsWhatPostprocessingGives) {
  EvaluateOptions options;
  options.threads = 2;
  EXPECT_THAT(adaptor().evaluate(model(), data(), options).scores.at("top1"), Each(1.0));
  // The highest becomes the lowest.
  options.postprocess = [](NamedTensors outputs) {
    std::vector<float> values = outputs.front().value.to_floats();
    for (float& value : values) value = -value;
    outputs.front().value = Tensor::from(std::move(values), outputs.front().value.shape());
    return outputs;
  };
  EXPECT_THAT(adaptor().evaluate(model(), data(), options).scores.at("top1"), Each(0.0));
  options.postprocess = [](const NamedTensors&) { return NamedTensors{}; };
  EXPECT_EQ(error_of([&] { adaptor().evaluate(model(), data(), options); }).code(), ErrorCode::invalid_argument);
}

TEST_F(AdaptorSkills, EvaluateGivesTheRowsOfMetricsThatAreNoMeans) {
  EvaluateOptions options;
  options.metrics = {"top1", "f1_macro"};
  options.threads = 2;
  const Measurement measured = adaptor().evaluate(model(), data(), options);
  ASSERT_EQ(measured.rows.at("f1_macro").size(), 40u);
  EXPECT_EQ(measured.scores.count("f1_macro"), 0u);
  EXPECT_EQ(measured.rows.count("top1"), 0u);
  EXPECT_DOUBLE_EQ(make_metric("f1_macro")->value(measured.rows.at("f1_macro")), 1);
  options.threads = 1;
  EXPECT_EQ(adaptor().evaluate(model(), data(), options).rows, measured.rows);
}

TEST_F(AdaptorSkills, EvaluateShowsTargetsToTheMetricsThatTakeThem) {
  // The network's scores are its first three inputs: targets that are half above them are half away.
  std::vector<float> inputs;
  std::vector<float> targets;
  for (int i = 0; i < 8; ++i) {
    const float value = static_cast<float>(i) / 8;
    inputs.insert(inputs.end(), {value, 0.5F, 0.25F, 0.125F});
    targets.insert(targets.end(), {value + 0.5F, 1, 0.75F});
  }
  save_npz(folder_ / "t.npz",
           {{opened_.inputs.at(0).name, Tensor::from(inputs, {8, 4})}, {"label", Tensor::from(targets, {8, 3})}});
  const DataLoader loader(open_data("npz:" + (folder_ / "t.npz").string()), opened_.inputs, std::nullopt, 0);
  EvaluateOptions options;
  options.metrics = {"mae", "rmse"};
  const Measurement measured = adaptor().evaluate(model(), loader, options);
  ASSERT_EQ(measured.scores.at("mae").size(), 8u);
  EXPECT_NEAR(measured.scores.at("mae").at(3), 0.5, 1e-6);
  EXPECT_NEAR(make_metric("rmse")->value(measured.rows.at("rmse")), 0.5, 1e-6);
  options.metrics = {"top1"};
  EXPECT_THAT(error_of([&] { adaptor().evaluate(model(), loader, options); }).message(),
              HasSubstr("the labels are fp32 of shape 1x3"));
}

TEST_F(AdaptorSkills, EvaluateTellsTheMeasurerOfEveryInference) {
  CountingMeasurer measurer;
  EvaluateOptions options;
  options.threads = 2;
  options.measurer = &measurer;
  adaptor().evaluate(model(), data(7), options);
  EXPECT_EQ(measurer.starts(), 7);
  EXPECT_TRUE(measurer.took_turns());
  LatencyMeasurer latency;
  options.measurer = &latency;
  adaptor().evaluate(model(), data(7), options);
  EXPECT_THAT(latency.milliseconds(), SizeIs(7));
  EXPECT_THAT(latency.milliseconds(), Each(Ge(0.0)));
}

TEST_F(AdaptorSkills, EvaluateTakesTheFirstItemsWhereItsIterationsAreLimited) {
  EvaluateOptions options;
  options.iteration = 3;
  EXPECT_THAT(adaptor().evaluate(model(), data(), options).ids, ElementsAre("0", "1", "2"));
  options.iteration = 1000;
  EXPECT_EQ(adaptor().evaluate(model(), data(), options).samples(), 40U);
  options.iteration = 0;
  EXPECT_EQ(error_of([&] { adaptor().evaluate(model(), data(), options); }).code(), ErrorCode::invalid_argument);
}

TEST_F(AdaptorSkills, EvaluateShowsChunksInOrderWhateverTheNumberOfThreads) {
  const DataLoader samples = shuffled(40);
  const Measurement whole = adaptor().evaluate(model(), samples, {});
  for (const int threads : {1, 3}) {
    std::vector<std::size_t> sizes;
    std::vector<std::string> ids;
    EvaluateOptions options;
    options.threads = threads;
    options.chunk_items = 16;
    options.proceed = [&](const Measurement& chunk) {
      sizes.push_back(chunk.samples());
      ids.insert(ids.end(), chunk.ids.begin(), chunk.ids.end());
      EXPECT_THAT(chunk.scores.at("top1"), SizeIs(chunk.samples()));
      return true;
    };
    const Measurement measured = adaptor().evaluate(model(), samples, options);
    EXPECT_THAT(sizes, ElementsAre(16, 16, 8));
    EXPECT_EQ(ids, whole.ids);
    EXPECT_EQ(measured.ids, whole.ids);
    EXPECT_EQ(measured.labels, whole.labels);
    EXPECT_EQ(measured.scores, whole.scores);
    EXPECT_EQ(measured.classes, whole.classes);
  }
}

TEST_F(AdaptorSkills, EvaluateStopsWhereItIsToldTo) {
  EvaluateOptions options;
  options.threads = 2;
  options.chunk_items = 10;
  options.tensorboard = folder_ / "events";  // of what was evaluated
  int chunks = 0;
  options.proceed = [&](const Measurement&) { return ++chunks < 2; };
  const Measurement measured = adaptor().evaluate(model(), shuffled(40), options);
  EXPECT_EQ(chunks, 2);
  EXPECT_EQ(measured.ids, adaptor().evaluate(model(), shuffled(40).prefix(20), {}).ids);
  EXPECT_THAT(measured.scores.at("top1"), SizeIs(20));
  options.chunk_items = 0;
  EXPECT_EQ(error_of([&] { adaptor().evaluate(model(), data(), options); }).code(), ErrorCode::invalid_argument);
}

TEST_F(AdaptorSkills, EvaluateReadsAStreamToItsEnd) {
  const DataLoader stream(std::make_shared<Streamed>(open_data(write_samples("d.npz", 40, 1))), opened_.inputs,
                          std::nullopt, 0);
  ASSERT_FALSE(stream.random_access());
  EvaluateOptions options;
  options.threads = 2;
  options.chunk_items = 10;
  std::vector<std::size_t> sizes;
  options.proceed = [&](const Measurement& chunk) {
    sizes.push_back(chunk.samples());
    return false;
  };
  EXPECT_EQ(adaptor().evaluate(model(), stream, options).samples(), 40U);
  EXPECT_THAT(sizes, ElementsAre(40));
}

TEST_F(AdaptorSkills, AGateEndsTheEvaluationOfAModelThatIsClearlyWorse) {
  const std::unique_ptr<Metric> metric = make_metric("top1");
  const DataLoader samples = shuffled(1000);
  const std::vector<double> baseline = adaptor().evaluate(model(), samples, {}).scores.at("top1");
  const auto judged = [&](const Model& candidate) {
    SequentialGate gate(*metric, baseline, {{0.02, false}, Decide::confident, 0.95},
                        early_stopping_for(*metric, samples.random_access()));
    EvaluateOptions options;
    options.proceed = [&](const Measurement& chunk) { return !gate.show(chunk.scores.at("top1")); };
    const Measurement measured = adaptor().evaluate(candidate, samples, options);
    EXPECT_EQ(measured.samples(), gate.samples());
    return gate.outcome();
  };
  // The classes change places.
  const auto worse =
      adaptor().load({write_variant("worse.dense", {{"fc2", {0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0}}}), {}});
  const SequentialOutcome failed = judged(*worse);
  EXPECT_EQ(failed.gate.verdict, Verdict::not_met);
  EXPECT_EQ(failed.samples, 64U);
  const SequentialOutcome passed = judged(model());
  EXPECT_EQ(passed.gate.verdict, Verdict::met);
  EXPECT_TRUE(passed.stopped_early);
  EXPECT_LT(passed.samples, 600U);
}

TEST_F(AdaptorSkills, EvaluatePassesOnWhatIsThrownWhileItShowsAChunk) {
  EvaluateOptions options;
  options.proceed = [](const Measurement&) -> bool { throw Error(ErrorCode::interrupted, "enough"); };
  EXPECT_EQ(error_of([&] { adaptor().evaluate(model(), data(), options); }).code(), ErrorCode::interrupted);
}

TEST_F(AdaptorSkills, EvaluateWritesEventsIntoAFolder) {
  EvaluateOptions options;
  options.tensorboard = folder_ / "events";
  adaptor().evaluate(model(), data(), options);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(options.tensorboard)) files.push_back(entry.path());
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_THAT(files[0].filename().string(), HasSubstr("tfevents"));
  const std::string bytes = read_file(files[0]);
  for (const char* tag : {"metrics/top1", "activations/y", "weights/fc1"}) EXPECT_THAT(bytes, HasSubstr(tag));
}

TEST_F(AdaptorSkills, InspectShowsActivationsByOp) {
  const DataLoader samples = data();
  const InspectResult result = adaptor().inspect_tensor(model(), &samples, {.op_list = {"fc1"}, .iteration_list = {2}});
  ASSERT_THAT(result.activation, ElementsAre(Key(2)));
  ASSERT_THAT(result.activation.at(2), ElementsAre(Key("fc1")));
  // The first layer gives its input again.
  EXPECT_EQ(result.activation.at(2).at("fc1").begin()->second.to_floats(),
            samples.item(1).inputs.front().value.to_floats());
}

TEST_F(AdaptorSkills, DiagnosisRanksOpsAndSavesTheRecords) {
  const std::filesystem::path path = folder_ / "records.json";
  const Diagnosis found = adaptor().diagnosis_helper(model(), *quantized(), data(), {.save_path = path});
  ASSERT_THAT(found.ops, Not(IsEmpty()));
  EXPECT_GT(found.ops.front().added_noise, 0);
  EXPECT_TRUE(std::ranges::is_sorted(found.ops, std::greater{}, &OpDiagnosis::added_noise));
  ASSERT_THAT(found.outputs, SizeIs(1));
  const Json saved = Json::parse(read_file(path));
  EXPECT_EQ(saved["ops"].size(), found.ops.size());
  EXPECT_EQ(saved["ops"][0]["name"], found.ops.front().name);
}

TEST_F(AdaptorSkills, SetTensorNeedsAnAdaptorThatTellsWhereTensorsAre) {
  const Error error = error_of([&] {
    adaptor().set_tensor(*quantized(), {{"fc1", Tensor::from(std::vector<float>(16), {4, 4})}});
  });
  EXPECT_EQ(error.code(), ErrorCode::unsupported);
  EXPECT_THAT(error.message(), HasSubstr("'dense' cannot set tensors"));
}

TEST_F(AdaptorSkills, RecoverMakesTheModelOfAResultAgain) {
  use_data(write_samples("d.npz", 300, 1));
  const Result result = quantize();
  const auto prepared = adaptor().prepare(model());
  adaptor().save(*adaptor().recover(*prepared, result["q_config"].dump()), folder_ / "again.dense");
  EXPECT_EQ(read_file(folder_ / "again.dense"), read_file(folder_ / "out.dense"));
  EXPECT_EQ(error_of([&] { adaptor().recover(*prepared, "[]"); }).code(), ErrorCode::invalid_data);
  Json other = result["q_config"];
  other["prepared_sha256"] = "00";
  EXPECT_EQ(error_of([&] { adaptor().recover(*prepared, other.dump()); }).code(), ErrorCode::invalid_model);
}

}  // namespace
}  // namespace halftone
