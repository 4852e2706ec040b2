#include "report/result_envelope.h"

#include <gtest/gtest.h>

namespace halftone {
namespace {

TEST(ResultEnvelope, HasEveryCommonKeyAlsoWithoutModelAndData) {
  ResultEnvelope envelope;
  envelope.command = "backends";
  envelope.argv = {"halftone", "backends"};
  const Json result = make_result(envelope, {{"backends", Json::array()}}, {"careful"});
  EXPECT_EQ(result["schema"], "halftone/backends/1");
  for (const char* key : {"command", "argv", "halftone", "config", "model", "model_sha256", "backend", "framework",
                          "target", "host", "data", "started", "warnings", "backends"}) {
    EXPECT_TRUE(result.contains(key)) << key;
  }
  EXPECT_TRUE(result["model"].is_null());
  EXPECT_TRUE(result["data"]["calibration"].is_null());
  EXPECT_EQ(result["warnings"].dump(), R"(["careful"])");
}

TEST(ResultEnvelope, SaysWhichModelAndSamples) {
  ResultEnvelope envelope;
  envelope.command = "evaluate";
  envelope.model = ModelFacts{"m.bin", "aa", "key", {"Framework", "1.2", "lib.so"}};
  envelope.evaluation = DataFacts{"npz:d.npz", "bb", 7};
  const Json result = make_result(envelope, Json::object(), {});
  EXPECT_EQ(result["model_sha256"], "aa");
  EXPECT_EQ(result["framework"].dump(), R"({"name":"Framework","version":"1.2","library":"lib.so"})");
  EXPECT_EQ(result["data"]["evaluation"].dump(), R"({"spec":"npz:d.npz","sha256":"bb","samples":7})");
}

TEST(ResultEnvelope, WritesTimesInUtc) {
  EXPECT_EQ(iso_8601_utc(std::chrono::system_clock::from_time_t(1'000'000'000)), "2001-09-09T01:46:40Z");
}

}  // namespace
}  // namespace halftone
