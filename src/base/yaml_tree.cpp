#include "base/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/nearest_word.h"
#include "base/utf8.h"
#include "halftone/error.h"

namespace halftone {
namespace {

using NodePointer = std::shared_ptr<YamlNode>;
using ConstNodePointer = std::shared_ptr<const YamlNode>;
using Kind = YamlNode::Kind;

int line_of(const YAML::Mark& mark) { return std::max(0, mark.line) + 1; }

/// A key may be long; a message should not be.
std::string quoted(std::string_view word) {
  constexpr std::size_t kShown = 80;
  std::string text = "'";
  text += word.substr(0, kShown);
  text += word.size() > kShown ? "…'" : "'";
  return text;
}

/// Builds the tree from the parser's events. A map is held as the list key, value, key, value … until it ends.
class TreeBuilder final : public YAML::EventHandler {
 public:
  /// Keys that stand twice are added to `repeated`, or refused where it is null.
  TreeBuilder(const std::string& name, std::vector<RepeatedKey>* repeated) : name_(name), repeated_(repeated) {}

  ConstNodePointer root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_ != nullptr) fail_yaml(name_, line_of(mark), "a second document begins; one file holds one");
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark&, const std::string& name) override { anchor_names_.push_back(name); }

  /// Of the anchors met so far.
  const std::vector<std::string>& anchor_names() const { return anchor_names_; }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(make(Kind::null, mark, anchor)); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail_yaml(name_, line_of(mark), "an alias stands for a node that is not known");
    const bool open = std::find(open_.begin(), open_.end(), found->second) != open_.end();
    if (open) fail_yaml(name_, line_of(mark), "an alias stands inside of the node that it stands for");
    count(found->second->expanded, line_of(mark));
    add(found->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(tag, mark);
    const NodePointer node = make(Kind::scalar, mark, anchor);
    node->plain = tag == "?";
    node->text = value;
    add(node);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_tag(tag, mark);
    open(make(Kind::sequence, mark, anchor));
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_tag(tag, mark);
    open(make(Kind::map, mark, anchor));
  }
  void OnMapEnd() override {
    pair_entries(*open_.back());
    close();
  }

 private:
  NodePointer make(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    const auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->line = line_of(mark);
    count(1, node->line);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    return node;
  }

  /// All nodes of the document, aliases and merges written out, are counted before they are made.
  void count(std::size_t nodes, int line) {
    expanded_ += nodes;
    if (expanded_ <= kYamlMaxExpandedNodes) return;
    fail_yaml(name_, line, "the document has more than 1,000,000 nodes (aliases count as what they stand for)");
  }

  void refuse_tag(const std::string& tag, const YAML::Mark& mark) const {
    if (tag.empty() || tag == "?" || tag == "!") return;
    fail_yaml(name_, line_of(mark), "the tag " + quoted(tag) + " has no meaning here");
  }

  void open(const NodePointer& node) {
    open_.push_back(node);
    if (open_.size() > kYamlMaxDepth) fail_too_deep(node->line);
  }

  void close() {
    const NodePointer node = open_.back();
    open_.pop_back();
    for (const ConstNodePointer& item : node->items) measure(*node, *item);
    for (const YamlEntry& entry : node->entries) measure(*node, *entry.value);
    if (node->depth > kYamlMaxDepth) fail_too_deep(node->line);
    add(node);
  }

  static void measure(YamlNode& node, const YamlNode& below) {
    node.expanded += below.expanded;
    node.depth = std::max(node.depth, below.depth + 1);
  }

  [[noreturn]] void fail_too_deep(int line) const {
    fail_yaml(name_, line, "lists and maps are nested more than 100 deep");
  }

  void add(const NodePointer& node) {
    if (open_.empty()) {
      root_ = node;
      return;
    }
    YamlNode& parent = *open_.back();
    // The parser places what is missing where the next token stands, often lines below its key.
    const bool is_value = parent.kind == Kind::map && parent.items.size() % 2 == 1;
    if (node->kind == Kind::null && is_value) node->line = parent.items.back()->line;
    parent.items.push_back(node);
  }

  /// Turns the list of keys and values into entries, then adds those merged in.
  void pair_entries(YamlNode& map) {
    const std::vector<ConstNodePointer> list = std::exchange(map.items, {});
    std::unordered_set<std::string_view> keys;
    std::vector<ConstNodePointer> merged;
    bool merges = false;
    for (std::size_t i = 0; i + 1 < list.size(); i += 2) {
      const YamlNode& key = *list[i];
      if (key.kind != Kind::scalar) fail_yaml(name_, key.line, "a key must be a word");
      if (!keys.insert(key.text).second) drop_earlier(map, key);
      if (key.plain && key.text == "<<") {
        merges = true;
        merged = merge_sources(list[i + 1]);
      } else {
        map.entries.push_back({key.text, key.line, list[i + 1]});
      }
    }
    if (merges) merge(map, merged, keys);
  }

