#include "data/vocabulary.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "data/unicode.h"
#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::int64_t kMaxId = std::numeric_limits<TokenId>::max();

constexpr const char* kJsonHint =
    "give a list of tokens or a map from token to id; of a tokenizer's settings, its vocabulary alone";

bool is_json(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return extension == ".json";
}

std::string token_of(const nlohmann::json& value, const std::string& where) {
  if (value.is_string()) return value.get<std::string>();
  throw Error(ErrorCode::invalid_data, where + " is no token", kJsonHint);
}

std::int64_t id_of(const nlohmann::json& value, const std::string& where) {
  // Of what JSON can hold, the largest numbers are no int64.
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > kMaxId) return kMaxId + 1;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  throw Error(ErrorCode::invalid_data, where + " is no whole number", kJsonHint);
}

bool is_bracketed(std::string_view token) {
  return (token.starts_with('[') && token.ends_with(']')) || (token.starts_with('<') && token.ends_with('>'));
}

bool has_capital(std::string_view token) {
  while (!token.empty()) {
    const char32_t letter = take_code_point(token);
    if (lower_case(letter) != letter) return true;
  }
  return false;
}

}  // namespace

Vocabulary Vocabulary::load(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  Vocabulary vocabulary;
  vocabulary.name_ = path.string();
  vocabulary.sha256_ = sha256_of(text);
  if (is_json(path))
    vocabulary.add_json(text);
  else
    vocabulary.add_lines(text);
  if (vocabulary.ids_.empty()) throw Error(ErrorCode::invalid_data, "vocabulary '" + path.string() + "' has no tokens");
  const std::optional<TokenId> unknown = vocabulary.find_either("[UNK]", "<unk>");
  if (!unknown) {
    throw Error(ErrorCode::invalid_data,
                "vocabulary '" + path.string() + "' has no token for unknown words, [UNK] or <unk>, among its " +
                    std::to_string(vocabulary.ids_.size()),
                "is it the model's vocabulary? It has one token a line, or is a .json list or map of tokens");
  }
  vocabulary.special_ = {*unknown, vocabulary.find_either("[CLS]", "<cls>"), vocabulary.find_either("[SEP]", "<sep>"),
                         vocabulary.find_either("[PAD]", "<pad>")};
  return vocabulary;
}

void Vocabulary::add(std::string token, std::int64_t id) {
  if (id < 0 || id > kMaxId) {
    throw Error(ErrorCode::invalid_data, "vocabulary '" + name_ + "': the id of token '" + token + "' is out of range",
                "ids are whole numbers from 0 to " + std::to_string(kMaxId));
  }
  longest_ = std::max(longest_, token.size());
  ids_.insert_or_assign(tokens_.emplace_back(std::move(token)), static_cast<TokenId>(id));
}

// An empty line has an id as any other, and no text that would give it.
void Vocabulary::add_lines(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::int64_t id = 0; !text.empty(); ++id) {
    std::string_view token = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(token.size() + 1, text.size()));
    while (token.ends_with('\r') || token.ends_with(' ') || token.ends_with('\t')) token.remove_suffix(1);
    if (!token.empty()) add(std::string(token), id);
  }
}

void Vocabulary::add_json(std::string_view text) {
  const nlohmann::json root = nlohmann::json::parse(text, nullptr, false);
  const std::string what = "vocabulary '" + name_ + "' ";
  if (root.is_discarded()) throw Error(ErrorCode::invalid_data, what + "is not valid JSON");
  if (!root.is_array() && !root.is_object()) {
    throw Error(ErrorCode::invalid_data, what + "is neither a list nor a map", kJsonHint);
  }
  std::int64_t position = 0;
  for (const auto& [key, value] : root.items()) {
    if (root.is_array())
      add(token_of(value, what + "at position " + key), position++);
    else
      add(key, id_of(value, what + "for token '" + key + "'"));
  }
}

std::optional<TokenId> Vocabulary::find(std::string_view token) const {
  const auto found = ids_.find(token);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

std::optional<TokenId> Vocabulary::find_either(std::string_view first, std::string_view second) const {
  const std::optional<TokenId> id = find(first);
  return id ? id : find(second);
}

std::optional<std::string> Vocabulary::capital_token() const {
  const std::pair<const std::string_view, TokenId>* lowest = nullptr;
  for (const auto& entry : ids_) {
    if (lowest != nullptr && entry.second > lowest->second) continue;
    if (!is_bracketed(entry.first) && has_capital(entry.first)) lowest = &entry;
  }
  if (lowest == nullptr) return std::nullopt;
  return std::string(lowest->first);
}

}  // namespace halftone
