#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace halftone {

/// Index of a token in a vocabulary, 0 … 2^31-1.
using TokenId = std::int32_t;

/// Tokens that stand for no text, where a vocabulary has them.
struct SpecialTokens {
  TokenId unknown = 0;               ///< [UNK] or <unk>
  std::optional<TokenId> beginning;  ///< [CLS] or <cls>, before every sample
  std::optional<TokenId> separator;  ///< [SEP] or <sep>, after every text
  std::optional<TokenId> padding;    ///< [PAD] or <pad>
};

/// The tokens that a model knows.
class Vocabulary {
 public:
  Vocabulary(Vocabulary&&) noexcept = default;
  Vocabulary& operator=(Vocabulary&&) noexcept = default;
  /// Reads a file of one token a line, the first with id 0, or a .json file: a list of tokens or a map from token to
  /// id. Of equal tokens the last counts. Throws io, and invalid_data: no token at all, JSON of another form, an id out
  /// of range, no unknown token.
  static Vocabulary load(const std::filesystem::path& path);

  std::optional<TokenId> find(std::string_view token) const;
  const SpecialTokens& special() const { return special_; }
  /// Bytes of the longest token.
  std::size_t longest() const { return longest_; }
  /// The token of the lowest id that has a capital letter, those in brackets ([CLS], <S>) aside: text in lower case
  /// never gives it.
  std::optional<std::string> capital_token() const;
  const std::string& name() const { return name_; }
  /// Hash of the file.
  const std::string& sha256() const { return sha256_; }

 private:
  Vocabulary() = default;

  void add(std::string token, std::int64_t id);
  void add_lines(std::string_view text);
  void add_json(std::string_view text);
  std::optional<TokenId> find_either(std::string_view first, std::string_view second) const;

  std::string name_;
  std::string sha256_;
  std::deque<std::string> tokens_;  ///< what the keys of the map are views of
  std::unordered_map<std::string_view, TokenId> ids_;
  std::size_t longest_ = 0;
  SpecialTokens special_;
};

}  // namespace halftone
