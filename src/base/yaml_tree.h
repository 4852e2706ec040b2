#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace halftone {

struct YamlNode;

/// A key of a map, the line it stands in, and its value.
struct YamlEntry {
  std::string key;
  int line;
  std::shared_ptr<const YamlNode> value;
};

/// One node of a YAML document. Aliases share their node; merge keys are already applied.
struct YamlNode {
  enum class Kind { null, scalar, sequence, map };

  Kind kind = Kind::null;
  int line = 1;                                        ///< counted from 1
  bool plain = false;                                  ///< a scalar without quotes
  std::string text;                                    ///< of a scalar
  std::vector<std::shared_ptr<const YamlNode>> items;  ///< of a sequence
  std::vector<YamlEntry> entries;                      ///< of a map, own keys before merged ones
  std::size_t expanded = 1;                            ///< nodes here and below, aliases written out
  std::size_t depth = 1;                               ///< levels of nodes, this one included
};

/// A key that a map has already, and the line it stands in again.
struct RepeatedKey {
  std::string key;
  int line;
};

/// What a document may be: more is refused, so that neither reading nor walking it takes unbounded time or memory.
constexpr std::size_t kYamlMaxBytes = std::size_t{64} << 20;
constexpr std::size_t kYamlMaxExpandedNodes = 1'000'000;
constexpr std::size_t kYamlMaxDepth = 100;

/// The tree of the only document in `text` (YAML 1.2 with the merge keys of 1.1); a null node when it is empty. Throws
/// configuration, beginning "NAME:LINE: ": not YAML, not UTF-8, several documents, duplicate or non-scalar keys, tags,
/// aliases of unknown or enclosing nodes, and what exceeds the limits above.
std::shared_ptr<const YamlNode> parse_yaml_tree(std::string_view text, const std::string& name);

/// The same for files of others, whose readers let the last of several keys count: so does this one, and adds the
/// others to `repeated`.
std::shared_ptr<const YamlNode> parse_yaml_tree(std::string_view text, const std::string& name,
                                                std::vector<RepeatedKey>& repeated);

/// Throws configuration with the message "NAME:LINE: MESSAGE".
[[noreturn]] void fail_yaml(std::string_view name, int line, std::string_view message);

}  // namespace halftone