  /// The last of several keys counts, where that is allowed at all.
  void drop_earlier(YamlNode& map, const YamlNode& key) {
    if (repeated_ == nullptr) fail_yaml(name_, key.line, "the key " + quoted(key.text) + " is given twice");
    repeated_->push_back({key.text, key.line});
    std::erase_if(map.entries, [&](const YamlEntry& entry) { return entry.key == key.text; });
  }

  std::vector<ConstNodePointer> merge_sources(const ConstNodePointer& value) const {
    const std::vector<ConstNodePointer> sources =
        value->kind == Kind::sequence ? value->items : std::vector<ConstNodePointer>{value};
    for (const ConstNodePointer& source : sources) {
      if (source->kind != Kind::map) fail_yaml(name_, source->line, "'<<' takes a map or a list of maps");
    }
    return sources;
  }

  void merge(YamlNode& map, const std::vector<ConstNodePointer>& sources, std::unordered_set<std::string_view>& keys) {
    // A key "<<" of this map must not hide one, written in quotes, of a merged map.
    keys.erase("<<");
    for (const ConstNodePointer& source : sources) {
      for (const YamlEntry& entry : source->entries) {
        if (!keys.insert(entry.key).second) continue;
        count(entry.value->expanded, map.line);
        map.entries.push_back(entry);
      }
    }
  }

  const std::string& name_;
  std::vector<RepeatedKey>* const repeated_;
  NodePointer root_;
  std::vector<NodePointer> open_;
  std::unordered_map<YAML::anchor_t, NodePointer> anchors_;
  std::vector<std::string> anchor_names_;
  std::size_t expanded_ = 0;
};

/// The text with the mark that ends a document: the parser takes the end of the file for the end of a quoted text, but
/// refuses this mark in it.
std::string with_end_mark(std::string_view text) {
  std::string marked(text);
  if (!marked.ends_with('\n')) marked += '\n';
  return marked += "...\n";
}

std::string_view line_at(std::string_view text, int line) {
  for (int skipped = 1; skipped < line && !text.empty(); ++skipped) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// The name of the alias that stands last before or at a column of a line ("*NAME").
std::string alias_at(std::string_view line, int column) {
  const std::size_t star = line.rfind('*', static_cast<std::size_t>(std::max(0, column)));
  if (star == std::string_view::npos) return {};
  const std::string_view name = line.substr(star + 1);
  return std::string(name.substr(0, name.find_first_of(" \t\r,]}:")));
}

/// What the parser found wrong, and what it does not say about it.
std::string explained(const YAML::Exception& error, std::string_view text, const std::vector<std::string>& anchors) {
  const std::string_view line = line_at(text, line_of(error.mark));
  if (error.msg.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR)) {
    const std::string name = alias_at(line, error.mark.column);
    return "the alias '*" + name + "' stands for no anchor before it; " + suggest(name, anchors);
  }
  const bool has_tab = line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
  return error.msg + (has_tab ? "; the line is indented by a tab, where YAML takes blanks alone" : "");
}

void require_text(std::string_view text, const std::string& name) {
  if (text.size() > kYamlMaxBytes) fail_yaml(name, 1, "the file is larger than 64 MiB");
  const std::size_t bad = find_non_text(text);
  if (bad == std::string_view::npos) return;
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
  fail_yaml(name, static_cast<int>(line), "not a text file (a byte that is not UTF-8, or a control character)");
}

}  // namespace

void fail_yaml(std::string_view name, int line, std::string_view message) {
  throw Error(ErrorCode::configuration, std::string(name) + ":" + std::to_string(line) + ": " + std::string(message));
}

namespace {

ConstNodePointer parse(std::string_view text, const std::string& name, std::vector<RepeatedKey>* repeated) {
  require_text(text, name);
  std::istringstream stream(with_end_mark(text));
  TreeBuilder builder(name, repeated);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    fail_yaml(name, line_of(error.mark), explained(error, text, builder.anchor_names()));
  }
  const bool is_empty = builder.root() == nullptr || builder.root()->kind == Kind::null;
  return is_empty ? std::make_shared<const YamlNode>() : builder.root();
}

}  // namespace

ConstNodePointer parse_yaml_tree(std::string_view text, const std::string& name) { return parse(text, name, nullptr); }

ConstNodePointer parse_yaml_tree(std::string_view text, const std::string& name, std::vector<RepeatedKey>& repeated) {
  return parse(text, name, &repeated);
}

}  // namespace halftone
