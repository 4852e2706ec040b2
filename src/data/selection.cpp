#include <algorithm>
#include <map>
#include <numeric>

#include "data/split_mix.h"
#include "halftone/data.h"
#include "halftone/error.h"

namespace halftone {
namespace {

using Indices = std::vector<std::size_t>;

/// Items of each label, in label order; empty where any label is not known.
std::vector<Indices> classes_of(const DataSource& source, std::size_t size) {
  std::map<std::int64_t, Indices> by_label;
  for (std::size_t i = 0; i < size; ++i) {
    const std::optional<std::int64_t> label = source.label(i);
    if (!label) return {};
    by_label[*label].push_back(i);
  }
  std::vector<Indices> classes;
  for (auto& [label, members] : by_label) classes.push_back(std::move(members));
  return classes;
}

/// How many to take of each class: its share of `wanted`, rounded by largest remainder (Hamilton's method); equal
/// remainders go to the class that comes first.
Indices quotas_of(const std::vector<Indices>& classes, std::size_t size, std::size_t wanted) {
  Indices quotas;
  std::size_t given = 0;
  for (const Indices& members : classes) {
    quotas.push_back(wanted * members.size() / size);
    given += quotas.back();
  }
  Indices order(classes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t c) { return wanted * classes[c].size() % size; });
  for (std::size_t i = 0; given < wanted; ++i, ++given) ++quotas[order[i]];
  return quotas;
}

/// The first `quotas[c]` of every class, the j-th of q at (j + 1/2) / q of the way, so that every prefix is balanced.
Indices interleave(const std::vector<Indices>& classes, const Indices& quotas) {
  struct Place {
    std::size_t numerator;
    std::size_t denominator;
    std::size_t item;
  };
  std::vector<Place> places;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    for (std::size_t j = 0; j < quotas[c]; ++j) places.push_back({2 * j + 1, 2 * quotas[c], classes[c][j]});
  }
  std::ranges::stable_sort(
      places, [](const Place& a, const Place& b) { return a.numerator * b.denominator < b.numerator * a.denominator; });
  Indices items;
  for (const Place& place : places) items.push_back(place.item);
  return items;
}

}  // namespace

std::vector<std::size_t> select_items(const DataSource& source, std::optional<std::size_t> count, std::uint64_t seed) {
  const std::optional<std::size_t> size = source.size();
  if (!size) throw Error(ErrorCode::unsupported, source.spec() + ": items of a stream cannot be chosen");
  if (*size == 0) throw Error(ErrorCode::invalid_data, source.spec() + ": there are no samples");
  if (count == std::size_t{0}) throw Error(ErrorCode::invalid_argument, source.spec() + ": 0 samples asked for");
  Indices all(*size);
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (!count) return all;

  const std::size_t wanted = std::min(*count, *size);
  SplitMix64 random(seed);
  std::vector<Indices> classes = classes_of(source, *size);
  if (classes.empty()) {
    shuffle(all, random);
    all.resize(wanted);
    return all;
  }
  for (Indices& members : classes) shuffle(members, random);
  // Which of equal classes comes first must not depend on their labels.
  shuffle(classes, random);
  return interleave(classes, quotas_of(classes, *size, wanted));
}

}  // namespace halftone
