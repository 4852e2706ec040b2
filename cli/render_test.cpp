#include "render.h"

#include <gmock/gmock.h>

#include <sstream>

#include "render_parts.h"

namespace halftone::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Json quantize_result() {
  return Json::parse(R"json({
    "command": "quantize", "model": "models/squeeze.bin", "target": "vnni", "output": "squeeze.int8.bin",
    "approach": "static", "config": {"tuning": {"accuracy": {"max_drop": "0.5pt", "decide": "estimate",
      "confidence": 0.95}, "min_speedup": 1.5}},
    "calibration": {"samples": 100, "range_method": "minmax", "cached": false},
    "data": {"evaluation": {"samples": 500}},
    "ops": {"total": 67, "quantized": 64, "by_type": {"Concat": {"total": 8, "quantized": 8},
      "Conv": {"total": 26, "quantized": 26}, "Relu": {"total": 26, "quantized": 26}, "MaxPool": {"total": 3,
      "quantized": 3}, "GlobalAveragePool": {"total": 2, "quantized": 1}, "Softmax": {"total": 2, "quantized": 0}},
      "float": [{"name": "prob", "type": "Softmax", "reason": "the backend has no low-precision kernel for it"},
                {"name": "prob2", "type": "Softmax", "reason": "the backend has no low-precision kernel for it"},
                {"name": "pool10\u001b[2J", "type": "GlobalAveragePool", "reason": "your rule keeps it in float"}]},
    "verified": {"low_precision": 40, "planned": 41, "not_low_precision": ["fire9/concat"]},
    "accuracy": {
      "top1": {"float": {"value": 0.656, "low": 0.6134, "high": 0.6963}, "value": {"value": 0.652, "low": 0.6093,
        "high": 0.6925}, "delta": {"value": -0.004, "low": -0.0163, "high": 0.0083}, "flips": {"lost": 7, "gained": 5}},
      "sqnr": {"float": null, "value": {"value": 28.1, "low": 27.5, "high": 28.7}, "delta": null, "flips": null}},
    "latency_ms": {"float": {"min": 12.0, "p50": 12.41, "p90": 12.8, "p99": 13.02, "mean": 12.5},
                   "quantized": {"min": 5.9, "p50": 6.03, "p90": 6.3, "p99": 6.6, "mean": 6.1},
                   "ratio": {"p50": 0.4859, "low": 0.4739, "high": 0.4975}},
    "size_bytes": {"before": 5002999, "after": 1310000},
    "gate": {"accuracy": {"metric": "top1", "verdict": "met"}, "speed": {"verdict": "met"}}, "verdict": "met", "seconds": {"total": 21.4},
    "snippet": "import runtime\nsession = runtime.open(\"squeeze.int8.bin\")",
    "warnings": ["calibration and evaluation data share 3 samples"]})json");
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

std::string line_with(const std::string& text, const std::string& part) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(part) != std::string::npos) return line;
  }
  return "";
}

TEST(RenderQuantize, AnswersTheThreeQuestions) {
  const std::string text = render_text(quantize_result(), {"squeeze.int8.bin.halftone.json", ""}, {});
  EXPECT_EQ(line_with(text, "top1  "),
            "  top1          65.60 %  61.34 … 69.63   65.20 %  60.93 … 69.25       -0.40 pt  -1.63 … +0.83");
  EXPECT_THAT(line_with(text, "latency p50"), HasSubstr("2.06× faster  2.01 … 2.11"));
  EXPECT_THAT(line_with(text, "size"), HasSubstr("3.82× smaller"));
  EXPECT_THAT(text, HasSubstr("loses 7 that float has, and gains 5"));
  EXPECT_THAT(text, HasSubstr("64 of 67 ops"));
  EXPECT_THAT(line_with(text, "Softmax ×2"), HasSubstr("no low-precision kernel"));
  EXPECT_THAT(text, HasSubstr("prob, prob2"));
  EXPECT_THAT(text, HasSubstr("40 of 41 planned kernels"));
  EXPECT_THAT(text, HasSubstr("fire9/concat"));
  EXPECT_THAT(text, HasSubstr("top1 loses at most 0.5pt"));
  EXPECT_THAT(text, HasSubstr("squeeze.int8.bin.halftone.json"));
  EXPECT_THAT(text, HasSubstr("  session = runtime.open(\"squeeze.int8.bin\")\n"));
  EXPECT_THAT(text, HasSubstr("share 3 samples"));
}

