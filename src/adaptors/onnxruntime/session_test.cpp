#include "adaptors/onnxruntime/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <stdexcept>

#include "adaptors/onnxruntime/testing/model_builder.h"
#include "adaptors/onnxruntime/testing/runtime_fixture.h"
#include "base/file.h"
#include "base/thrown_error.h"

namespace halftone::onnxruntime::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// y = |x * w| + x, and z = -(x * w).
OnnxModel small_model() {
  return ModelBuilder()
      .input("x", {-1, 3})
      .floats("w", {2, -1, 0.5F}, {3})
      .node("Mul", {"x", "w"}, {"product"})
      .node("Abs", {"product"}, {"size"})
      .node("Add", {"size", "x"}, {"y"})
      .node("Neg", {"product"}, {"z"})
      .output("y", Shape{-1, 3})
      .output("z", Shape{-1, 3})
      .build();
}

const NamedTensors kInput{{"x", Tensor::from<float>({1, 2, 3, -4, -5, -6}, {2, 3})}};

class SessionTest : public RuntimeTest {
 protected:
  OnnxSession open(const std::vector<std::string>& observed = {}, int threads = 1) const {
    return OnnxSession(runtime(), small_model(), {.threads = threads, .observed_tensors = observed});
  }
};

std::vector<float> floats(const Tensor& tensor) {
  return {tensor.values<float>().begin(), tensor.values<float>().end()};
}

TEST_F(SessionTest, GivesOutputsInTheModelsOrder) {
  const NamedTensors outputs = open().run(kInput);
  ASSERT_EQ(outputs.size(), 2u);
  EXPECT_EQ(outputs[0].name, "y");
  EXPECT_EQ(outputs[0].value, Tensor::from<float>({3, 4, 4.5F, 4, 0, -3}, {2, 3}));
  EXPECT_EQ(outputs[1].name, "z");
  EXPECT_EQ(outputs[1].value, Tensor::from<float>({-2, 2, -1.5F, 8, -5, 3}, {2, 3}));
}

TEST_F(SessionTest, KeepsOutputsAliveOnTheirOwn) {
  Tensor output;
  {
    const OnnxSession session = open();
    output = session.run(kInput)[0].value;
  }
  EXPECT_THAT(floats(output), ElementsAre(3, 4, 4.5F, 4, 0, -3));
}

TEST_F(SessionTest, WithoutLayingOutItsWeightsGivesTheSame) {
  // Two products of a megabyte of weights each, which the runtime maps from the model's file.
  constexpr std::int64_t kSide = 512;
  ModelBuilder builder;
  builder.input("x", {1, kSide});
  for (const std::string name : {"v", "w"}) {
    const Tensor weight = random_tensor(name == "v" ? 1 : 2, {kSide, kSide});
    builder.initializer(name, weight).node("MatMul", {name == "v" ? "x" : "h", name}, {name == "v" ? "h" : "y"});
  }
  const std::filesystem::path path =
      std::filesystem::path(::testing::TempDir()) / ("once." + std::to_string(getpid()) + ".onnx");
  write_file(path, builder.output("y").bytes());
  const OnnxModel model = read_model_file(path);
  const NamedTensors input{{"x", random_tensor(3, {1, kSide})}};
  const NamedTensors expected = OnnxSession(runtime(), model, {.threads = 1}).run(input);
  const OnnxSession session(runtime(), model, {.threads = 1, .once = true});
  // Sums of several hundred, which the kernel for weights as they are adds up in another order.
  constexpr double kRounding = 2e-3;
  expect_close(expected, session.run(input), kRounding);
  std::filesystem::remove(path);
}

TEST_F(SessionTest, ShowsEachObservedTensorOnce) {
  const std::vector<std::string> observed{"size", "x", "y", "w", "product"};
  const OnnxSession session = open(observed);
  std::map<std::size_t, std::vector<std::vector<float>>> seen;
  const NamedTensors outputs =
      session.run(kInput, [&](std::size_t index, const Tensor& value) { seen[index].push_back(floats(value)); });
  ASSERT_EQ(seen.size(), observed.size());
  EXPECT_THAT(seen[0], ElementsAre(ElementsAre(2, 2, 1.5F, 8, 5, 3)));
  EXPECT_THAT(seen[1], ElementsAre(ElementsAre(1, 2, 3, -4, -5, -6)));
  EXPECT_THAT(seen[2], ElementsAre(ElementsAre(3, 4, 4.5F, 4, 0, -3)));
  EXPECT_THAT(seen[3], ElementsAre(ElementsAre(2, -1, 0.5F)));
  EXPECT_THAT(seen[4], ElementsAre(ElementsAre(2, -2, 1.5F, -8, 5, -3)));
  EXPECT_EQ(outputs.size(), 2u) << "observing adds no outputs";
}

