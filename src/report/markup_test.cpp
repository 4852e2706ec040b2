#include "report/markup.h"

#include <gtest/gtest.h>

namespace halftone::report {
namespace {

TEST(Markup, OfATextIsNoMarkup) {
  EXPECT_EQ(escaped_markup("</script><b a='1' b=\"2\">&"),
            "&lt;/script&gt;&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;");
}

TEST(Markup, KeepsLinesAndLosesOtherControlCharacters) { EXPECT_EQ(escaped_markup("a\nb\x1b[31m\x01"), "a\nb?[31m?"); }

TEST(Markup, HoldsNothingThatXmlCannot) {
  EXPECT_EQ(escaped_markup("\xEF\xBF\xBF|\xEF\xBF\xBE"), "?|?");
  EXPECT_EQ(escaped_markup("\xff"), "?");
}

TEST(Markdown, OfATextIsNeitherEmphasisNorLinkNorMention) {
  EXPECT_EQ(escaped_markdown("a|b_c*[x](y) <i> @team\nz"), "a\\|b\\_c\\*\\[x\\](y) &lt;i&gt; &#64;team z");
}

TEST(JsonInScript, CannotEndTheScript) {
  const std::string text = json_in_script({{"name", "</script><!--<script>&\xE2\x80\xA8"}});
  EXPECT_EQ(text.find_first_of("<>&"), std::string::npos);
  EXPECT_EQ(Json::parse(text)["name"], "</script><!--<script>&\xE2\x80\xA8");
}

TEST(JsonInScript, TakesTextThatIsNotUtf8) { EXPECT_NO_THROW(Json::parse(json_in_script("\xff"))); }

}  // namespace
}  // namespace halftone::report
