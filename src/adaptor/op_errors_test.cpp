#include "adaptor/op_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace halftone {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

/// x → a → b → c, with a mover between a and b whose tensor only the float model has.
GraphView chain() {
  GraphBuilder builder;
  builder.add_input({"x", DType::f32, std::nullopt});
  builder.add_op({"a", "Dense", {"x"}, {"p"}, {}, std::nullopt, {}});
  builder.add_op({"move", "Reshape", {"p"}, {"q"}, {}, std::nullopt, {}});
  builder.add_op({"b", "Dense", {"q"}, {"r"}, {}, std::nullopt, {}});
  builder.add_op({"c", "Dense", {"r"}, {"y"}, {}, std::nullopt, {}});
  builder.add_output("y");
  return std::move(builder).build();
}

TensorError error_of(const std::string& tensor, double noise) {
  TensorError error;
  error.tensor = tensor;
  error.values = 10;
  error.signal = 100;
  error.noise = noise;
  return error;
}

std::vector<std::string> names(const GraphView& graph, const std::vector<OpError>& ranked) {
  std::vector<std::string> names;
  for (const OpError& found : ranked) names.push_back(graph.op(found.op).name);
  return names;
}

TEST(OpErrors, RankTheOpInWhichTheNoiseArises) {
  const GraphView graph = chain();
  // c has the most noise, but nearly all of it comes with its input, and that from b.
  const auto ranked = rank_ops(graph, {error_of("p", 1), error_of("r", 40), error_of("y", 42)});
  EXPECT_THAT(names(graph, ranked), ElementsAre("b", "c", "a"));
  EXPECT_THAT(ranked[0].added, DoubleNear(0.39, 1e-12)) << "what came through the mover is not its own";
  EXPECT_THAT(ranked[1].added, DoubleNear(0.02, 1e-12));
  EXPECT_THAT(ranked[2].added, DoubleNear(0.01, 1e-12));
}

TEST(OpErrors, AreNeverNegative) {
  const GraphView graph = chain();
  const auto ranked = rank_ops(graph, {error_of("p", 10), error_of("r", 5)});
  EXPECT_THAT(names(graph, ranked), ElementsAre("a", "b"));
  EXPECT_EQ(ranked[1].added, 0);
}

TEST(OpErrors, LeaveOutWhatWasNotCompared) {
  TensorError nothing = error_of("p", 0);
  nothing.values = 0;
  EXPECT_THAT(rank_ops(chain(), {nothing}), IsEmpty());
}

TEST(OpErrors, CompareTensorsThatBothModelsHave) {
  GraphBuilder other;
  other.add_input({"p", DType::f32, std::nullopt});
  other.add_op({"b", "Dense", {"p"}, {"r"}, {}, std::nullopt, {}});
  other.add_output("r");
  EXPECT_THAT(tensors_in_common(chain(), std::move(other).build()), ElementsAre("r")) << "p is given there, not made";
}

TEST(TensorErrors, AreInDecibels) {
  EXPECT_THAT(error_of("t", 1).sqnr_db(), DoubleNear(20, 1e-9));
  EXPECT_THAT(error_of("t", 1).mse(), DoubleNear(0.1, 1e-12));
  EXPECT_EQ(error_of("t", 0).noise_to_signal(), 0);
}

}  // namespace
}  // namespace halftone
