#pragma once

#include <array>
#include <string_view>

namespace halftone {

/// A text with the tokens that an independent implementation of WordPiece gives for it (the tokenizers package, version
/// 0.23, with its settings for BERT), parted by blanks.
struct WordPieceCase {
  std::string_view text;
  std::string_view lower_case;  ///< tokens of the text in lower case, without accents
  std::string_view as_is;
};

/// Tokens in the order of their ids, parted by blanks.
constexpr std::string_view kWordPieceVocabulary =
    "[PAD] [UNK] [CLS] [SEP] un ##aff ##able want ##want "
    "##ed run ##n ##ing , . ! ? ' - # ##s a ##a b ##b c ##c "
    "d ##d e ##e f o ##o the cafe naive resume ss ß i ##i 中 "
    "国 語 日 本 か ##か な ##な 한 \u1112 ##\u1161 ##\u11AB σ ##ς "
    "##σ ##ο ο д ##о ##м $ ~ ` [ ] < > un## 1 ##2 ##3 2 … — "
    "„ “ é ##é E ##E 🙂 ⅷ ﬁ ² x ##² 😀 क ##ि ##क ক ä ö ##ø ø "
    "æ ##ł ł l ##l ° € £ ¿ ¡ 。 、 「 」 ／ ＋ + = ^ | /";

constexpr std::array kWordPieceCases{
    WordPieceCase{"unaffable unwanted running runs", "un ##aff ##able un ##want ##ed run ##n ##ing run ##s",
                  "un ##aff ##able un ##want ##ed run ##n ##ing run ##s"},
    WordPieceCase{"UNwantéd,running!", "un ##want ##ed , run ##n ##ing !", "[UNK] , run ##n ##ing !"},
    WordPieceCase{"Café naïve RÉSUMÉ", "cafe naive resume", "[UNK] [UNK] [UNK]"},
    WordPieceCase{"cafe\u0301 café cafe\u0301\u0323", "cafe cafe cafe", "[UNK] [UNK] [UNK]"},
    WordPieceCase{"", "", ""},
    WordPieceCase{"   \t\r\n ", "", ""},
    WordPieceCase{std::string_view("a\000b\u200Dc\uFFFDd", 11), "a ##b ##c ##d", "a ##b ##c ##d"},
    WordPieceCase{"a\u00A0b\u2003c\u3000d\u2028e", "a b c d e", "a b c d e"},
    WordPieceCase{"a\013b\014c", "a ##b ##c", "a ##b ##c"},
    WordPieceCase{"\u00ADa\u00ADb", "a ##b", "a ##b"},
    WordPieceCase{"日本語 かな 中a国", "日 本 語 か ##な 中 a 国", "日 本 語 か ##な 中 a 国"},
    WordPieceCase{"\uF900中𠀀a", "[UNK] 中 [UNK] a", "[UNK] 中 [UNK] a"},
    WordPieceCase{"한 한", "\u1112 ##\u1161 ##\u11AB \u1112 ##\u1161 ##\u11AB", "한 한"},
    WordPieceCase{"\u1112\u1161\u11AB", "\u1112 ##\u1161 ##\u11AB", "\u1112 ##\u1161 ##\u11AB"},
    WordPieceCase{"ΟΣΟΣ σσς", "ο ##σ ##ο ##σ σ ##σ ##ς", "[UNK] σ ##σ ##ς"},
    WordPieceCase{"дом ДОМ Дом", "д ##о ##м д ##о ##м д ##о ##м", "д ##о ##м [UNK] [UNK]"},
    WordPieceCase{"ßSS ẞ", "ß ##s ##s ß", "[UNK] [UNK]"},
    WordPieceCase{"İi I ı", "i ##i i [UNK]", "[UNK] [UNK] [UNK]"},
    WordPieceCase{"a...b?!?", "a . . . b ? ! ?", "a . . . b ? ! ?"},
    WordPieceCase{"$~`[<>]+=^|/", "$ ~ ` [ < > ] + = ^ | /", "$ ~ ` [ < > ] + = ^ | /"},
    WordPieceCase{"don't -- the-cafe #a", "d ##o ##n ' [UNK] - - the - cafe # a",
                  "d ##o ##n ' [UNK] - - the - cafe # a"},
    WordPieceCase{"…—„a“", "… — „ a “", "… — „ a “"},
    WordPieceCase{"é", "e", "é"},
    WordPieceCase{"12 3 2023 123", "1 ##2 [UNK] [UNK] 1 ##2 ##3", "1 ##2 [UNK] [UNK] 1 ##2 ##3"},
    WordPieceCase{"ⅷ Ⅷ ﬁ ²x x²", "ⅷ ⅷ ﬁ [UNK] x ##²", "ⅷ [UNK] ﬁ [UNK] x ##²"},
    WordPieceCase{"🙂 a🙂b 😀", "🙂 [UNK] 😀", "🙂 [UNK] 😀"},
    WordPieceCase{"कि কি", "क ##ि [UNK]", "क ##ि [UNK]"},
    WordPieceCase{"øæł ØÆŁ äö ÄÖ", "[UNK] [UNK] a ##o a ##o", "[UNK] [UNK] [UNK] [UNK]"},
    WordPieceCase{"°€£", "[UNK]", "[UNK]"},
    WordPieceCase{"¿a? ¡b!", "¿ a ? ¡ b !", "¿ a ? ¡ b !"},
    WordPieceCase{"。、「a」／＋", "。 、 「 a 」 ／ ＋", "。 、 「 a 」 ／ ＋"},
    WordPieceCase{"\u037Ea\u1FEFb", "[UNK] a ` b", "[UNK] [UNK]"},
    WordPieceCase{"≠a", "= a", "[UNK]"},
    WordPieceCase{"[CLS] a [SEP]", "[ c ##l ##s ] a [ [UNK] ]", "[ [UNK] ] a [ [UNK] ]"},
    WordPieceCase{"##a un## a##b", "# # a un # # a # # b", "# # a un # # a # # b"},
    WordPieceCase{"xyz a xyz", "[UNK] a [UNK]", "[UNK] a [UNK]"},
    WordPieceCase{"abz abq", "[UNK] [UNK]", "[UNK] [UNK]"},
    WordPieceCase{"unrunab", "[UNK]", "[UNK]"},
    WordPieceCase{"\uFEFFa b", "a b", "a b"},
    WordPieceCase{"\u202Ea b\u202C", "a b", "a b"},
    WordPieceCase{"\u0301a \u0301 b", "a b", "[UNK] [UNK] b"},
    WordPieceCase{"a\302\205b", "a ##b", "a ##b"},
    WordPieceCase{"a\u0300\u0301\u0302b", "a ##b", "[UNK]"},
    WordPieceCase{"ａｂ", "[UNK]", "[UNK]"},
    WordPieceCase{"①", "[UNK]", "[UNK]"},
};

}  // namespace halftone