TEST(RenderQuantize, FitsAHundredColumns) {
  EXPECT_LE(widest_line(render_text(quantize_result(), {"r.json", ""}, {})), 100u);
}

TEST(RenderQuantize, HasNoEscapesWithoutColoursNorFromTheModel) {
  EXPECT_THAT(render_text(quantize_result(), {"r.json", ""}, {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(render_text(quantize_result(), {"r.json", ""}, {.colour = true, .width = 100}),
              Not(HasSubstr("\x1b[2J")));
}

TEST(RenderQuantize, DoesWithoutEvaluation) {
  Json result = quantize_result();
  for (const char* key : {"accuracy", "latency_ms", "verdict", "verified", "snippet"}) result[key] = nullptr;
  result["warnings"] = Json::array();
  const std::string text = render_text(result, {"r.json", ""}, {});
  EXPECT_THAT(text, HasSubstr("Accuracy was not measured"));
  EXPECT_THAT(text, Not(HasSubstr("Target")));
  EXPECT_THAT(text, Not(HasSubstr("Warnings")));
}

TEST(RenderQuantize, SaysSlowerWhereItIs) {
  Json result = quantize_result();
  result["latency_ms"]["ratio"] = {{"p50", 1.25}, {"low", 1.2}, {"high", 1.3}};
  EXPECT_THAT(render_text(result, {"r.json", ""}, {}), HasSubstr("1.25× slower  1.20 … 1.30"));
  result["latency_ms"]["ratio"] = {{"p50", 0.98}, {"low", 0.95}, {"high", 1.02}};
  EXPECT_THAT(render_text(result, {"r.json", ""}, {}), HasSubstr("1.02×, a tie  0.98 … 1.05"));
}

TEST(RenderQuantize, GroupsManyReasons) {
  Json result = quantize_result();
  Json in_float = Json::array();
  for (int i = 0; i < 30; ++i) {
    in_float.push_back(
        {{"name", "op" + std::to_string(i)}, {"type", "T"}, {"reason", "reason " + std::to_string(i % 15)}});
  }
  result["ops"]["float"] = in_float;
  const std::string text = render_text(result, {"r.json", ""}, {});
  EXPECT_THAT(text, HasSubstr("Left in float  30 ops"));
  EXPECT_THAT(text, HasSubstr("and 10 other ops; all are in r.json"));
}

TEST(RenderQuantize, SurvivesResultsOfAnotherShape) {
  Json result = quantize_result();
  for (auto& [key, value] : result.items()) {
    if (key == "command") continue;
    for (const Json& other : {Json(nullptr), Json(1), Json("x"), Json::array({1}), Json::object({{"a", 1}})}) {
      Json changed = quantize_result();
      changed[key] = other;
      EXPECT_NO_THROW(render_text(changed, {"r.json", ""}, {})) << key << " " << other.dump();
    }
  }
}

TEST(RenderEvaluate, ShowsThePairedDifference) {
  const Json result = Json::parse(R"({"command": "evaluate", "model": "q.bin", "samples": 500, "seconds": 3.5,
    "config": {"tuning": {"accuracy": {"max_drop": "0.5pt", "decide": "confident", "confidence": 0.9}}},
    "metrics": {"top1": {"value": 0.652, "low": 0.61, "high": 0.69}},
    "against": {"model": "f.bin", "metrics": {"top1": {"value": 0.656, "delta": {"value": -0.004, "low": -0.016,
      "high": 0.008}}}, "flips": {"lost": 7, "gained": 5}},
    "verdict": "undecided", "samples_needed": 12000, "warnings": []})");
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(line_with(text, "top1 "), HasSubstr("65.20 %  61.00 … 69.00  65.60 %  -0.40 pt  -1.60 … +0.80"));
  EXPECT_THAT(text, HasSubstr("500 samples, against f.bin, in 3.5 s"));
  EXPECT_THAT(text, HasSubstr("90 % interval"));
  EXPECT_THAT(text, HasSubstr("with 90 % confidence  undecided"));
  EXPECT_THAT(text, HasSubstr("about 12,000 samples would"));
}

TEST(RenderBenchmark, ShowsPercentilesAndSpeedup) {
  const Json result = Json::parse(R"({"command": "benchmark", "model": "q.bin", "threads": 1, "batch": 2, "runs": 50,
    "latency_ms": {"min": 1.0, "p50": 1.5, "p90": 2.0, "p99": 3.0, "mean": 1.6}, "throughput_per_s": 1250.4,
    "against": {"model": "f.bin", "latency_ms": {"min": 2.0, "p50": 3.0, "p90": 4.0, "p99": 6.0, "mean": 3.2},
    "ratio": {"p50": 0.5, "low": 0.48, "high": 0.52}}, "warnings": []})");
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(text, HasSubstr("1 thread, batch 2, 50 runs"));
  EXPECT_EQ(line_with(text, "  q.bin"), "  q.bin  1.00 ms  1.50 ms  2.00 ms  3.00 ms  1.60 ms");
  EXPECT_THAT(text, HasSubstr("1,250 samples per second"));
  EXPECT_THAT(text, HasSubstr("2.00× faster (median of pairs, 95 % interval 1.92 … 2.08)"));
}

TEST(RenderPlan, ShowsChoicesAndFusions) {
  const Json result = Json::parse(R"({"command": "plan", "model": "m.bin", "backend": "b", "target": "vnni",
    "framework": {"name": "F", "version": "1.2"}, "section": ">=1.0",
    "ops": {"total": 3, "quantized": 2, "by_type": {"Conv": {"total": 2, "quantized": 2}, "Softmax": {"total": 1,
      "quantized": 0}}, "float": [{"name": "s", "type": "Softmax", "reason": "no kernel"}],
      "planned": [{"name": "c1", "type": "Conv", "choice": {"text": "static uint8"}}, {"name": "c2", "type": "Conv",
      "choice": {"text": "static uint8"}}]},
    "conversions": {"quantize": 1, "dequantize": 1, "islands": 1},
    "fusions": [{"pattern": "Conv + Relu", "ops": ["c1", "r1"], "alternatives": [[{"pattern": "Conv", "ops": ["c1"],
      "quantizable": true}, {"pattern": "Relu", "ops": ["r1"], "quantizable": false, "reason": "no kernel"}]]}],
    "warnings": []})");
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(text, HasSubstr("Conv ×2  static uint8"));
  EXPECT_THAT(text, HasSubstr("no kernel"));
  EXPECT_THAT(text, HasSubstr("Conv + Relu  ×1  c1  or Conv, Relu in float"));
  EXPECT_THAT(text, HasSubstr("1 tensor to int8, 1 back to float, around 1 region"));
}

