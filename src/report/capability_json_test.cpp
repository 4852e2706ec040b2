#include "report/capability_json.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"

namespace halftone {
namespace {

constexpr std::string_view kFile = R"(
- version: {range: ">=1.0"}
  precisions:
    names: [int8, bf16, fp32]
    valid_mixed_precision: [{precisions: [int8, fp32]}, {precisions: [int8, bf16, fp32], requires: [avx512_bf16]}]
  ops: {int8: [Conv], bf16: [Conv], fp32: ["*"]}
  capabilities:
    int8:
      Conv:
        - quant_mode: static
          format: qdq
          activation: {dtype: [uint8], scheme: [asymmetric], granularity: [per_tensor], algorithm: [minmax]}
          runs: int8
  patterns:
    int8:
      - {sequence: Conv + Relu|Clip, requires: [vnni], when: {Clip: {constant: [parameter], attributes: {a: ["1"]}}}}
)";

QueryBackendCapability query() {
  const auto path =
      std::filesystem::path(testing::TempDir()) / ("capability_json." + std::to_string(getpid()) + ".yaml");
  write_file(path, kFile);
  return {{load_capability_file(path, {"Conv", "Relu", "Clip"})}, "1.2.3"};
}

TEST(CapabilityJson, AnswersEveryQuestionOfTheQuery) {
  const Json json = backend_json(query(), make_target("amx"));
  EXPECT_EQ(json["version"], "1.2.3");
  EXPECT_EQ(json["precisions"].dump(), R"(["int8","bf16","fp32"])");
  EXPECT_EQ(json["mixed_precision_combinations"].dump(), R"([["int8","bf16","fp32"],["int8","fp32"]])");
  EXPECT_EQ(json["op_types_by_precision"].dump(), R"({"bf16":["Conv"],"fp32":["*"],"int8":["Conv"]})");
  EXPECT_EQ(json["fuse_patterns"].dump(), R"({"Conv":["Conv + Relu|Clip"]})");
  EXPECT_EQ(json["pattern_instances"]["Conv + Relu|Clip"].dump(),
            R"([{"ops":["Conv","Relu"],"when":{},"requires":["vnni"]},)"
            R"({"ops":["Conv","Clip"],"when":{"Clip":{"constant":["parameter"],"attributes":{"a":["1"]}}},)"
            R"("requires":["vnni"]}])");
}

TEST(CapabilityJson, LeavesOutCombinationsThatTheTargetDoesNotAllow) {
  EXPECT_EQ(backend_json(query(), make_target("vnni"))["mixed_precision_combinations"].dump(), R"([["int8","fp32"]])");
}

TEST(CapabilityJson, HasBlocksAmongTheGroups) {
  Capability capability;
  capability.groups["first_conv_or_matmul"] = {"conv"};
  capability.blocks = {{"up.1", "down.1"}, {"up.0", "down.0"}};
  EXPECT_EQ(groups_json(capability).dump(),
            R"({"first_conv_or_matmul":["conv"],"blocks":[["up.1","down.1"],["up.0","down.0"]]})");
}

}  // namespace
}  // namespace halftone
