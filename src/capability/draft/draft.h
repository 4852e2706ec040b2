#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace halftone::draft {

/// Something of the original that has no place in a capability file of ours, and why.
struct Note {
  int line = 0;
  std::string what;
  std::string why;
};
using Notes = std::vector<Note>;

/// Lists of a weight or an activation in the words of our files. A float one has types and nothing else.
struct Spec {
  std::vector<std::string> dtypes;
  std::vector<std::string> schemes;
  std::vector<std::string> granularities;
  std::vector<int> group_sizes;
  std::vector<std::string> algorithms;
  bool is_float = false;
  friend bool operator==(const Spec&, const Spec&) = default;
};

struct Alternative {
  std::string quant_mode;
  std::string format;
  std::optional<Spec> weight;
  Spec activation;
  friend bool operator==(const Alternative&, const Alternative&) = default;
};

/// Op types with their alternatives, in the order of the file.
using OpEntries = std::vector<std::pair<std::string, std::vector<Alternative>>>;

/// A section of the original, with what could be said in our words.
struct Section {
  int line = 0;
  std::vector<std::string> versions;                          ///< as named there, "default" among them
  std::map<std::string, OpEntries> capabilities;              ///< by precision: int8, int4
  std::map<std::string, std::vector<std::string>> float_ops;  ///< of bf16 and fp16; "*" stands for all
  std::vector<std::string> patterns;
  std::vector<std::vector<std::string>> combinations;  ///< valid mixed precisions; empty: not stated
};

}  // namespace halftone::draft
