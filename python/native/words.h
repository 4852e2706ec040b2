#pragma once

#include <array>

#include "native/binding.h"

namespace halftone::python {

/// The values of an enumeration whose words Python uses in its place.
template <typename Enum>
struct Words;

template <>
struct Words<DType> {
  static constexpr int kCount = static_cast<int>(DType::u4) + 1;
  static std::string_view of(DType value) { return to_string(value); }
};
template <>
struct Words<Scheme> {
  static constexpr int kCount = 2;
  static std::string_view of(Scheme value) { return to_string(value); }
};
template <>
struct Words<Granularity> {
  static constexpr int kCount = 3;
  static std::string_view of(Granularity value) { return to_string(value); }
};
template <>
struct Words<RangeMethod> {
  static constexpr int kCount = 4;
  static std::string_view of(RangeMethod value) { return to_string(value); }
};
template <>
struct Words<QuantMode> {
  static constexpr int kCount = 4;
  static std::string_view of(QuantMode value) { return to_string(value); }
};
template <>
struct Words<QuantFormat> {
  static constexpr int kCount = 3;
  static std::string_view of(QuantFormat value) { return to_string(value); }
};
template <>
struct Words<Runs> {
  static constexpr int kCount = 3;
  static std::string_view of(Runs value) { return to_string(value); }
};
template <>
struct Words<Advice> {
  static constexpr int kCount = 3;
  static std::string_view of(Advice value) { return to_string(value); }
};
template <>
struct Words<InputRole> {
  static constexpr int kCount = 4;
  static std::string_view of(InputRole value) {
    static constexpr std::array<std::string_view, kCount> kRoles{"activation", "weight", "bias", "parameter"};
    return kRoles.at(static_cast<std::size_t>(value));
  }
};

template <typename Enum>
std::optional<Enum> parse_word(std::string_view text) {
  for (int value = 0; value < Words<Enum>::kCount; ++value) {
    if (Words<Enum>::of(static_cast<Enum>(value)) == text) return static_cast<Enum>(value);
  }
  return std::nullopt;
}

}  // namespace halftone::python

namespace nanobind::detail {

/// Words in place of enumerators, as in YAML and JSON.
template <typename Enum>
struct word_caster {
  NB_TYPE_CASTER(Enum, const_name("str"))

  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    std::string text;
    if (!try_cast(source, text)) return false;
    const auto found = halftone::python::parse_word<Enum>(text);
    if (found) value = *found;
    return found.has_value();
  }
  static handle from_cpp(Enum source, rv_policy, cleanup_list*) noexcept {
    const std::string_view word = halftone::python::Words<Enum>::of(source);
    return PyUnicode_FromStringAndSize(word.data(), static_cast<Py_ssize_t>(word.size()));
  }
};

template <>
struct type_caster<halftone::DType> : word_caster<halftone::DType> {};
template <>
struct type_caster<halftone::Scheme> : word_caster<halftone::Scheme> {};
template <>
struct type_caster<halftone::Granularity> : word_caster<halftone::Granularity> {};
template <>
struct type_caster<halftone::RangeMethod> : word_caster<halftone::RangeMethod> {};
template <>
struct type_caster<halftone::QuantMode> : word_caster<halftone::QuantMode> {};
template <>
struct type_caster<halftone::QuantFormat> : word_caster<halftone::QuantFormat> {};
template <>
struct type_caster<halftone::Runs> : word_caster<halftone::Runs> {};
template <>
struct type_caster<halftone::Advice> : word_caster<halftone::Advice> {};
template <>
struct type_caster<halftone::InputRole> : word_caster<halftone::InputRole> {};

}  // namespace nanobind::detail
