#include <gmock/gmock.h>

#include <sstream>

#include "render.h"

namespace halftone::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Json compare_result() {
  return Json::parse(R"json({
    "command": "compare", "model": "a.bin", "samples": 500, "random": false, "host": {"threads": 2},
    "config": {"tuning": {"accuracy": {"confidence": 0.95}}},
    "models": [
      {"model": "a.bin", "ops": {"source": "executed", "total": 30, "low_precision": 0, "by_type": {"Conv": 26, "Pool": 4},
        "added": null}},
      {"model": "b.bin", "ops": {"source": "executed", "total": 31, "low_precision": 26,
        "by_type": {"Int8Conv": 26, "Pool": 4, "Quantize": 1}, "added": 1}}],
    "metrics": {
      "top1": [{"value": {"value": 0.642, "low": 0.599, "high": 0.6828}, "delta": null, "flips": null},
               {"value": {"value": 0.634, "low": 0.5909, "high": 0.6751},
                "delta": {"value": -0.008, "low": -0.0267, "high": 0.0095}, "flips": {"lost": 11, "gained": 7}}],
      "agreement": [null, {"value": {"value": 0.934, "low": 0.9088, "high": 0.9526}, "delta": null,
                           "flips": {"lost": 33, "gained": 0}}]},
    "outputs": [{"name": "logits", "cosine": [null, {"value": 0.9987, "low": 0.9985, "high": 0.9988}],
                 "sqnr": [null, {"value": 26.36, "low": 26.13, "high": 26.59}], "left_out": [null, 0]}],
    "disagreeing": ["15", "34", "38\u001b[2J"], "disagreeing_count": 33,
    "latency_ms": [{"p50": 12.41}, {"p50": 6.03, "ratio": {"p50": 0.4859, "low": 0.4739, "high": 0.4975}}],
    "size_bytes": [5002999, 1358150],
    "ops_changed": [{"model": "b.bin", "name": "conv1", "from": "Conv", "to": "Int8Conv"},
                    {"model": "b.bin", "name": "conv2", "from": "Conv", "to": "Int8Conv"},
                    {"model": "b.bin", "name": "relu", "from": "Relu", "to": null}],
    "warnings": ["latencies are unsteady"]})json");
}

std::string line_with(const std::string& text, const std::string& part) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(part) != std::string::npos) return line;
  }
  return "";
}

TEST(RenderCompare, TellsEveryDifference) {
  const std::string text = render_text(compare_result(), {}, {});
  EXPECT_EQ(line_with(text, "  2  b.bin"), "  2  b.bin  1.36 MB  3.68× smaller   6.03 ms  2.06× faster  2.01 … 2.11");
  EXPECT_THAT(line_with(text, "loses 11"), HasSubstr("2  63.40 %  59.09 … 67.51  -0.80 pt  -2.67 … +0.95"));
  EXPECT_THAT(line_with(text, "agreement"), HasSubstr("2  93.40 %"));
  EXPECT_THAT(text, HasSubstr("Another class than from the first model: 33 samples, 15, 34, 38?[2J and 30 more\n"));
  EXPECT_THAT(line_with(text, "logits"), HasSubstr("cosine 0.99870  0.99850 … 0.99880  sqnr 26.36 dB"));
  EXPECT_THAT(line_with(text, "Int8Conv  "), HasSubstr("-  26"));
  EXPECT_EQ(line_with(text, "  Pool"), "") << "as many in both";
  EXPECT_THAT(text, HasSubstr("2×  Conv → Int8Conv"));
  EXPECT_THAT(line_with(text, "which is not there"), HasSubstr("relu"));
  EXPECT_THAT(text, HasSubstr("latencies are unsteady"));
}

TEST(RenderCompare, DoesWithoutDataAndLatency) {
  Json result = compare_result();
  result["random"] = true;
  result["metrics"] = Json::object();
  for (const char* key : {"disagreeing", "disagreeing_count", "latency_ms"}) result[key] = nullptr;
  result["models"][0]["ops"]["low_precision"] = result["models"][1]["ops"]["low_precision"] = nullptr;
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(text, HasSubstr("500 random samples"));
  EXPECT_THAT(text, HasSubstr("3.68× smaller"));
  for (const char* absent : {"Metrics", "class than", " ms", "low precision"})
    EXPECT_THAT(text, Not(HasSubstr(absent)));
}

TEST(RenderCompare, SaysWhereNoSampleChangesItsClass) {
  Json result = compare_result();
  result["disagreeing"] = Json::array();
  result["disagreeing_count"] = 0;
  EXPECT_THAT(render_text(result, {}, {}), HasSubstr("No sample gets another class"));
}

TEST(RenderCompare, BoundsTheListOfChanges) {
  Json result = compare_result();
  for (int i = 0; i < 30; ++i) {
    result["ops_changed"].push_back(
        {{"model", "b.bin"}, {"name", "x"}, {"from", "Type" + std::to_string(i)}, {"to", nullptr}});
  }
  EXPECT_THAT(render_text(result, {}, {}), HasSubstr("… and 20 other changes; --json lists all"));
}

TEST(RenderInit, SaysWhereTheFileIs) {
  Json result = Json::parse(R"({"command": "init", "model": "m/a.bin", "output": "m/a.halftone.yaml",
    "configuration": "seed: 0\n", "ops": {"total": 65, "quantized": 63}, "warnings": []})");
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(text, HasSubstr("m/a.halftone.yaml  written for a.bin"));
  EXPECT_THAT(text, HasSubstr("63 of 65 ops"));
  EXPECT_THAT(text, HasSubstr("halftone quantize --config m/a.halftone.yaml -o int8-a.bin"));
  EXPECT_THAT(text, Not(HasSubstr("seed")));
  result["ops"]["quantized"] = 0;
  EXPECT_THAT(render_text(result, {}, {}), HasSubstr("0 of 65 ops would be quantized; the file says why."));
}

TEST(RenderInit, ShowsTheConfigurationAloneWhereNoFileWasWritten) {
  Json result = Json::parse(R"({"command": "init", "model": "a.bin", "output": null, "configuration": "seed: 0\n",
    "ops": {"total": 65, "quantized": 63}, "warnings": ["something"]})");
  EXPECT_EQ(render_text(result, {}, {}), "seed: 0\n");
}

}  // namespace
}  // namespace halftone::cli
