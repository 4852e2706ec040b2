#include "data/data_spec.h"

#include <gmock/gmock.h>

#include "data/data_options.h"
#include "data/test_fixtures.h"

namespace halftone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(DataSpec, PartsKindNameAndOptions) {
  const DataSpec spec = DataSpec::parse("images:/a:b/val,resize=256,mean=104:117:123");
  EXPECT_EQ(spec.kind(), "images");
  EXPECT_EQ(spec.main(), "/a:b/val");
  EXPECT_EQ(spec.value("resize"), "256");
  EXPECT_FALSE(spec.has("crop"));
  EXPECT_EQ(spec.text(), "images:/a:b/val,resize=256,mean=104:117:123");
  EXPECT_EQ(spec.options_text(), "mean=104:117:123;resize=256");
}

TEST(DataSpec, ReadsNumbersAsOneOrThreeWithEitherSeparator) {
  const auto numbers = [](const std::string& value) {
    return DataSpec::parse("images:d,mean=" + value).numbers("mean");
  };
  EXPECT_THAT(numbers("104:117:123.5"), ElementsAre(104, 117, 123.5));
  EXPECT_THAT(numbers("104/117/123.5"), ElementsAre(104, 117, 123.5));
  EXPECT_THAT(numbers("-0.5"), ElementsAre(-0.5));
  EXPECT_THAT(numbers("1/255"), ElementsAre(1 / 255.0));
  EXPECT_THAT(numbers("1/2:1:3/4"), ElementsAre(0.5, 1, 0.75));
  EXPECT_THAT(DataSpec::parse("images:d").numbers("mean"), IsEmpty());
}

TEST(DataSpec, RefusesWhatIsNoNumber) {
  for (const char* value : {"1:2", "1:2:3:4", "x", "1/0", "1/2/3/4", "nan", "inf", "1e999", "1::3", "1 ", "0x10:1:1"}) {
    const DataSpec spec = DataSpec::parse("images:d,std=" + std::string(value));
    const Error error = error_of([&] { spec.numbers("std"); });
    EXPECT_EQ(error.code(), ErrorCode::configuration) << value;
    EXPECT_THAT(error.message(), HasSubstr("std: ")) << value;
    EXPECT_THAT(error.hint(), HasSubstr("0.229:0.224:0.225")) << value;
  }
}

TEST(DataSpec, ReadsSizes) {
  const auto sizes = [](const std::string& value) { return DataSpec::parse("images:d,crop=" + value).sizes("crop"); };
  EXPECT_THAT(sizes("227"), ElementsAre(227));
  EXPECT_THAT(sizes("64x48"), ElementsAre(64, 48));
  EXPECT_THAT(sizes("none"), IsEmpty());
  for (const char* value : {"0", "-3", "32769", "1x2x3", "2x", "wide", "99999999999999999999"}) {
    EXPECT_EQ(error_of([&] { sizes(value); }).code(), ErrorCode::configuration) << value;
  }
}

TEST(DataSpec, NamesTheNearestKindAndOption) {
  EXPECT_THAT(error_of([] { DataSpec::parse("image:d"); }).hint(), HasSubstr("'images'"));
  const Error error = error_of([] { DataSpec::parse("images:d,resise=3"); });
  EXPECT_EQ(error.code(), ErrorCode::configuration);
  EXPECT_THAT(error.message(), HasSubstr("unknown option 'resise'"));
  EXPECT_THAT(error.hint(), HasSubstr("'resize'"));
  EXPECT_THAT(error_of([] { DataSpec::parse("random:1,seed=3"); }).hint(), HasSubstr("no options"));
}

TEST(DataSpec, TellsWhatToWriteWhenTheKindIsMissing) {
  EXPECT_THAT(error_of([] { DataSpec::parse("calib.npz,labels=y"); }).hint(), HasSubstr("npz:calib.npz,labels=y"));
  EXPECT_THAT(error_of([] { DataSpec::parse("data.yaml"); }).hint(), HasSubstr("@data.yaml"));
  const TemporaryFolder folder;
  EXPECT_THAT(error_of([&] { DataSpec::parse(folder.path()); }).hint(), HasSubstr("images:" + folder.path()));
  EXPECT_EQ(error_of([] { DataSpec::parse(""); }).code(), ErrorCode::configuration);
}

TEST(DataSpec, RefusesHalfASpec) {
  for (const char* spec : {"npz:", "npz", "images:,resize=2", "npz:a,b", "npz:a,labels=", "npz:a,labels=x,labels=y",
                           "npz:a,", "exec:cat a,b"}) {
    EXPECT_EQ(error_of([&] { DataSpec::parse(spec); }).code(), ErrorCode::configuration) << spec;
  }
  EXPECT_EQ(DataSpec::parse("random").kind(), "random");
}

TEST(DataSpec, ReadsTheSameFromYaml) {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("data.yaml", "images: a,b\nresize: [256, 128]\nmean: [104, 117, 1/2]\nscale: 2\n");
  const DataSpec spec = DataSpec::parse("@" + file);
  EXPECT_EQ(spec.kind(), "images");
  EXPECT_EQ(spec.main(), "a,b");
  EXPECT_EQ(spec.text(), "@" + file);
  EXPECT_THAT(spec.sizes("resize"), ElementsAre(256, 128));
  EXPECT_THAT(spec.numbers("mean"), ElementsAre(104, 117, 0.5));
  EXPECT_THAT(spec.numbers("scale"), ElementsAre(2));
  EXPECT_EQ(DataSpec::parse("@" + folder.write("random.yaml", "random:\n")).main(), "");
}

TEST(DataSpec, RefusesYamlThatIsNoSpecNamingTheLine) {
  const TemporaryFolder folder;
  const std::vector<std::pair<std::string, std::string>> cases{{"resize: 3\n", "no kind"},
                                                               {"npz: a\nimages: b\n", ":2"},
                                                               {"npz: a\nlabel: y\n", ":2"},
                                                               {"[npz, a]\n", "is a map"},
                                                               {"npz:\n", "needs FILE"}};
  for (const auto& [yaml, message] : cases) {
    const std::string file = folder.write("data.yaml", yaml);
    const Error error = error_of([&] { DataSpec::parse("@" + file); });
    EXPECT_EQ(error.code(), ErrorCode::configuration) << yaml;
    EXPECT_THAT(error.message(), HasSubstr(message)) << yaml;
  }
  EXPECT_EQ(error_of([&] { DataSpec::parse("@" + (folder / "none.yaml")); }).code(), ErrorCode::io);
}

TEST(DataSpec, DocumentsEveryOptionOfAKnownKindOnce) {
  std::vector<std::string> seen;
  for (const DataOption& option : data_options()) {
    EXPECT_TRUE(std::ranges::any_of(data_kinds(), [&](const DataKind& kind) { return kind.name == option.kind; }));
    EXPECT_FALSE(option.meaning.empty());
    EXPECT_THAT(seen, testing::Not(testing::Contains(option.kind + option.name)));
    seen.push_back(option.kind + option.name);
  }
}

}  // namespace
}  // namespace halftone
