#include "adaptor/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/file.h"

namespace halftone {
namespace {

namespace fs = std::filesystem;

Diagnosis two_ops() {
  OpDiagnosis noisy{"/conv,1", "Conv", {"t", 4, 0, 100, 1, {-1, 3}, {-1, 2.5F}}, 0.01, true};
  OpDiagnosis silent{"relu", "Relu", {"u", 4, 0, 100, 0, {0, 3}, {0, 3}}, 0, false};
  return {{noisy, silent}, {}};
}

class SavedDiagnosis : public testing::Test {
 protected:
  void TearDown() override { fs::remove(path_); }
  std::string saved(const std::string& name) {
    path_ = fs::path(testing::TempDir()) / name;
    save_diagnosis(two_ops(), path_);
    return read_file(path_);
  }
  fs::path path_;
};

TEST_F(SavedDiagnosis, IsJsonWithNullWhereThereIsNoNoise) {
  const auto ops = nlohmann::json::parse(saved("records.json")).at("ops");
  ASSERT_EQ(ops.size(), 2U);
  EXPECT_EQ(ops[0].at("name"), "/conv,1");
  EXPECT_EQ(ops[0].at("rank"), 1);
  EXPECT_DOUBLE_EQ(ops[0].at("sqnr_db").get<double>(), 20);
  EXPECT_EQ(ops[0].at("int8_high"), 2.5);
  EXPECT_EQ(ops[0].at("quantized"), true);
  EXPECT_TRUE(ops[1].at("sqnr_db").is_null());
}

TEST_F(SavedDiagnosis, IsCommaSeparatedWhereTheFileIsCalledSo) {
  EXPECT_EQ(saved("records.csv"),
            "rank,name,type,tensor,sqnr_db,added_noise,mse,float_low,float_high,int8_low,int8_high,left_out,quantized\n"
            "1,\"/conv,1\",Conv,t,20.0,0.01,0.25,-1.0,3.0,-1.0,2.5,0,true\n"
            "2,relu,Relu,u,,0.0,0.0,0.0,3.0,0.0,3.0,0,false\n");
}

}  // namespace
}  // namespace halftone
