#include "verbs/input_suggestions.h"

#include <gmock/gmock.h>

#include "data/data_options.h"
#include "data/data_spec.h"

namespace halftone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TensorSignature image(Shape shape) { return {"image", DType::f32, std::move(shape)}; }
TensorSignature ids(const std::string& name, Shape shape) { return {name, DType::s64, std::move(shape)}; }

TEST(InputExamples, FillOpenExtentsWithWhatIsUsual) {
  EXPECT_THAT(input_examples({image({-1, 3, -1, -1})}), ElementsAre("image: 1x3x224x224"));
  EXPECT_THAT(input_examples({image({-1, -1, -1, 3})}), ElementsAre("image: 1x224x224x3"));
  EXPECT_THAT(input_examples({ids("input_ids", {-1, -1}), ids("mask: 2", {-1, 64})}),
              ElementsAre("input_ids: 1x128", "\"mask: 2\": 1x64"));
  EXPECT_THAT(input_examples({{"h", DType::f32, Shape{2, -1, 64}}}), ElementsAre("h: 2x1x64"));
}

TEST(InputExamples, LeaveOutWhatIsKnownAndWhatHasNoRank) {
  EXPECT_THAT(input_examples({image({1, 3, 224, 224}), {"free", DType::f32, std::nullopt}}), IsEmpty());
}

TEST(SuggestedSpec, IsOneOfImagesForAnImage) {
  EXPECT_EQ(suggested_spec({image({-1, 3, 224, 224})}, true),
            "images:FOLDER,labels=labels.csv,resize=256,crop=224,scale=1/255");
  EXPECT_EQ(suggested_spec({image({1, 3, 299, 299})}, false), "images:FOLDER,resize=342,crop=299,scale=1/255");
  EXPECT_EQ(suggested_spec({image({1, 3, 227, 227})}, false), "images:FOLDER,resize=256,crop=227,scale=1/255");
  EXPECT_EQ(suggested_spec({image({1, 32, 32, 3})}, false), "images:FOLDER,resize=32x32,scale=1/255,layout=nhwc");
  EXPECT_EQ(suggested_spec({image({1, 3, 480, 640})}, false), "images:FOLDER,resize=480x640,scale=1/255");
  EXPECT_EQ(suggested_spec({image({-1, 3, -1, -1})}, false), "images:FOLDER,resize=256,crop=224,scale=1/255");
}

TEST(SuggestedSpec, IsNoneForOtherInputs) {
  EXPECT_EQ(suggested_spec({image({1, 1, 28, 28})}, false), "") << "images are read in three channels";
  EXPECT_EQ(suggested_spec({image({1, 3, 224, 224}), image({1, 3, 224, 224})}, false), "");
  EXPECT_EQ(suggested_spec({{"image", DType::u8, Shape{1, 3, 224, 224}}}, false), "");
  EXPECT_EQ(suggested_spec({}, false), "");
}

TEST(SuggestedSpec, HasOptionsThatItsKindKnows) {
  for (const auto& inputs : {std::vector{image({-1, 3, 224, 224})}, std::vector{image({1, 64, 64, 3})},
                             std::vector{ids("input_ids", {-1, -1}), ids("attention_mask", {-1, -1})}}) {
    const std::string text = suggested_spec(inputs, true);
    if (text.empty()) continue;
    const DataSpec spec = DataSpec::parse(text);
    std::size_t known = 0;
    for (const DataOption& option : data_options())
      known += option.kind == spec.kind() && spec.has(option.name) ? 1 : 0;
    EXPECT_EQ(known, static_cast<std::size_t>(std::count(text.begin(), text.end(), ','))) << text;
  }
}

TEST(DataAdvice, DescribesTheArrays) {
  const auto advice = data_advice({ids("input_ids", {-1, -1}), {"scale", DType::f32, Shape{}}}, true);
  EXPECT_THAT(advice.back(), HasSubstr("'input_ids' (int64, Nx?), 'scale' (fp32, scalar), 'label'"));
  EXPECT_THAT(data_advice({image({1, 3, 224, 224})}, false).back(), HasSubstr("'image' (fp32, Nx3x224x224)"));
  EXPECT_THAT(data_advice({{"state", DType::f32, Shape{2, -1, 128}}}, false).back(), HasSubstr("(fp32, 2x?x128)"));
  EXPECT_THAT(data_advice({{"free", DType::f32, std::nullopt}}, false).back(), HasSubstr("'free' (fp32, any shape)"));
}

TEST(MetricsAdvice, SuitsTheFirstOutput) {
  const auto advice = [](std::optional<Shape> shape) {
    return metrics_advice({{"y", DType::f32, std::move(shape)}}).at(0);
  };
  EXPECT_THAT(advice(Shape{-1, 1000}), HasSubstr("'y' ?x1000: [top1, top5]"));
  EXPECT_THAT(advice(Shape{1, 1000, 1, 1}), HasSubstr("[top1, top5]"));
  EXPECT_THAT(advice(Shape{1, 10}), HasSubstr("[top1] with labels"));
  EXPECT_THAT(advice(Shape{1, 1}), HasSubstr("[accuracy]"));
  EXPECT_THAT(advice(Shape{1, 21, 64, 64}), HasSubstr("[cosine, sqnr]"));
  EXPECT_THAT(advice(std::nullopt), HasSubstr("[cosine, sqnr]"));
  EXPECT_THAT(metrics_advice({}), IsEmpty());
}

}  // namespace
}  // namespace halftone
