#include "report/json_path.h"

#include "base/text_layout.h"

namespace halftone {

const Json* find_json(const Json& json, std::string_view path) {
  const Json* at = &json;
  while (!path.empty()) {
    const std::string key(path.substr(0, path.find('.')));
    path.remove_prefix(std::min(key.size() + 1, path.size()));
    if (!at->is_object() || !at->contains(key)) return nullptr;
    at = &at->at(key);
  }
  return at->is_null() ? nullptr : at;
}

std::optional<double> number_at(const Json& json, std::string_view path) {
  const Json* found = find_json(json, path);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::optional<std::uint64_t> count_at(const Json& json, std::string_view path) {
  const Json* found = find_json(json, path);
  const bool is_count = found != nullptr && found->is_number_integer() &&
                        (found->is_number_unsigned() || found->get<std::int64_t>() >= 0);
  if (!is_count) return std::nullopt;
  return found->get<std::uint64_t>();
}

std::string text_at(const Json& json, std::string_view path) {
  const Json* found = find_json(json, path);
  return found != nullptr && found->is_string() ? printable(found->get_ref<const std::string&>()) : std::string();
}

std::vector<std::string> texts_at(const Json& json, std::string_view path) {
  std::vector<std::string> texts;
  for (const Json& item : list_at(json, path)) {
    if (item.is_string()) texts.push_back(printable(item.get_ref<const std::string&>()));
  }
  return texts;
}

const Json& list_at(const Json& json, std::string_view path) {
  static const Json kNothing = Json::array();
  const Json* found = find_json(json, path);
  return found != nullptr && found->is_structured() ? *found : kNothing;
}

}  // namespace halftone
