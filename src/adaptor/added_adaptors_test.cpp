#include "adaptor/added_adaptors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "halftone/error.h"

namespace halftone {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

PluginManifest manifest(std::vector<std::string> keys) {
  PluginManifest manifest;
  manifest.keys = std::move(keys);
  manifest.extensions = {"." + manifest.keys.front()};
  manifest.framework = "added";
  manifest.library = "ignored.so";
  return manifest;
}

/// Says by which factory it was asked.
AdaptorFactory refusing(const std::string& who) {
  return [who](AdaptorOptions options) -> std::unique_ptr<Adaptor> {
    throw Error(ErrorCode::unsupported, who + " makes '" + options.key + "'");
  };
}

std::string made_by(const std::string& key) {
  AdaptorOptions options;
  options.key = key;
  try {
    PluginRegistry::discover().make(options);
  } catch (const Error& error) {
    return error.message();
  }
  return "nobody";
}

TEST(AddedAdaptors, AreBackendsOfRegistriesMadeFromThenOn) {
  const PluginRegistry before = PluginRegistry::discover();
  add_adaptor(manifest({"added_one", "added_two"}), refusing("the program"));
  EXPECT_THAT(before.keys(), Not(Contains("added_one")));
  const PluginRegistry after = PluginRegistry::discover();
  EXPECT_THAT(after.keys(), Contains("added_two"));
  EXPECT_EQ(after.key_for_file("model.added_one"), "added_one");
  EXPECT_EQ(made_by("added_two"), "the program makes 'added_two'");
}

TEST(AddedAdaptors, TakeAKeyTwiceOnlyWhereThatIsMeant) {
  add_adaptor(manifest({"changing"}), refusing("the first"));
  try {
    add_adaptor(manifest({"changing"}), refusing("the second"));
    FAIL() << "a key was taken twice";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.message(), HasSubstr("changing"));
  }
  EXPECT_EQ(made_by("changing"), "the first makes 'changing'");
  add_adaptor(manifest({"changing"}), refusing("the second"), /*replace=*/true);
  EXPECT_EQ(made_by("changing"), "the second makes 'changing'");
}

TEST(AddedAdaptors, NeedAKeyAndAFactory) {
  EXPECT_THROW(add_adaptor({}, refusing("nobody")), Error);
  EXPECT_THROW(add_adaptor(manifest({"without_factory"}), {}), Error);
}

}  // namespace
}  // namespace halftone
