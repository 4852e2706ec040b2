#include "halftone/plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>

#include "halftone/error.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

/// The four inputs of an exclusive or, with a little in between for calibration.
class CornersOfTheSquare : public DataSource {
 public:
  std::string spec() const override { return "corners"; }
  std::optional<std::size_t> size() const override { return 4; }
  std::string id(std::size_t index) const override { return std::to_string(index); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }
  std::string fingerprint() const override { return "corners"; }
  DataItem item(std::size_t index) const override {
    const std::vector<float> corner{static_cast<float>(index & 1), static_cast<float>(index >> 1)};
    return {id(index), {{"x", Tensor::from<float>(corner, {1, 2})}}, {}};
  }
};

std::unique_ptr<Adaptor> example_adaptor() {
  return PluginRegistry::from_folders({EXAMPLE_DIR}).make({.key = "dense"});
}

TEST(ExamplePlugin, IsQuantizedThroughTheCoreAlone) {
  const auto adaptor = example_adaptor();
  const auto model = adaptor->prepare(*adaptor->load({DENSE_MODEL, {}}));
  const GraphView graph = adaptor->graph(*model);
  const DataLoader data(std::make_shared<CornersOfTheSquare>(), model->inputs(), std::nullopt, 0);
  const TuneConfig config = default_config(graph, adaptor->query_fw_capability(*model), std::nullopt);
  const QuantizeResult result = adaptor->quantize(config, *model, data, {.threads = 2});

  EXPECT_EQ(result.plan.quantized_ops(), 3u);  // two products and the ReLU that goes with one of them
  EXPECT_EQ(adaptor->query_fused_patterns(*model).size(), 1u);
  const auto executed = adaptor->executed_ops(*result.model);
  for (const ExecutedOp& op : executed.value()) EXPECT_TRUE(op.low_precision) << op.name;
  const auto session = adaptor->open(*result.model, {});
  for (std::size_t i = 0; i < 4; ++i) {
    const float exclusive_or = static_cast<float>((i & 1) ^ (i >> 1));
    const float answer = session->run(CornersOfTheSquare().item(i).inputs).front().value.to_floats().front();
    EXPECT_NEAR(answer, exclusive_or, 0.03F) << "corner " << i;
  }
}

TEST(ExampleStrategy, ProposesByItsNameAlone) {
  const PluginRegistry plugins = PluginRegistry::from_folders({EXAMPLE_DIR, STRATEGY_DIR});
  EXPECT_THAT(plugins.strategies(), ElementsAre("half_by_half"));
  const auto adaptor = plugins.make({.key = "dense"});
  const auto model = adaptor->prepare(*adaptor->load({DENSE_MODEL, {}}));
  const GraphView graph = adaptor->graph(*model);
  const Capability capability = adaptor->query_fw_capability(*model);
  const TuningSpace space(graph, capability);
  const TuneConfig all = default_config(graph, capability, std::nullopt);
  const auto strategy = plugins.strategy("half_by_half")({space, all, std::nullopt, 0, nullptr});
  TrialHistory history;
  std::vector<std::size_t> quantized;
  while (const auto proposal = strategy->next(history)) quantized.push_back(quantized_units(proposal->config));
  EXPECT_THAT(quantized, ElementsAre(2, 1, 1));
  EXPECT_FALSE(plugins.strategy("nobodys"));
}

TEST(ExamplePlugin, WritesTheSameBytesEachTimeAndReadsThemBack) {
  const auto adaptor = example_adaptor();
  const auto model = adaptor->load({DENSE_MODEL, {}});
  const GraphView graph = adaptor->graph(*model);
  const DataLoader data(std::make_shared<CornersOfTheSquare>(), model->inputs(), std::nullopt, 0);
  const TuneConfig config = default_config(graph, adaptor->query_fw_capability(*model), std::nullopt);
  const auto once = adaptor->quantize(config, *model, data, {.threads = 1}).model;
  const auto again = adaptor->quantize(config, *model, data, {.threads = 3}).model;
  EXPECT_EQ(once->sha256(), again->sha256());
  const fs::path file = fs::temp_directory_path() / ("halftone-" + std::to_string(getpid()) + ".dense");
  adaptor->save(*once, file);
  EXPECT_EQ(adaptor->load({file, {}})->sha256(), once->sha256());
  fs::remove(file);
}

TEST(ExamplePlugin, FollowsTheUsersRulesWithoutKnowingThem) {
  AdaptorOptions options{.key = "dense"};
  options.constraints.ops = {{.pattern = "result", .keep_float = true}};
  const auto adaptor = PluginRegistry::from_folders({EXAMPLE_DIR}).make(options);
  const auto model = adaptor->load({DENSE_MODEL, {}});
  const GraphView graph = adaptor->graph(*model);
  const TuneConfig config = default_config(graph, adaptor->query_fw_capability(*model), std::nullopt);
  EXPECT_FALSE(config.units.at("result").choice);
  EXPECT_THAT(config.units.at("result").reason, HasSubstr("rule"));
  const DataLoader data(std::make_shared<CornersOfTheSquare>(), model->inputs(), std::nullopt, 0);
  EXPECT_EQ(adaptor->quantize(config, *model, data, {}).plan.quantized_ops(), 2u);

  options.constraints.ops = {{.pattern = "resultt", .keep_float = true}};
  const auto mistaken = PluginRegistry::from_folders({EXAMPLE_DIR}).make(options);
  EXPECT_THROW(mistaken->query_fw_capability(*model), Error);
}

TEST(ExamplePlugin, ThrowsAnErrorThatIsCaughtByTypeWithItsFrames) {
  const fs::path file = fs::temp_directory_path() / ("halftone-broken-" + std::to_string(getpid()) + ".dense");
  std::ofstream(file) << "dense 1\nlayer a relu 2 2 float\n1 2 3";
  const auto adaptor = example_adaptor();
  try {
    adaptor->load({file, {}});
    FAIL() << "a truncated file was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_model);
    EXPECT_THAT(error.context(), ElementsAre(HasSubstr("load model '" + file.string())));
  }
  fs::remove(file);
}

TEST(Plugin, OfAnotherInterfaceIsRefusedBeforeItIsCalled) {
  try {
    PluginRegistry::from_folders({WRONG_ABI_DIR}).make({.key = "wrong_abi"});
    FAIL() << "it was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::configuration);
    EXPECT_THAT(error.message(), HasSubstr("was built for halftone-0/another-compiler"));
  }
}

// Two frameworks in one process bring clashing symbols unless nothing but the entry is exported.
TEST(Plugin, ExportsItsEntryAndNothingElse) {
  int seen = 0;
  // What lies beside plugins and is none has no manifest.
  const PluginRegistry registry = PluginRegistry::from_folders({PLUGIN_DIR});
  for (const PluginManifest& manifest : registry.manifests()) {
    const std::string command = "nm -D --defined-only '" + manifest.library.string() + "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string symbols;
    std::array<char, 512> line{};
    while (std::fgets(line.data(), line.size(), pipe.get()) != nullptr) symbols += line.data();
    EXPECT_THAT(symbols, testing::ContainsRegex("^[0-9a-f]+ T halftone_plugin\n$")) << manifest.library;
    ++seen;
  }
  if (seen == 0) GTEST_SKIP() << "SKIPPED: no plugin was built";
}

}  // namespace
}  // namespace halftone