TEST(RenderQuery, ListsChoicesBestFirst) {
  const Json result = Json::parse(R"({"command": "query", "model": "m.bin", "precisions": ["int8", "fp32"],
    "op_types": {"Conv": [{"text": "first"}, {"text": "second"}], "Loop": []},
    "ops": [{"name": "c", "type": "Conv", "choices": [{"text": "first"}]}, {"name": "l", "type": "Loop",
      "choices": [], "reason": "not known"}],
    "mixed_precision_combinations": [["int8", "bf16", "fp32"], ["int8", "fp32"]],
    "pattern_instances": {"Conv + Relu|Clip": [{"ops": ["Conv", "Relu"]}, {"ops": ["Conv", "Clip"]}]},
    "groups": {"first_conv_or_matmul": ["c"], "blocks": [["up1", "down1"], ["up0", "down0"]]}, "warnings": []})");
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(text, HasSubstr("1 of 2 ops"));
  EXPECT_THAT(text, HasSubstr("in one model: int8, bf16, fp32; or int8, fp32"));
  EXPECT_THAT(text, HasSubstr("Conv + Relu|Clip ×2"));
  EXPECT_THAT(text, HasSubstr("2 blocks, from up1, up0"));
  EXPECT_LT(text.find("first"), text.find("second"));
  EXPECT_THAT(text, HasSubstr("float only"));
  EXPECT_THAT(text, HasSubstr("1 op  not known"));
}

