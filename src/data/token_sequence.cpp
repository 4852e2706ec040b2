#include "data/token_sequence.h"

#include <algorithm>

namespace halftone {
namespace {

std::size_t total(const std::vector<std::vector<TokenId>>& texts) {
  std::size_t tokens = 0;
  for (const auto& text : texts) tokens += text.size();
  return tokens;
}

void cut_longest_first(std::vector<std::vector<TokenId>>& texts, std::size_t budget) {
  for (std::size_t excess = total(texts); excess > budget; --excess) {
    std::vector<TokenId>* longest = &texts.front();
    for (auto& text : texts) {
      if (text.size() >= longest->size()) longest = &text;
    }
    longest->pop_back();
  }
}

}  // namespace

std::size_t special_count(const SpecialTokens& special, std::size_t texts) {
  return (special.beginning ? 1 : 0) + (special.separator ? texts : 0);
}

TokenSequence join_texts(std::vector<std::vector<TokenId>> texts, const SpecialTokens& special,
                         const SequenceLength& length) {
  cut_longest_first(texts, length.max - special_count(special, texts.size()));
  TokenSequence sequence;
  if (special.beginning) sequence.ids.push_back(*special.beginning);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    sequence.ids.insert(sequence.ids.end(), texts[i].begin(), texts[i].end());
    if (special.separator) sequence.ids.push_back(*special.separator);
    sequence.types.resize(sequence.ids.size(), static_cast<TokenId>(i));
  }
  sequence.used = sequence.ids.size();
  const std::size_t padded = std::max(sequence.used, length.padded.value_or(0));
  sequence.ids.resize(padded, special.padding.value_or(0));
  sequence.types.resize(padded, 0);
  return sequence;
}

}  // namespace halftone
