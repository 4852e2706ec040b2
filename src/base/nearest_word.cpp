#include "base/nearest_word.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>

namespace halftone {
namespace {

std::string lower_case(std::string_view word) {
  std::string lower(word);
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

/// Optimal string alignment distance: letters inserted, removed, replaced, or neighbours swapped (Damerau 1964).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
  const std::string wanted = lower_case(word);
  const std::size_t limit = std::max<std::size_t>(2, wanted.size() / 3);
  std::size_t best = std::numeric_limits<std::size_t>::max();
  std::string nearest;
  for (const std::string& candidate : words) {
    const std::size_t longer = std::max(wanted.size(), candidate.size());
    const std::size_t shorter = std::min(wanted.size(), candidate.size());
    if (longer - shorter > limit) continue;
    const std::size_t distance = edit_distance(wanted, lower_case(candidate));
    // Something of the word has to be left, or every word of two letters were near to every other.
    if (distance > limit || distance >= shorter || distance >= best) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string suggest(std::string_view word, const std::vector<std::string>& words) {
  const std::string nearest = nearest_word(word, words);
  if (!nearest.empty()) return "did you mean '" + nearest + "'?";
  if (words.empty()) return "none is known";
  std::string text = "known are: ";
  for (const std::string& known : words) text += (&known == &words.front() ? "" : ", ") + known;
  return text;
}

}  // namespace halftone
