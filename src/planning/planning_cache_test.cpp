#include <gtest/gtest.h>

#include "halftone/plan.h"
#include "planning/test_network.h"

namespace halftone {
namespace {

GraphView two_products() { return Network().dense("d1", "x", "p").dense("d2", "p", "y").output("y").build(); }

TEST(PlanningCache, GivesThePlanThatThereIsWithoutIt) {
  const GraphView graph = two_products();
  const Capability capability = capability_of(graph, {"Dense"});
  const CalibrationTable table = table_of({{"x", {-1, 2}}, {"p", {-3, 4}}, {"y", {-5, 6}}});
  const TuneConfig all = default_config(graph, capability, std::nullopt);
  TuneConfig first_in_float = all;
  first_in_float.units.at("d1") = {std::nullopt, "tried"};
  TuneConfig other_method = all;
  other_method.units.at("d2").choice->activation.range_method = RangeMethod::mse;
  TuneConfig per_tensor = all;
  per_tensor.units.at("d2").choice->weight->granularity = Granularity::per_tensor;
  PlanningCache cache;
  for (int round = 0; round < 2; ++round) {
    for (const TuneConfig& config : {all, first_in_float, other_method, per_tensor}) {
      const QuantizationPlan with = make_plan(graph, capability, config, &table, &cache);
      const QuantizationPlan without = make_plan(graph, capability, config, &table);
      for (std::size_t i = 0; i < with.ops.size(); ++i) {
        ASSERT_EQ(with.ops[i].quantized, without.ops[i].quantized);
        if (!with.ops[i].quantized) continue;
        EXPECT_EQ(with.ops[i].weight->params, without.ops[i].weight->params);
        EXPECT_EQ(with.ops[i].bias->params, without.ops[i].bias->params);
      }
      ASSERT_EQ(with.tensors.size(), without.tensors.size());
      for (std::size_t i = 0; i < with.tensors.size(); ++i)
        EXPECT_EQ(with.tensors[i].params, without.tensors[i].params);
    }
  }
}

TEST(PlanningCache, WorksEveryKeyOutOnce) {
  PlanningCache cache;
  int worked = 0;
  const auto count = [&] {
    ++worked;
    return Range{0, static_cast<float>(worked)};
  };
  EXPECT_EQ(cache.range("a", count).high, 1);
  EXPECT_EQ(cache.range("a", count).high, 1);
  EXPECT_EQ(cache.range("b", count).high, 2);
  EXPECT_EQ(worked, 2);
}

}  // namespace
}  // namespace halftone
