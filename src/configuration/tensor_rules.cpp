#include "configuration/tensor_rules.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/full_match.h"
#include "configuration/problem_list.h"
#include "halftone/error.h"

namespace halftone {
namespace {

float read_float(const StrictYaml& yaml) {
  const double number = yaml.number();
  if (!std::isfinite(number) || std::abs(number) > static_cast<double>(std::numeric_limits<float>::max())) {
    yaml.fail("expected a number that a 32-bit float can hold");
  }
  return static_cast<float>(number);
}

Range read_range(const StrictYaml& yaml) {
  const Range range{read_float(yaml.at("min")), read_float(yaml.at("max"))};
  if (range.low > range.high) yaml.fail("min is above max");
  return range;
}

GivenScale read_scale(const StrictYaml& yaml) {
  const StrictYaml scale = yaml.at("scale");
  const GivenScale given{read_float(scale), 0};
  if (!(given.scale > 0) || !std::isnormal(given.scale)) scale.fail("a scale is above 0, and not subnormal");
  const StrictYaml zero_point = yaml.at("zero_point");
  const std::int64_t value = zero_point.integer();
  if (value < INT32_MIN || value > INT32_MAX) zero_point.fail("the zero point does not fit 32 bits");
  return {given.scale, static_cast<std::int32_t>(value)};
}

GivenParameters read_parameters(const StrictYaml& yaml) {
  yaml.expect_keys({"scale", "zero_point", "min", "max"});
  const bool has_scale = yaml.find("scale") || yaml.find("zero_point");
  const bool has_range = yaml.find("min") || yaml.find("max");
  if (has_scale == has_range) yaml.fail("expected {scale: S, zero_point: Z} or {min: A, max: B}");
  if (has_scale) return read_scale(yaml);
  return read_range(yaml);
}

void require_expression(const std::string& pattern, const StrictYaml& place) {
  try {
    FullMatch{pattern};
  } catch (const Error& error) {
    place.fail(error.message());
  }
}

}  // namespace

void add_tensor_rules(std::vector<TensorRule>& rules, const StrictYaml& map) {
  ProblemList problems;
  for (const auto& [pattern, node] : map.entries()) {
    problems.attempt([&] {
      require_expression(pattern, node);
      TensorRule rule{pattern, read_parameters(node)};
      std::erase_if(rules, [&](const TensorRule& other) { return other.pattern == rule.pattern; });
      rules.push_back(std::move(rule));
    });
  }
  problems.throw_lines_if_any();
}

}  // namespace halftone