// Then a tensor's memory is free as soon as its readers are done, instead of all being kept until the end.
TEST_F(SessionTest, ShowsTensorsAsTheyAreComputedInWhateverOrderTheyWereAskedFor) {
  const OnnxModel chain = ModelBuilder()
                              .input("x", {2})
                              .node("Sin", {"x"}, {"a"})
                              .node("Abs", {"a"}, {"b"})
                              .node("Add", {"b", "a"}, {"c"})
                              .node("Sqrt", {"c"}, {"d"})
                              .node("Neg", {"d"}, {"e"})
                              .output("e", Shape{2})
                              .build();
  for (std::vector<std::string> observed :
       {std::vector<std::string>{"a", "b", "c", "d", "e"}, std::vector<std::string>{"e", "d", "c", "b", "a"},
        std::vector<std::string>{"c", "e", "a", "d", "b"}}) {
    const OnnxSession session(runtime(), chain, {.observed_tensors = observed});
    std::string seen;
    session.run({{"x", Tensor::from<float>({1, 2}, {2})}},
                [&](std::size_t index, const Tensor&) { seen += observed[index]; });
    EXPECT_EQ(seen, "abcde") << "asked for " << ::testing::PrintToString(observed);
  }
}

TEST_F(SessionTest, ShowsTensorsOfEveryType) {
  const OnnxModel model = ModelBuilder()
                              .input("x", {2}, DType::s64)
                              .node("Cast", {"x"}, {"b"}, {{"to", std::int64_t{9}}})
                              .node("Not", {"b"}, {"y"})
                              .output("y", Shape{2}, DType::boolean)
                              .build();
  const OnnxSession session(runtime(), model, {.observed_tensors = {"x", "b"}});
  std::vector<DType> dtypes;
  session.run({{"x", Tensor::from<std::int64_t>({0, 7}, {2})}},
              [&](std::size_t, const Tensor& value) { dtypes.push_back(value.dtype()); });
  EXPECT_THAT(dtypes, ::testing::UnorderedElementsAre(DType::s64, DType::boolean));
}

TEST_F(SessionTest, RunsWithoutAnObserver) { EXPECT_EQ(open({"product"}).run(kInput).size(), 2u); }

TEST_F(SessionTest, HandsOnWhatAnObserverThrows) {
  const OnnxSession session = open({"product"});
  try {
    session.run(kInput,
                [](std::size_t, const Tensor&) { throw Error(ErrorCode::interrupted, "stopped here", "go on"); });
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::interrupted);
    EXPECT_EQ(error.message(), "stopped here");
    EXPECT_EQ(error.hint(), "go on");
  }
  EXPECT_THROW(session.run(kInput, [](std::size_t, const Tensor&) { throw std::out_of_range("mine"); }),
               std::out_of_range);
  EXPECT_EQ(session.run(kInput).size(), 2u) << "the session is usable afterwards";
}

TEST_F(SessionTest, LetsAnObserverRunAnotherSession) {
  const OnnxSession outer = open({"product"}), inner = open({"size"});
  int inner_seen = 0, outer_seen = 0;
  outer.run(kInput, [&](std::size_t, const Tensor&) {
    ++outer_seen;
    inner.run(kInput, [&](std::size_t, const Tensor&) { ++inner_seen; });
  });
  EXPECT_EQ(outer_seen, 1);
  EXPECT_EQ(inner_seen, 1);
}

