#include <algorithm>

#include "verb.h"

namespace halftone::cli {

const std::vector<Verb>& verb_table() {
  static const std::vector<Verb> kVerbs = [] {
    std::vector<Verb> verbs;
    for (auto group : {reading_verbs(), planning_verbs(), quantizing_verbs(), tuning_verbs(), measuring_verbs(),
                       reporting_verbs()}) {
      for (Verb& verb : group) verbs.push_back(std::move(verb));
    }
    return verbs;
  }();
  return kVerbs;
}

const Verb* find_verb(const std::string& name) {
  const auto& verbs = verb_table();
  const auto found = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& verb) { return verb.name == name; });
  return found == verbs.end() ? nullptr : &*found;
}

const std::vector<std::string>& unavailable_flags() {
  static const std::vector<std::string> kFlags{"--outputs", "--epoch", "--params", "--by-op"};
  return kFlags;
}

}  // namespace halftone::cli
