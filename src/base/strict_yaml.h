#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace halftone {

struct RepeatedKey;
struct YamlNode;

/// A YAML node that knows its place and refuses what it does not expect. Anchors, aliases and merge keys ("<<", a map
/// or a list of maps; the map's own keys win) are resolved. Every error is `configuration` and begins "FILE:LINE: ".
class StrictYaml {
 public:
  /// Throws io when the file cannot be read, configuration when it is not YAML (duplicate keys included).
  static StrictYaml load(const std::filesystem::path& path);
  /// `name` stands for the file in messages.
  static StrictYaml parse(std::string_view text, std::string name);
  /// The same for files of others: of keys that a map has several times the last counts; these are added to `repeated`.
  static StrictYaml parse(std::string_view text, std::string name, std::vector<RepeatedKey>& repeated);

  bool is_map() const;
  bool is_sequence() const;
  bool is_scalar() const;
  bool is_null() const;
  int line() const;
  std::string where() const;  ///< "FILE:LINE"

  /// Keys of a map must be among these: an unknown one is an error naming the nearest.
  void expect_keys(const std::vector<std::string>& known) const;
  std::optional<StrictYaml> find(std::string_view key) const;
  /// The value of a key that must be there.
  StrictYaml at(std::string_view key) const;
  /// The line in which a key of the map stands (an alias after it may stand for a node far above), or the map's own.
  int key_line(std::string_view key) const;
  /// Entries of a map in file order.
  std::vector<std::pair<std::string, StrictYaml>> entries() const;
  /// Items of a sequence, which must not be empty; a scalar counts as a list of one.
  std::vector<StrictYaml> items() const;
  /// Items of a sequence that may be empty; so may the place of the value.
  std::vector<StrictYaml> items_or_none() const;

  std::string text() const;
  std::int64_t integer() const;
  double number() const;
  bool boolean() const;
  /// One of these words.
  std::string word(const std::vector<std::string>& known) const;
  std::vector<std::string> texts() const;

  [[noreturn]] void fail(std::string_view message) const;

 private:
  StrictYaml(std::shared_ptr<const std::string> name, std::shared_ptr<const YamlNode> node);
  StrictYaml with(std::shared_ptr<const YamlNode> node) const;
  [[noreturn]] void fail_at(int line, std::string_view message) const;
  [[noreturn]] void fail_expected(std::string_view what) const;

  std::shared_ptr<const std::string> name_;
  std::shared_ptr<const YamlNode> node_;
};

}  // namespace halftone
