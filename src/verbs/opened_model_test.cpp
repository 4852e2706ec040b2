#include "verbs/opened_model.h"

#include <gtest/gtest.h>

#include "base/sha256.h"
#include "halftone/error.h"
#include "verbs/testing/dense_fixture.h"

namespace halftone {
namespace {

const std::vector<TensorSignature> kInputs{{"x", DType::f32, Shape{-1, 4}}, {"free", DType::f32, std::nullopt}};

TEST(PinInputs, FillsUnknownExtents) {
  const auto pinned = pin_inputs(kInputs, {{"x", {8, 4}, std::nullopt}, {"free", {2}, DType::s64}});
  EXPECT_EQ(pinned[0], (TensorSignature{"x", DType::f32, Shape{8, 4}}));
  EXPECT_EQ(pinned[1], (TensorSignature{"free", DType::s64, Shape{2}}));
}

TEST(PinInputs, RefusesWhatContradictsTheModel) {
  EXPECT_THROW(pin_inputs(kInputs, {{"x", {8, 5}, std::nullopt}}), Error);
  EXPECT_THROW(pin_inputs(kInputs, {{"x", {8, 4, 1}, std::nullopt}}), Error);
}

TEST(PinInputs, NamesTheNearestInput) {
  try {
    pin_inputs({{"pixels", DType::f32, Shape{1}}}, {{"pixel", {1}, std::nullopt}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::configuration);
    EXPECT_NE(error.hint().find("pixels"), std::string::npos);
  }
}

class OpenedModels : public testing::DenseFixture {
 protected:
  const PluginRegistry plugins_ = PluginRegistry::from_folders({HALFTONE_TEST_PLUGINS});
};

TEST_F(OpenedModels, AreReadByTheBackendTheirEndingTells) {
  Config config;
  config.model.path = write_network("m.dense");
  const OpenedModel opened = open_model(plugins_, silent_progress(), config);
  EXPECT_EQ(opened.backend, "dense");
  EXPECT_EQ(opened.inputs, opened.model->inputs());
  EXPECT_EQ(opened.facts().framework.version, "1.2.3");
}

TEST_F(OpenedModels, OfTheOtherSideKeepTheUsersBackendWhereItReadsThem) {
  Config config;
  config.model.path = write_network("m.dense");
  config.model.backend = "dense_qdq";
  config.model.inputs = {{"x", {1, 4}, std::nullopt}};
  const OpenedModel other = open_other_model(plugins_, silent_progress(), config, write_network("o.dense"));
  EXPECT_EQ(other.backend, "dense_qdq");
  EXPECT_EQ(other.inputs, other.model->inputs());
}

TEST_F(OpenedModels, ThatWereSavedHaveTheHashOfTheirFileThoughTheAdaptorGivesNone) {
  Config config;
  config.model.path = write_network("m.dense");
  const OpenedModel opened = open_model(plugins_, silent_progress(), config);
  EXPECT_EQ(opened.adaptor->save(*opened.model, folder_ / "again.dense"), "");
  const SavedModel saved = save_and_read_back(*opened.adaptor, *opened.model, folder_ / "again.dense");
  EXPECT_EQ(saved.sha256, sha256_of_file(folder_ / "again.dense"));
  EXPECT_EQ(saved.model->sha256(), opened.model->sha256());
}

TEST_F(OpenedModels, NeedAPath) { EXPECT_THROW(open_model(plugins_, silent_progress(), {}), Error); }

}  // namespace
}  // namespace halftone
