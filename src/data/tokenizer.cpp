#include "data/tokenizer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "data/unicode.h"
#include "data/word_reader.h"

namespace halftone {
namespace {

constexpr std::size_t kMaxWord = 100;
constexpr std::string_view kContinuation = "##";

bool continues_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::size_t code_point_count(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues_code_point));
}

class WordPieceTokenizer final : public Tokenizer {
 public:
  WordPieceTokenizer(std::shared_ptr<const Vocabulary> vocabulary, bool lower_case)
      : vocabulary_(std::move(vocabulary)), lower_case_(lower_case) {}

  std::vector<TokenId> ids(std::string_view text, std::size_t limit) const override {
    std::vector<TokenId> ids;
    WordReader words(text, lower_case_);
    while (ids.size() < limit) {
      std::optional<std::string> word = words.next();
      if (!word) break;
      append_pieces(std::move(*word), ids);
    }
    ids.resize(std::min(ids.size(), limit));
    return ids;
  }

 private:
  struct Piece {
    TokenId id;
    std::size_t bytes;
  };

  void append_pieces(std::string rest, std::vector<TokenId>& ids) const {
    const std::size_t before = ids.size();
    std::size_t marked = 0;  // bytes of "##" at the front of the rest
    bool known = code_point_count(rest) <= kMaxWord;
    while (known && rest.size() > marked) {
      const std::optional<Piece> piece = longest_piece(rest, marked);
      known = piece.has_value();
      if (!known) break;
      ids.push_back(piece->id);
      rest.replace(0, piece->bytes, kContinuation);
      marked = kContinuation.size();
    }
    if (known) return;
    ids.resize(before);
    ids.push_back(vocabulary_->special().unknown);
  }

  std::optional<Piece> longest_piece(std::string_view rest, std::size_t marked) const {
    for (std::size_t end = std::min(rest.size(), vocabulary_->longest()); end > marked; --end) {
      if (end < rest.size() && continues_code_point(rest[end])) continue;
      if (const std::optional<TokenId> id = vocabulary_->find(rest.substr(0, end))) return Piece{*id, end};
    }
    return std::nullopt;
  }

  std::shared_ptr<const Vocabulary> vocabulary_;
  bool lower_case_;
};

class WhitespaceTokenizer final : public Tokenizer {
 public:
  WhitespaceTokenizer(std::shared_ptr<const Vocabulary> vocabulary, bool lower_case, WordBreaks breaks)
      : vocabulary_(std::move(vocabulary)), lower_case_(lower_case), breaks_(std::move(breaks)) {}

  std::vector<TokenId> ids(std::string_view text, std::size_t limit) const override {
    std::vector<TokenId> ids;
    std::string word;
    const auto end_word = [&] {
      if (!word.empty() && ids.size() < limit) {
        ids.push_back(vocabulary_->find(word).value_or(vocabulary_->special().unknown));
      }
      word.clear();
    };
    while (!text.empty() && ids.size() < limit) {
      const char32_t code_point = take_code_point(text);
      const bool alone = breaks_.alone.find(code_point) != std::u32string::npos;
      const bool blank = is_blank(code_point);
      if (alone || blank) end_word();
      if (blank) continue;
      append_utf8(word, lower_case_ ? lower_case(code_point) : code_point);
      if (alone) end_word();
    }
    end_word();
    return ids;
  }

 private:
  bool is_blank(char32_t code_point) const {
    return is_white_space(code_point) || breaks_.blanks.find(code_point) != std::u32string::npos;
  }

  std::shared_ptr<const Vocabulary> vocabulary_;
  bool lower_case_;
  WordBreaks breaks_;
};

}  // namespace

Tokenizer::~Tokenizer() = default;

std::unique_ptr<Tokenizer> make_word_piece_tokenizer(std::shared_ptr<const Vocabulary> vocabulary, bool lower_case) {
  return std::make_unique<WordPieceTokenizer>(std::move(vocabulary), lower_case);
}

std::unique_ptr<Tokenizer> make_whitespace_tokenizer(std::shared_ptr<const Vocabulary> vocabulary, bool lower_case,
                                                     WordBreaks breaks) {
  return std::make_unique<WhitespaceTokenizer>(std::move(vocabulary), lower_case, std::move(breaks));
}

}  // namespace halftone