TEST_F(SessionTest, RefusesToObserveWhatIsNotThere) {
  const Error error = error_of([&] { open({"product", "nowhere"}); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  EXPECT_THAT(error.message(), HasSubstr("'nowhere'"));
}

TEST_F(SessionTest, RefusesInputsThatDoNotFit) {
  const OnnxSession session = open();
  const std::vector<std::pair<const char*, NamedTensors>> cases{
      {"missing", {}},
      {"unknown name", {{"other", random_tensor(1, {2, 3})}}},
      {"one too many", {kInput[0], {"w2", random_tensor(1, {3})}}},
      {"wrong type", {{"x", Tensor::from<double>({1, 2, 3}, {1, 3})}}},
      {"wrong extent", {{"x", random_tensor(1, {2, 4})}}},
      {"wrong rank", {{"x", random_tensor(1, {3})}}},
  };
  for (const auto& [what, inputs] : cases) {
    const Error error = error_of([&] { session.run(inputs); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_data) << what << ": " << error.what();
  }
}

TEST_F(SessionTest, AKernelThatFailsMeansThatModelAndDataCannotBeUsed) {
  const OnnxModel model = ModelBuilder()
                              .input("x", {-1})
                              .integers("square", {2, 2})
                              .node("Reshape", {"x", "square"}, {"y"})
                              .output("y")
                              .build();
  const OnnxSession session(runtime(), model, {.threads = 1});
  const Error error = thrown_error([&] { session.run({{"x", Tensor::from<float>({1, 2, 3}, {3})}}); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_model);
  EXPECT_THAT(error.message(), HasSubstr("Reshape"));
}

TEST_F(SessionTest, TakesAndGivesStrings) {
  const OnnxModel model = ModelBuilder()
                              .input("x", {2}, DType::string)
                              .node("Identity", {"x"}, {"y"})
                              .output("y", Shape{2}, DType::string)
                              .build();
  const Tensor words = Tensor::from<std::string>({"", "two words"}, {2});
  EXPECT_THAT(run(model, {{"x", words}})[0].value.values<std::string>(), ElementsAre("", "two words"));
}

TEST_F(SessionTest, TakesAndGivesEmptyTensors) {
  const NamedTensors outputs = open().run({{"x", Tensor::from<float>({}, {0, 3})}});
  EXPECT_EQ(outputs[0].value.shape(), (Shape{0, 3}));
}

TEST_F(SessionTest, RefusesOutputsThatAreNoTensors) {
  const OnnxModel model =
      ModelBuilder().input("x", {2}).node("SequenceConstruct", {"x"}, {"list"}).node("Neg", {"x"}, {"y"}).build();
  OnnxModel both = model;
  for (const char* name : {"y", "list"})
    both.graph.outputs.push_back({name, both.keep(write_untyped_value(name)), std::nullopt, std::nullopt});
  EXPECT_EQ(error_of([&] { run(both, {{"x", random_tensor(1, {2})}}); }).code(), ErrorCode::unsupported);
}

TEST_F(SessionTest, RefusesBrokenModels) {
  const OnnxModel unknown_op = ModelBuilder().input("x", {2}).node("NoSuchOp", {"x"}, {"y"}).output("y").build();
  EXPECT_THAT(error_of([&] { run(unknown_op); }).message(), HasSubstr("NoSuchOp"));
  EXPECT_EQ(error_of([&] { run(unknown_op); }).code(), ErrorCode::invalid_model);
  const OnnxModel wrong_shapes = ModelBuilder()
                                     .input("x", {2, 3})
                                     .floats("w", {1, 2}, {2, 1})
                                     .node("MatMul", {"x", "w"}, {"y"})
                                     .output("y")
                                     .build();
  EXPECT_EQ(error_of([&] { run(wrong_shapes); }).code(), ErrorCode::invalid_model);
}

TEST_F(SessionTest, RunsFromSeveralThreadsAsItDoesFromOne) {
  const OnnxSession session = open({"product"});
  ASSERT_TRUE(session.concurrent());
  constexpr int kThreads = 4, kRuns = 50;
  std::vector<std::string> failures(kThreads);
  const auto work = [&](int thread) {
    for (int i = 0; i < kRuns; ++i) {
      const auto seed = static_cast<std::uint64_t>(thread * kRuns + i);
      const Tensor x = random_tensor(seed, {3, 3});
      int seen = 0;
      bool right = true;
      const NamedTensors outputs = session.run({{"x", x}}, [&](std::size_t, const Tensor& value) {
        ++seen;
        right = floats(value)[0] == x.values<float>()[0] * 2;
      });
      const bool same = outputs[1].value.values<float>()[0] == x.values<float>()[0] * -2;
      if (seen != 1 || !right || !same) failures[static_cast<std::size_t>(thread)] = "run " + std::to_string(i);
    }
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(work, thread);
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(failures, ::testing::Each(""));
}

TEST_F(SessionTest, GivesTheSameForMoreThreadsInside) {
  expect_close(open({}, 1).run(kInput), open({}, 4).run(kInput), 0);
}

TEST_F(SessionTest, RunsAModelWithoutInputs) {
  const OnnxModel model = ModelBuilder().floats("a", {1, -2}, {2}).node("Abs", {"a"}, {"y"}).output("y").build();
  EXPECT_EQ(run_once(runtime(), model)[0].value, Tensor::from<float>({1, 2}, {2}));
}

// In a process of its own: the library reads its environment once, when it is opened.
TEST_F(SessionTest, LeavesTheHomeOfItsUserEmpty) {
  std::string home = (std::filesystem::temp_directory_path() / "halftone-home-XXXXXX").string();
  ASSERT_NE(mkdtemp(home.data()), nullptr);
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string command = "env -u XDG_CACHE_HOME HOME=" + home + " '" + program +
                              "' --gtest_filter=SessionTest.GivesOutputsInTheModelsOrder > " + home + ".log";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_TRUE(std::filesystem::is_empty(home));
  std::filesystem::remove_all(home);
  std::filesystem::remove(home + ".log");
}

TEST(RuntimeLibrary, MissingOrWrongIsSaidWithAWayOut) {
  const Error missing = error_of([] { find_runtime("/nowhere/libonnxruntime.so"); });
  EXPECT_EQ(missing.code(), ErrorCode::framework_missing);
  EXPECT_THAT(missing.message(), HasSubstr("/nowhere/libonnxruntime.so"));
  const Error wrong = error_of([] { Runtime::open("libm.so.6"); });
  EXPECT_EQ(wrong.code(), ErrorCode::framework_missing);
  EXPECT_THAT(wrong.message(), HasSubstr("OrtGetApiBase"));
  EXPECT_THAT(wrong.hint(), HasSubstr("pip install onnxruntime"));
}

}  // namespace
}  // namespace halftone::onnxruntime::testing
