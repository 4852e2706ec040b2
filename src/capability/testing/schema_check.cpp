#include "capability/testing/schema_check.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>

namespace halftone::testing {
namespace {

using nlohmann::json;

json scalar_of(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  double number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc{} || end != text.data() + text.size()) return text;
  if (text.find_first_not_of("-0123456789") == std::string::npos) return static_cast<std::int64_t>(number);
  return number;
}

bool is_of_type(const json& value, const json& type) {
  if (type.is_array()) return std::ranges::any_of(type, [&](const json& one) { return is_of_type(value, one); });
  const std::string name = type;
  return (name == "object" && value.is_object()) || (name == "array" && value.is_array()) ||
         (name == "string" && value.is_string()) || (name == "boolean" && value.is_boolean()) ||
         (name == "number" && value.is_number()) || (name == "integer" && value.is_number_integer());
}

class Checker {
 public:
  explicit Checker(const json& root) : root_(root) {}

  /// "PATH: KEYWORD" or empty.
  std::string check(const json& schema, const json& value, const std::string& path) const {
    for (const auto& [keyword, argument] : schema.items()) {
      if (std::string found = check_keyword(keyword, schema, value, path); !found.empty()) return found;
    }
    return {};
  }

 private:
  using Rule = std::function<std::string(const json& argument, const json& value, const std::string& path)>;

  std::string check_keyword(const std::string& keyword, const json& schema, const json& value,
                            const std::string& path) const {
    static const std::set<std::string> kSilent{"$schema", "title", "description", "definitions"};
    if (kSilent.contains(keyword)) return {};
    const json& argument = schema.at(keyword);
    if (keyword == "additionalProperties") return check_others(schema, value, path);
    if (const auto deep = deep_rules().find(keyword); deep != deep_rules().end()) {
      return (this->*deep->second)(argument, value, path);
    }
    return holds(keyword, argument, value) ? std::string() : path + ": " + keyword;
  }

  static bool holds(const std::string& keyword, const json& argument, const json& value) {
    if (keyword == "type") return is_of_type(value, argument);
    if (keyword == "enum") return std::ranges::find(argument, value) != argument.end();
    if (keyword == "const") return value == argument;
    if (keyword == "minItems") return !value.is_array() || value.size() >= argument.get<std::size_t>();
    if (keyword == "minProperties") return !value.is_object() || value.size() >= argument.get<std::size_t>();
    if (keyword == "maxProperties") return !value.is_object() || value.size() <= argument.get<std::size_t>();
    if (keyword == "minimum") return !value.is_number() || value >= argument;
    if (keyword == "maximum") return !value.is_number() || value <= argument;
    if (keyword == "uniqueItems")
      return !value.is_array() || std::set<json>(value.begin(), value.end()).size() == value.size();
    if (keyword == "pattern") {
      return !value.is_string() || std::regex_search(value.get<std::string>(), std::regex(argument.get<std::string>()));
    }
    if (keyword == "required") {
      return !value.is_object() || std::ranges::all_of(argument, [&](const json& key) { return value.contains(key); });
    }
    throw std::logic_error("the check knows no keyword '" + keyword + "'");
  }

  using DeepRule = std::string (Checker::*)(const json&, const json&, const std::string&) const;
  static const std::map<std::string, DeepRule>& deep_rules() {
    static const std::map<std::string, DeepRule> kRules{
        {"$ref", &Checker::check_reference},      {"properties", &Checker::check_properties},
        {"propertyNames", &Checker::check_names}, {"items", &Checker::check_items},
        {"anyOf", &Checker::check_any},           {"oneOf", &Checker::check_one}};
    return kRules;
  }

  std::string check_reference(const json& argument, const json& value, const std::string& path) const {
    return check(root_.at(json::json_pointer(argument.get<std::string>().substr(1))), value, path);
  }
  std::string check_properties(const json& argument, const json& value, const std::string& path) const {
    for (const auto& [key, schema] : argument.items()) {
      if (!value.is_object() || !value.contains(key)) continue;
      if (std::string found = check(schema, value.at(key), path + "/" + key); !found.empty()) return found;
    }
    return {};
  }
  std::string check_others(const json& schema, const json& value, const std::string& path) const {
    if (!value.is_object()) return {};
    for (const auto& [key, member] : value.items()) {
      if (schema.contains("properties") && schema.at("properties").contains(key)) continue;
      const json& rule = schema.at("additionalProperties");
      if (rule == false) return path + "/" + key + ": additionalProperties";
      if (std::string found = check(rule, member, path + "/" + key); !found.empty()) return found;
    }
    return {};
  }
  std::string check_names(const json& argument, const json& value, const std::string& path) const {
    if (!value.is_object()) return {};
    for (const auto& [key, member] : value.items()) {
      if (std::string found = check(argument, key, path + "/" + key); !found.empty()) return found;
    }
    return {};
  }
  std::string check_items(const json& argument, const json& value, const std::string& path) const {
    if (!value.is_array()) return {};
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (std::string found = check(argument, value[i], path + "/" + std::to_string(i)); !found.empty()) return found;
    }
    return {};
  }
  std::size_t count_that_hold(const json& schemas, const json& value, const std::string& path) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(schemas, [&](const json& schema) { return check(schema, value, path).empty(); }));
  }
  std::string check_any(const json& argument, const json& value, const std::string& path) const {
    return count_that_hold(argument, value, path) > 0 ? std::string() : path + ": anyOf";
  }
  std::string check_one(const json& argument, const json& value, const std::string& path) const {
    return count_that_hold(argument, value, path) == 1 ? std::string() : path + ": oneOf";
  }

  const json& root_;
};

}  // namespace

json json_of(const StrictYaml& yaml) {
  if (yaml.is_scalar()) return scalar_of(yaml.text());
  json value;
  if (yaml.is_sequence()) {
    value = json::array();
    for (const StrictYaml& item : yaml.items_or_none()) value.push_back(json_of(item));
  } else if (yaml.is_map()) {
    value = json::object();
    for (const auto& [key, entry] : yaml.entries()) value[key] = json_of(entry);
  }
  return value;
}

std::string first_violation(const json& schema, const json& value) { return Checker(schema).check(schema, value, ""); }

}  // namespace halftone::testing