TEST(RenderImport, CountsWhatIsInTheDraftAndListsWhatIsNot) {
  const Json result = Json::parse(R"({"command": "import-capability", "original": "theirs.yaml", "output": "d.yaml",
    "op_table": "b", "sections": 2, "op_types": ["Conv"], "alternatives": 4, "patterns": 0,
    "not_imported": [{"line": 7, "what": "op type 'Covn'", "why": "is not in the op table"}], "warnings": []})");
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(text, HasSubstr("d.yaml  an unproved draft of theirs.yaml"));
  EXPECT_THAT(text, HasSubstr("1 op type with 4 alternatives and 0 patterns in 2 sections, by the op table of b"));
  EXPECT_THAT(text, HasSubstr("line 7  op type 'Covn'  is not in the op table"));
}

TEST(RenderInspect, ShowsInputsAndOps) {
  const Json result = Json::parse(R"({"command": "inspect", "model": "m.bin", "size_bytes": 26454,
    "inputs": [{"name": "x", "dtype": "fp32", "shape": [null, 1, 28, 28]}],
    "outputs": [{"name": "y", "dtype": "fp32", "shape": null}], "ops": {"total": 12, "by_type": {"Conv": 2, "Relu": 10}},
    "parameters": {"total": 5998, "by_dtype": {"fp32": 5998}}, "quantized": {"already": false}, "warnings": []})");
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(text, HasSubstr("26.5 kB, 5,998 parameters, not quantized"));
  EXPECT_THAT(text, HasSubstr("x  ?x1x28x28  fp32"));
  EXPECT_THAT(text, HasSubstr("y  any rank  fp32"));
  EXPECT_LT(text.find("Relu"), text.find("Conv"));
}

TEST(RenderBackends, SaysWhatIsMissingAndHowToGetIt) {
  const Json result = Json::parse(R"({"command": "backends", "backends": [
    {"key": "a", "framework": "A", "version": "1.2", "library": "/lib/a.so", "available": true, "skills": ["static"]},
    {"key": "b", "framework": "B", "version": null, "library": null, "available": false, "skills": [],
     "missing": "libb was not found", "hint": "pip install b"}], "warnings": []})");
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(text, HasSubstr("✓  a  A 1.2  static"));
  EXPECT_THAT(text, HasSubstr("✗  b  B      libb was not found"));
  EXPECT_THAT(text, HasSubstr("pip install b"));
  EXPECT_THAT(render_text({{"command", "backends"}, {"backends", Json::array()}}, {}, {}),
              HasSubstr("HALFTONE_PLUGIN_PATH"));
}

TEST(RenderData, ShowsRangesLabelsAndMismatches) {
  Json result = Json::parse(R"({"command": "data", "spec": "npz:d.npz", "size": 10000, "items": 1000,
    "inputs": [{"name": "x", "dtype": "fp32", "shape": [1, 28, 28], "count": 5, "min": 0, "max": 255, "mean": 33.3,
      "deviation": 78.6, "nan": 2, "inf": 0}],
    "expected": [{"name": "x", "dtype": "fp32", "shape": [null, 1, 28, 28]}], "labels": {"3": 600, "7": 400},
    "mismatches": ["input 'x' has 3 axes, the model takes 4"], "preview": null, "warnings": ["looks unnormalised"]})");
  const std::string text = render_text(result, {}, {});
  EXPECT_THAT(text, HasSubstr("1,000 items looked at of 10,000"));
  EXPECT_THAT(line_with(text, "1x28x28"), HasSubstr("255"));
  EXPECT_THAT(text, HasSubstr("2 NaN or infinite"));
  EXPECT_THAT(text, HasSubstr("✗  input 'x' has 3 axes"));
  EXPECT_THAT(text, HasSubstr("looks unnormalised"));
  EXPECT_THAT(line_with(text, "600"), HasSubstr("█"));
  result["mismatches"] = Json::array();
  EXPECT_THAT(render_text(result, {}, {}), HasSubstr("The data fit the model."));
}

TEST(SpeedupOf, InvertsTheRatioOfLatencies) {
  const auto speedup = speedup_of({{"p50", 0.5}, {"low", 0.4}, {"high", 0.8}});
  ASSERT_TRUE(speedup.has_value());
  EXPECT_DOUBLE_EQ(speedup->value, 2);
  EXPECT_DOUBLE_EQ(speedup->low, 1.25);
  EXPECT_DOUBLE_EQ(speedup->high, 2.5);
  EXPECT_FALSE(speedup_of({{"p50", 0}}).has_value());
  EXPECT_FALSE(speedup_of(nullptr).has_value());
}

}  // namespace
}  // namespace halftone::cli
