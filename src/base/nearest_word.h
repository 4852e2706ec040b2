#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halftone {

/// The word of `words` with the smallest edit distance to `word`, upper and lower case alike; of several the first.
/// Empty when none is near: more than a third of the letters (two, in short words) or all of them would change.
std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

/// "did you mean 'X'?" where a word is near, else "known are: A, B, C".
std::string suggest(std::string_view word, const std::vector<std::string>& words);

}  // namespace halftone
