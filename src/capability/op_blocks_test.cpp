#include "capability/op_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capability/test_graph.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// An attention over `x` whose result is `NAME.joined`, x + attention(x).
void add_attention(TestGraph& graph, const std::string& name, const std::string& x) {
  for (const char* part : {".q", ".k", ".v"}) graph.op("MatMul", name + part, {x, "w"});
  graph.op("MatMul", name + ".scores", {name + ".q", name + ".k"})
      .op("Softmax", name + ".softmax", {name + ".scores"})
      .op("MatMul", name + ".context", {name + ".softmax", name + ".v"})
      .op("MatMul", name + ".projection", {name + ".context", "w"})
      .op("Add", name + ".joined", {x, name + ".projection"});
}

/// Two products and the sum NAME.out = kept + products(read).
void add_feed_forward(TestGraph& graph, const std::string& name, const std::string& read, const std::string& kept) {
  graph.op("MatMul", name + ".up", {read, "w"})
      .op("Relu", name + ".relu", {name + ".up"})
      .op("MatMul", name + ".down", {name + ".relu", "w"})
      .op("Add", name + ".out", {name + ".down", kept});
}

TestGraph begun() {
  TestGraph graph;
  graph.input("x").constant("w");
  return graph;
}

TEST(FeedForwardBlocks, OfLayersNormalisedAfterwardsAreListedLastFirst) {
  TestGraph graph = begun();
  std::string x = "x";
  for (const std::string layer : {"l0", "l1", "l2"}) {
    add_attention(graph, layer, x);
    graph.op("Softmax", layer + ".normal1", {layer + ".joined"});
    add_feed_forward(graph, layer, layer + ".normal1", layer + ".normal1");
    graph.op("Softmax", layer + ".normal2", {layer + ".out"});
    x = layer + ".normal2";
  }
  graph.op("MatMul", "head1", {x, "w"}).op("MatMul", "head2", {"head1", "w"}).output("head2");
  EXPECT_THAT(
      feed_forward_blocks(graph.build()),
      ElementsAre(ElementsAre("l2.up", "l2.down"), ElementsAre("l1.up", "l1.down"), ElementsAre("l0.up", "l0.down")));
}

TEST(FeedForwardBlocks, OfLayersNormalisedBeforehandAreFound) {
  TestGraph graph = begun();
  std::string x = "x";
  for (const std::string layer : {"l0", "l1"}) {
    add_attention(graph, layer, x);
    graph.op("Softmax", layer + ".normal", {layer + ".joined"});
    add_feed_forward(graph, layer, layer + ".normal", layer + ".joined");
    x = layer + ".out";
  }
  EXPECT_THAT(feed_forward_blocks(graph.output(x).build()),
              ElementsAre(ElementsAre("l1.up", "l1.down"), ElementsAre("l0.up", "l0.down")));
}

TEST(FeedForwardBlocks, HoldTheProductsOfAGate) {
  TestGraph graph = begun();
  add_attention(graph, "l", "x");
  graph.op("MatMul", "gate", {"l.joined", "w"})
      .op("MatMul", "up", {"l.joined", "w"})
      .op("Add", "gated", {"gate", "up"})
      .op("MatMul", "down", {"gated", "w"})
      .op("Add", "out", {"l.joined", "down"});
  EXPECT_THAT(feed_forward_blocks(graph.build()), ElementsAre(ElementsAre("gate", "up", "down")));
}

TEST(FeedForwardBlocks, AreNotTheResidualsOfConvolutions) {
  TestGraph graph = begun();
  graph.op("Conv", "stem", {"x", "w"});
  add_feed_forward(graph, "block", "stem", "stem");
  EXPECT_THAT(feed_forward_blocks(graph.build()), IsEmpty());
}

TEST(FeedForwardBlocks, StandRightAfterAnAttention) {
  TestGraph graph = begun();
  add_attention(graph, "l", "x");
  graph.op("MatMul", "between", {"l.joined", "w"});
  add_feed_forward(graph, "far", "between", "between");
  EXPECT_THAT(feed_forward_blocks(graph.build()), IsEmpty());
}

TEST(FeedForwardBlocks, AreFoundWhereAMaskIsReadInEveryLayer) {
  TestGraph graph = begun();
  graph.op("Relu", "mask", {"x"});
  std::string x = "mask";
  for (const std::string layer : {"l0", "l1"}) {
    add_attention(graph, layer, x);
    add_feed_forward(graph, layer, layer + ".joined", layer + ".joined");
    graph.op("Add", layer + ".masked", {layer + ".out", "mask"});
    x = layer + ".masked";
  }
  EXPECT_THAT(feed_forward_blocks(graph.build()),
              ElementsAre(ElementsAre("l1.up", "l1.down"), ElementsAre("l0.up", "l0.down")));
}

TEST(FeedForwardBlocks, AreNoneInAGraphWithoutOps) {
  EXPECT_THAT(feed_forward_blocks(GraphBuilder().build()), IsEmpty());
}

TEST(FeedForwardBlocks, AreSearchedInLongChainsWithoutDelay) {
  TestGraph graph = begun();
  graph.op("Relu", "begin", {"x"}).op("MatMul", "r0", {"begin", "w"});
  for (int i = 0; i < 3000; ++i) {
    graph.op("Add", "r" + std::to_string(i + 1), {"r" + std::to_string(i), "begin"});
  }
  EXPECT_THAT(feed_forward_blocks(graph.build()), IsEmpty());
}

}  // namespace
}  // namespace halftone
